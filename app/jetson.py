"""Whether this is an NVIDIA Jetson, and whether its ONNX Runtime uses the graphics processor."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

# Jetson Linux's major release → the JetPack that brings it (NVIDIA, JetPack archive).
_JETPACK = {32: "4", 34: "5", 35: "5", 36: "6", 38: "7", 39: "7"}
# The file's first line: "# R36 (release), REVISION: 4.3, GCID: 38968081, BOARD: generic, …"
_LINE = re.compile(r"#\s*R(\d+)\s*\(release\),\s*REVISION:\s*([\d.]+)")


@dataclass(frozen=True, slots=True)
class JetsonLinux:
    """The release, such as 36 and "4.3"."""

    major: int
    revision: str

    @property
    def jetpack(self) -> str | None:
        """JetPack's major number; None for a release that we do not know."""
        return _JETPACK.get(self.major)

    def __str__(self) -> str:
        jetpack = f" (JetPack {self.jetpack})" if self.jetpack else ""
        return f"Jetson Linux {self.major}.{self.revision}{jetpack}"


def jetson_linux(root: Path = Path("/")) -> JetsonLinux | None:
    """The release; None on everything else. *root* stands for "/"."""
    try:
        text = (root / "etc/nv_tegra_release").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    found = _LINE.search(text)
    return JetsonLinux(int(found[1]), found[2]) if found else None


def build_fault(
    jetson: JetsonLinux | None, builds: Sequence[str], providers: Sequence[str]
) -> str | None:
    """What is wrong with the installed ONNX Runtime, and what to do; None if nothing is.

    *builds*: the installed packages that bring the module. *providers*: without their ending.
    """
    if len(builds) > 1:
        return (
            f"{' and '.join(builds)} overwrite each other: uninstall both, then install the one "
            "that is wanted"
        )
    if jetson and not {"CUDA", "Tensorrt"} & set(providers):
        return f"NVIDIA's build for {jetson} uses the graphics processor: docs/jetson.md"
    return None
