"""NVIDIA's release file."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.jetson import JetsonLinux, build_fault, jetson_linux
from tests.recorded.tree import build

LINES = {
    # As found on boards.
    "# R36 (release), REVISION: 4.3, GCID: 38968081, BOARD: generic, EABI: aarch64, "
    "DATE: Wed Jan  8 01:49:37 UTC 2025\n": "Jetson Linux 36.4.3 (JetPack 6)",
    "# R32 (release), REVISION: 7.1, GCID: 29818004, BOARD: t210ref, EABI: aarch64, "
    "DATE: Sat Feb 19 17:05:08 UTC 2022\n": "Jetson Linux 32.7.1 (JetPack 4)",
    # One that is yet to come.
    "# R99 (release), REVISION: 1.0, GCID: 1\n": "Jetson Linux 99.1.0",
}


@pytest.mark.parametrize("text", LINES)
def test_the_release_is_read(text: str, tmp_path: Path) -> None:
    build(tmp_path, {"etc/nv_tegra_release": text})
    assert str(jetson_linux(tmp_path)) == LINES[text]


@pytest.mark.parametrize("files", [{}, {"etc/nv_tegra_release": "R\n"}])
def test_other_machines_are_none(files: dict[str, str], tmp_path: Path) -> None:
    build(tmp_path, files)
    assert jetson_linux(tmp_path) is None


ORIN = JetsonLinux(36, "4.3")
CPU, GPU = ("Azure", "CPU"), ("Tensorrt", "CUDA", "CPU")
INSTALLED = {
    # The machine, what is installed, its providers → a word of the complaint, None for none.
    "a desktop": (None, ["onnxruntime"], CPU, None),
    "the ordinary build on a Jetson": (ORIN, ["onnxruntime"], CPU, "JetPack 6"),
    "NVIDIA's build on a Jetson": (ORIN, ["onnxruntime-gpu"], GPU, None),
    "both": (ORIN, ["onnxruntime", "onnxruntime-gpu"], GPU, "uninstall both"),
    "both on a desktop": (None, ["onnxruntime", "onnxruntime-gpu"], CPU, "uninstall both"),
}


@pytest.mark.parametrize("case", INSTALLED)
def test_the_build_of_onnx_runtime_is_judged(case: str) -> None:
    machine, builds, providers, word = INSTALLED[case]
    fault = build_fault(machine, builds, providers)
    assert fault is None if word is None else word in (fault or "")
