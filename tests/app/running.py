"""`main.py` as a user starts it: in a process of its own, with a home of its own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]


class Home:
    """A user's home folder with Saccade's data in it; every run has its network store here."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.report = folder / "report.json"

    def start(self, *arguments: str, **environment: str) -> subprocess.Popen[str]:
        """Start `main.py` with *arguments*."""
        kept = {key: os.environ[key] for key in ("PATH", "SYSTEMROOT") if key in os.environ}
        return subprocess.Popen(
            [sys.executable, str(ROOT / "main.py"), *arguments],
            cwd=self.folder,
            env=kept | {"HOME": str(self.folder), "PYTHONWARNINGS": "error"} | environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(
        self, *arguments: str, timeout: float = 60, **environment: str
    ) -> subprocess.CompletedProcess[str]:
        """Run `main.py` to its end."""
        process = self.start(*arguments, **environment)
        try:
            out, err = process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            out, err = process.communicate()
            raise AssertionError(f"still running after {timeout} s:\n{err}") from None
        return subprocess.CompletedProcess(process.args, process.returncode, out, err)

    def reported(self) -> dict[str, Any]:
        """The document that --report wrote to `self.report`."""
        document: dict[str, Any] = json.loads(self.report.read_text(encoding="utf-8"))
        return document


def assert_accounted(report: dict[str, Any]) -> None:
    """captured = processed + overwritten + in_flight + pending, for every camera."""
    for camera in report["cameras"]:
        frames = camera["frames"]
        parts = ("processed", "overwritten", "in_flight", "pending")
        assert frames["captured"] == sum(frames[part] for part in parts)
