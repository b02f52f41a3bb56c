"""The live path against its peers: `make bench` or `python -m benchmarks.live`.

Every contender runs in a process of its own, in interleaved rounds, so that whatever else the
machine does hits all alike; figures are medians over the rounds and ratios within a round. Writes
live.json and live.txt into --out.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from benchmarks.awake import is_virtual, kept_awake
from benchmarks.load import build
from benchmarks.tables import as_text, summarise
from models.store import Store
from pipelines.board import usable_cores
from pipelines.cameras import CameraOptions
from pipelines.cameras.source import open_camera

ROOT = Path(__file__).resolve().parent.parent
SIZE = "1280x720"
VIDEO_S = 4
# name → camera fps, and the network's cost in ms on one thread
CASES = {"saturated": (60, 31.0), "unsaturated": (30, 12.0)}
NAMES = (
    "bare",
    "bare beside work",
    "in turn",
    "queue",
    "polling",
    "saccade",
    "saccade fresh",
    "saccade window+mqtt",
)


def main() -> int:
    args = _arguments()
    args.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="saccade-bench-") as name:
        folder = Path(name)
        broker, port = _start_broker()
        try:
            runs = [
                run
                for case in args.cases
                for kind in args.sources
                for run in _case(args, folder, case, kind, port)
            ]
        finally:
            if broker is not None:
                broker.terminate()
                broker.wait()
    document = {
        "schema": 1,
        "machine": {
            "processor": platform.processor() or platform.machine(),
            "cores": usable_cores(),
            "python": platform.python_version(),
            "opencv": cv2.__version__,
            "load_average": os.getloadavg(),
            "mqtt": broker is not None,
            "window": "offscreen",
            "kept_awake": args.awake,
        },
        "seconds": args.seconds,
        "rounds": args.rounds,
        "runs": runs,
        "summary": summarise(runs),
    }
    (args.out / "live.json").write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
    text = as_text(document)
    (args.out / "live.txt").write_text(text, encoding="utf-8")
    print(text)
    return 0


def _case(
    args: argparse.Namespace, folder: Path, case: str, kind: str, port: int | None
) -> list[dict[str, Any]]:
    """All rounds of one case and source; a row for every run."""
    fps, cost_ms = CASES[case]
    source = f"synthetic:{SIZE}@{fps}" if kind == "synthetic" else str(_video(folder, fps))
    if args.model:
        network = Store(args.networks).get(args.model)
    else:
        network = build(folder / "networks" / case, cost_ms, case)
    settings = {
        "manifest": str(network.path.parent / "manifest.toml"),
        "engine": args.engine,
        "source": source,
        "seconds": args.seconds,
        "mqtt": f"mqtt://127.0.0.1:{port}" if port else "",
    }
    file = folder / "settings.json"
    file.write_text(json.dumps(settings), encoding="utf-8")
    rows = []
    with kept_awake(case in args.awake):
        decoding = _contender("decoding", file)
        for number in range(args.rounds):
            for name in args.contenders:
                print(f"{case} {kind}: round {number + 1}/{args.rounds}, {name}", file=sys.stderr)
                rows.append(
                    {"case": case, "source": kind, "round": number, "contender": name}
                    | {"camera_fps": fps, "decode_ms": decoding}
                    | _contender(name, file)
                )
    return rows


def _contender(name: str, settings: Path) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.contenders", name, str(settings)],
        cwd=ROOT,
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen"},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        check=True,
        timeout=300,
    )
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def _video(folder: Path, fps: int) -> Path:
    """The rendered scene as an MJPEG video, so that decoding costs what a USB camera's costs."""
    path = folder / f"scene-{fps}.avi"
    if path.exists():
        return path
    camera = open_camera(f"synthetic:{SIZE}@{fps}", CameraOptions(paced=False))
    height, width = camera.open()
    buffer = np.empty((height, width, 3), np.uint8)
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), fps, (width, height))
    for _ in range(VIDEO_S * fps):
        writer.write(camera.read(buffer).image)
    writer.release()
    camera.close()
    return path


def _start_broker() -> tuple[subprocess.Popen[bytes] | None, int | None]:
    """A mosquitto on the loopback interface; none where it is not installed."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    try:
        broker = subprocess.Popen(
            ["mosquitto", "-p", str(port)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=os.environ | {"PATH": f"{os.environ['PATH']}:/usr/sbin"},
        )
    except FileNotFoundError:
        print("mosquitto is not installed: measuring without MQTT", file=sys.stderr)
        return None, None
    time.sleep(0.5)
    return broker, port


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=6.0, help="measured time of one run")
    parser.add_argument("--cases", nargs="+", choices=CASES, default=list(CASES))
    parser.add_argument(
        "--sources", nargs="+", choices=("synthetic", "video"), default=["synthetic", "video"]
    )
    parser.add_argument(
        "--contenders", nargs="+", choices=NAMES, default=list(NAMES), help="bare has to be there"
    )
    parser.add_argument("--model", help="an installed network instead of a load of known cost")
    parser.add_argument("--networks", type=Path, help="the folder that --model is installed in")
    parser.add_argument("--engine", default="onnxruntime")
    parser.add_argument(
        "--awake",
        nargs="*",
        choices=CASES,
        # Saturated, the cores hardly halt, and what keeps them awake is in the threads' way.
        default=["unsaturated"] if is_virtual() else [],
        metavar="CASE",
        help="keep idle cores from halting (default: unsaturated on a virtual machine)",
    )
    parser.add_argument("--out", type=Path, default=ROOT / "build" / "bench")
    return parser.parse_args()


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    sys.exit(main())
