"""Nothing heavy is imported that the chosen path does not use."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

SESSION = """
from app.config import CameraConfig, Config
from app.options import RunOptions
from app.session import Session
config = Config(camera=(CameraConfig(source="synthetic:64x48@30", model="none"),))
session = Session(config, RunOptions(frames=2))
session.start()
session.wait()
session.stop()
"""

CASES = {
    # what runs → what must not have been imported for it
    "import app.cli": ["numpy", "cv2", "onnxruntime", "PyQt5", "paho", "requests", "tqdm"],
    SESSION: [
        "scipy",
        "onnxruntime",
        "PyQt5",
        "paho",
        "requests",
        "tqdm",
        "picamera2",
        "onnx",
        "tomlkit",
    ],
}


@pytest.mark.parametrize("code", CASES, ids=["command line", "headless session"])
def test_a_path_imports_what_it_uses_and_no_more(code: str, tmp_path: Path) -> None:
    check = f"{code}\nimport sys\nprint(' '.join(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", check],
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    imported = set(done.stdout.split())
    assert not imported.intersection(CASES[code])


def test_whoever_loads_onnxruntime_has_switched_its_telemetry_off() -> None:
    code = "import models.training, os\nassert os.environ['ORT_DISABLE_TELEMETRY'] == '1'"
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, timeout=60)
    # Imported by name before anything of ours, it would have been loaded without.
    found = [
        path
        for folder in ("app", "pipelines", "benchmarks")
        for path in (ROOT / folder).rglob("*.py")
        if re.search(r"^(import|from) onnxruntime", path.read_text(), re.MULTILINE)
    ]
    assert not found


def test_a_network_on_one_engine_does_not_import_the_other(tmp_path: Path) -> None:
    code = "from models.engines import ENGINES\nENGINES.load('opencv-dnn')\nimport sys\n"
    code += "assert 'onnxruntime' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, timeout=60)
