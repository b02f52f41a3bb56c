"""Many changes of the network in a row, among the bundled detectors on the rendered scene."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_networks_take_turns_and_nothing_is_lost(tmp_path: Path) -> None:
    """In a process of its own, whose memory is nobody else's."""
    file = tmp_path / "switching.json"
    command = [sys.executable, "-W", "error", "-m", "benchmarks.switching", "--switches", "30"]
    options = ["--checkpoint", "10", "--source", "synthetic:320x180@30", "--json", str(file)]
    done = subprocess.run(
        [*command, *options], cwd=ROOT, capture_output=True, text=True, timeout=100, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    outcome = json.loads(file.read_text(encoding="utf-8"))
    assert outcome["switches"] == 30
    assert len(outcome["work_ms"]) == 8  # every detector had a turn
    assert outcome["lost"] == 0
    assert outcome["frames"]["processed"] > 30 * 5
    assert outcome["growth"] < 1.05
    # Most of the time nobody is in the way; now and then a busy machine is.
    assert outcome["gap"]["median"] <= 1
    assert outcome["wait"]["median"] <= 1
