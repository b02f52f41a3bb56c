"""What a measurement depends on beside the candidate: the machine and its software."""

from __future__ import annotations

import hashlib
import platform as system
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

import msgspec

from models.engines import ENGINES, traits
from pipelines.board import board_model, usable_cores

_DIGITS = 8


@dataclass(frozen=True, slots=True)
class Platform:
    """*fingerprint*: the same for machines whose measurements compare, and only for those.

    *details* are what it was made from; what cannot be told is missing.
    """

    fingerprint: str
    details: Mapping[str, str]


def describe(root: Path = Path("/")) -> Platform:
    """This machine with its software. *root* stands for "/"."""
    details = {
        "board": board_model(root),
        "processor": _processor(root),
        "architecture": system.machine(),
        "cores": str(usable_cores()),
        "clock_khz": _of_each_core(root, "cpuinfo_max_freq"),
        "governor": _of_each_core(root, "scaling_governor"),
        "system": _release(root),
        "kernel": ".".join(system.release().split(".")[:1]),
        "python": "{}.{}".format(*sys.version_info[:2]),
        **_versions(),
    }
    details = {key: value for key, value in details.items() if value}
    digest = hashlib.sha256(msgspec.json.encode(details, order="sorted")).hexdigest()[:_DIGITS]
    name = details.get("board") or details.get("processor") or details["architecture"]
    return Platform(f"{_slug(name)}-{digest}", details)


def fingerprint() -> str:
    """The fingerprint of this machine, such as "raspberry-pi-5-model-b-rev-1-0-3f9c2a7b"."""
    return describe().fingerprint


def _processor(root: Path) -> str:
    """Its name on x86, and the part numbers of its cores on Arm."""
    try:
        text = (root / "proc/cpuinfo").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    fields: dict[str, set[str]] = {}
    for line in text.splitlines():
        key, _, value = line.partition(":")
        fields.setdefault(key.strip(), set()).add(value.strip())
    if "model name" in fields:
        return ", ".join(sorted(fields["model name"]))
    parts = ", ".join(sorted(fields.get("CPU part", ())))
    return (
        f"implementer {', '.join(sorted(fields.get('CPU implementer', ())))} part {parts}"
        * bool(parts)
    )


def _of_each_core(root: Path, name: str) -> str:
    """The values of a file that every group of cores has; "" where the kernel sets no clock."""
    values = set()
    for path in sorted((root / "sys/devices/system/cpu/cpufreq").glob(f"policy*/{name}")):
        try:
            values.add(path.read_text(encoding="ascii").strip())
        except OSError:
            continue
    return ", ".join(sorted(values))


def _release(root: Path) -> str:
    try:
        text = (root / "etc/os-release").read_text(encoding="utf-8")
    except OSError:
        return system.system()
    fields = dict(line.split("=", 1) for line in text.splitlines() if "=" in line)
    return " ".join(fields.get(key, "").strip('"') for key in ("ID", "VERSION_ID")).strip()


def _versions() -> dict[str, str]:
    """Of the libraries that compute: whichever package OpenCV comes from, it is asked itself."""
    import cv2
    import numpy as np

    found = {"numpy": np.__version__, "opencv": cv2.__version__}
    for engine in ENGINES.names():
        package = traits(engine).package
        if package is None or engine == "opencv-dnn":
            continue
        try:
            found[engine] = metadata.version(package)
        except metadata.PackageNotFoundError:
            continue
    return found


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:40].strip("-")
