"""Frames a second of the application, headless, with one network after the other."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from models.errors import SaccadeError
from models.manifest import Network
from models.store import BUNDLED, Store

_ROOT = Path(__file__).parents[2]
# More than any of the networks can process, so that the network is what limits.
_SOURCE = "synthetic:1280x720@240"


def live_fps(
    networks: Sequence[Network], folder: Path, seconds: float, rounds: int
) -> dict[str, tuple[float, ...]]:
    """For each network the frames a second of every round, on one thread of ONNX Runtime.

    In a round each runs for *seconds*, so that whatever else the machine does hits all alike.
    *folder*: for their installation. Raises SaccadeError.
    """
    store = Store(folder / "networks")
    for network in networks:
        if not (BUNDLED / network.name).exists():
            store.add(network, check=lambda _: None, replace=True)
    config = folder / "config.toml"
    config.write_text(
        f'[storage]\nnetworks = "{store.folder.absolute()}"\n\n[engine]\nthreads = 1\n',
        encoding="utf-8",
    )
    found: dict[str, list[float]] = {network.name: [] for network in networks}
    for _ in range(rounds):
        for network in networks:
            found[network.name].append(_fps(network.name, config, folder / "run.json", seconds))
    return {name: tuple(each) for name, each in found.items()}


def _fps(name: str, config: Path, report: Path, seconds: float) -> float:
    words = ["run", "--headless", "--source", _SOURCE, "--model", name, "--engine", "onnxruntime"]
    words += ["--duration", f"{seconds:g}", "--report", str(report), "--config", str(config)]
    run = subprocess.run(
        [sys.executable, "main.py", *words], cwd=_ROOT, capture_output=True, text=True, check=False
    )
    if run.returncode:
        raise SaccadeError(f"{name}: the application ended with: {run.stderr.strip()[-300:]}")
    fps = json.loads(report.read_text(encoding="utf-8"))["cameras"][0]["fps"]
    if fps is None:
        raise SaccadeError(f"{name}: {seconds:g} s are too short to count frames")
    return float(fps)
