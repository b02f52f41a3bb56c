"""Four cameras on one machine: `python -m benchmarks.cameras`. Writes cameras.json into --out.

Four network cameras of 1280×720 at 30 fps, each a process of its own, with the four bundled
detectors on one thread each; then one camera's process is killed. Two cases: `kept up` with the
8-bit networks, which two cores suffice for, and `too much` with float32, which they do not.

Three things are asked of it:

- *Age*: every camera's 99th percentile is at most its bound, two inferences (99th percentile; the
  one under way when the frame came, and its own) and one period of the camera.
- *Fair shares*: every camera has 80 % at least of what an equal part of the processor time that all
  networks had would give it, and no more is asked than its camera delivers.
- *Isolation*: where the cores suffice, killing one camera changes the others' rates by less than
  3 %.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from app.config import CameraConfig, Config, EngineConfig, PowerConfig, StorageConfig
from app.options import RunOptions
from app.session import Session
from benchmarks.awake import is_virtual, kept_awake
from benchmarks.markdown import table
from pipelines.board import usable_cores
from pipelines.live.pipeline import Pipeline

FPS = 30.0
FAMILIES = ("vgg-ssd-labels", "pva-ssd-labels", "squeezenet-ssd-labels", "tiny-yolo-labels")
CASES = {"kept up": "-int8", "too much": ""}
SETTLE_S = 5.0
FAIR, CHANGE = 0.8, 0.03


@dataclass(frozen=True, slots=True)
class Row:
    """One camera of one case. *alone_ms*: of a frame while its camera is the only one.

    *after_fps*: once another camera was killed; None for the killed one. *fair_fps*: what an equal
    part of the processor gives.
    """

    case: str
    network: str
    alone_ms: float
    capture_fps: float
    fps: float
    fair_fps: float
    work_p99_ms: float
    age_p99_ms: float
    after_fps: float | None

    @property
    def bound_ms(self) -> float:
        return 2 * self.work_p99_ms + 1e3 / FPS

    @property
    def verdicts(self) -> dict[str, bool]:
        """What was asked, and whether it holds."""
        found = {
            "age": self.age_p99_ms <= self.bound_ms,
            "fair": self.fps >= FAIR * self.fair_fps,
        }
        if self.case == "kept up" and self.after_fps is not None:
            found["isolated"] = abs(self.after_fps / self.fps - 1) < CHANGE
        return found


def main() -> int:
    """Run both cases, print the table; 1 where something does not hold."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seconds", type=float, default=30.0, help="before and after the kill")
    parser.add_argument("--cases", nargs="+", choices=CASES, default=list(CASES))
    parser.add_argument("--out", type=Path, default=Path("build/cameras"))
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    awake = is_virtual()
    with kept_awake(awake):
        rows = [row for case in args.cases for row in measure(case, args.seconds)]
    document = {
        "schema": 1,
        "cores": usable_cores(),
        "kept_awake": awake,
        "load_average": os.getloadavg(),
        "seconds": args.seconds,
        "rows": [asdict(row) | {"holds": row.verdicts} for row in rows],
    }
    (args.out / "cameras.json").write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
    print(as_text(rows))
    return 0 if all(all(row.verdicts.values()) for row in rows) else 1


def measure(case: str, seconds: float) -> list[Row]:
    """The four cameras of *case*, the last one killed half-way."""
    networks = [family + CASES[case] for family in FAMILIES]
    with ExitStack() as stack:
        cameras = [stack.enter_context(_Camera(seed)) for seed in range(len(networks))]
        alone = [
            _run([camera.url], [network], seconds / 4)[0]
            for camera, network in zip(cameras, networks, strict=True)
        ]
        # The last is the lightest, so that what it leaves behind is the least.
        before = _run([c.url for c in cameras], networks, seconds, killed=cameras[-1])
    costs = [figures["work_p50_ms"] for figures in alone]
    part = sum(figures["fps"] * cost for figures, cost in zip(before, costs, strict=True))
    part /= len(networks)
    return [
        Row(
            case=case,
            network=network,
            alone_ms=cost,
            capture_fps=figures["capture_fps"],
            fps=figures["fps"],
            fair_fps=min(figures["capture_fps"], part / cost),
            work_p99_ms=figures["work_p99_ms"],
            age_p99_ms=figures["age_p99_ms"],
            after_fps=figures.get("after_fps"),
        )
        for network, cost, figures in zip(networks, costs, before, strict=True)
    ]


class _Camera:
    """A network camera in a process of its own."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self.url = ""

    def __enter__(self) -> _Camera:
        command = [sys.executable, "-m", "benchmarks.mjpeg_source", "--seed", str(self._seed)]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        self.url = f"http://127.0.0.1:{int(self._process.stdout.readline())}/"
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    def kill(self) -> None:
        """End it as a power cut would."""
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()


def _run(
    urls: Sequence[str], networks: Sequence[str], seconds: float, killed: _Camera | None = None
) -> list[dict[str, Any]]:
    """Every camera's figures over *seconds*, and its rate in as long after *killed* has gone."""
    with tempfile.TemporaryDirectory(prefix="saccade-bench-") as folder:
        config = Config(
            camera=tuple(
                CameraConfig(name=f"{n + 1} {network}", source=url, model=network)
                for n, (url, network) in enumerate(zip(urls, networks, strict=True))
            ),
            engine=EngineConfig(name="onnxruntime", threads=1),
            power=PowerConfig(source="none"),
            storage=StorageConfig(networks=folder, measurements=f"{folder}/measured.sqlite"),
        )
        session = Session(config, RunOptions(benchmark=False))
        session.start()
        try:
            while not all(feed.status().fps for feed in session.feeds):
                session.raise_failure() if session.finished else time.sleep(0.1)
            time.sleep(SETTLE_S)
            rates = _rates(session.feeds, seconds)
            figures = [_figures(feed) for feed in session.feeds]
            for each, (capture_fps, fps) in zip(figures, rates, strict=True):
                each |= {"capture_fps": capture_fps, "fps": fps}
            if killed is not None:
                killed.kill()
                time.sleep(SETTLE_S)
                after = _rates(session.feeds[:-1], seconds)
                for each, (_, fps) in zip(figures, after, strict=False):
                    each["after_fps"] = fps
        finally:
            session.stop()
    return figures


def _rates(feeds: Sequence[Pipeline], seconds: float) -> list[tuple[float, float]]:
    """Frames captured and processed a second, over the next *seconds*."""
    began_s, before = time.monotonic(), [feed.status().frames for feed in feeds]
    time.sleep(seconds)
    passed_s, after = time.monotonic() - began_s, [feed.status().frames for feed in feeds]
    return [
        ((new.captured - old.captured) / passed_s, (new.processed - old.processed) / passed_s)
        for old, new in zip(before, after, strict=True)
    ]


def _figures(feed: Pipeline) -> dict[str, Any]:
    """Percentiles since the first frame: the session has run for its settling time as well."""
    ages, work = feed.meter.run_ages(), feed.meter.run_work()
    assert ages is not None
    assert work is not None
    return {"work_p50_ms": work.p50, "work_p99_ms": work.p99, "age_p99_ms": ages.p99}


def as_text(rows: Sequence[Row]) -> str:
    """The rows as a table, and what does not hold."""
    head = (
        *("case", "network", "alone, ms", "fps", "80 % of a fair share", "age p99, ms"),
        *("bound, ms", "fps with one camera killed", "holds"),
    )
    cells = [
        (
            row.case,
            row.network,
            f"{row.alone_ms:.1f}",
            f"{row.fps:.1f}",
            f"{FAIR * row.fair_fps:.1f}",
            f"{row.age_p99_ms:.0f}",
            f"{row.bound_ms:.0f}",
            "killed" if row.after_fps is None else f"{row.after_fps:.1f}",
            ", ".join(
                f"{name}: {'yes' if holds else 'NO'}" for name, holds in row.verdicts.items()
            ),
        )
        for row in rows
    ]
    return table(head, cells)


if __name__ == "__main__":
    sys.exit(main())
