"""Changing the network while it runs: `python -m benchmarks.switching`.

The bundled detectors take turns at random on the rendered scene, each until it has given a few
results. What is measured:

- *gap*: from the last result of a network to the first of the next, over one inference of the
  slower of the two, its median, and one period of the camera. At most 1 is promised. The same ratio
  of two neighbouring results of one network stands beside it: other work on the machine makes an
  inference longer whether a network was changed before it or not.
- *wait*: what the gap has beyond its own inference, in periods of the camera. A network that waits
  for a frame waits for one period at the most.
- *memory*: the resident set each time the first network runs again, over what it was the first
  time that was counted.
- *frames*: captured = processed + overwritten, whatever happened.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any

import cv2
import numpy as np
import psutil

from app.session import SWITCH_INTERVAL_S
from models.candidate import Candidate
from models.engines import EngineOptions
from models.manifest import Network
from models.predictor import Predictor, load_predictor
from models.store import BUNDLED, Store
from pipelines.cameras import CameraOptions
from pipelines.cameras.source import camera_factory
from pipelines.live.frame import Inference
from pipelines.live.pipeline import Pipeline
from pipelines.live.status import Accounting
from pipelines.memory import share_one_heap

_PATIENCE_S = 60.0
_SETTLED = 5  # results of a network before the next one is asked for


@dataclass(frozen=True, slots=True)
class Result:
    """One result: when it was there, of which frame and network, and how long that worked."""

    at_s: float
    seq: int
    dropped: int
    candidate: Candidate | None
    work_ms: float


@dataclass(frozen=True, slots=True)
class Spread:
    """Of a number of values."""

    count: int
    median: float
    p95: float
    largest: float

    @classmethod
    def of(cls, values: Sequence[float]) -> Spread:
        """At least one value."""
        return cls(
            len(values), median(values), float(np.percentile(values, 95)), float(max(values))
        )


@dataclass(frozen=True, slots=True)
class Outcome:
    """*gap_ms*, *gap* and *wait* are those of the switches, *ordinary* is *gap* without one.

    *lost*: frames that were neither processed nor
    overwritten. *rss_mb*: at each checkpoint. *work_ms*: a network's median frame.
    """

    switches: int
    gap_ms: Spread
    gap: Spread
    ordinary: Spread
    wait: Spread
    load_ms: float
    work_ms: dict[str, float]
    frames: Accounting
    lost: int
    rss_mb: tuple[float, ...]

    @property
    def growth(self) -> float:
        """The last checkpoint's memory over the first one's."""
        return self.rss_mb[-1] / self.rss_mb[0]

    def as_dict(self) -> dict[str, Any]:
        """The outcome as --json writes it."""
        return asdict(self) | {"growth": self.growth}


def measure(
    networks: Sequence[Network], source: str, switches: int, checkpoint: int, seed: int
) -> Outcome:
    """Change the network *switches* times; to the first of *networks* at every *checkpoint*.

    Raises SaccadeError for a network that cannot be run, and RuntimeError for one that is not
    taken over.
    """
    results: list[Result] = []
    rss_mb: list[float] = []
    options = CameraOptions()
    pipeline = Pipeline(
        "camera", source, camera_factory(source, options), partial(_load, networks[0])
    )
    pipeline.add_sink(lambda inference: results.append(_result(inference)))
    draw = random.Random(seed)
    pipeline.start()
    try:
        running = networks[0]
        _wait(lambda: len(results) >= _SETTLED, pipeline)
        for number in range(1, switches + 1):
            others = [network for network in networks if network is not running]
            running = networks[0] if number % checkpoint == 0 else draw.choice(others)
            pipeline.switcher.request(partial(_load, running), "the next one")
            _wait(lambda: not pipeline.switcher.busy, pipeline)
            if pipeline.switcher.complaint:
                raise RuntimeError(pipeline.switcher.complaint)
            count = len(results)
            _wait(lambda count=count: len(results) >= count + _SETTLED, pipeline)  # type: ignore[misc]
            if number % checkpoint == 0:
                rss_mb.append(psutil.Process().memory_info().rss / 1e6)
            print(f"{number}/{switches}: {running.name}", file=sys.stderr)
    finally:
        pipeline.request_stop()
        pipeline.join(time.monotonic() + 5)
    camera_fps = pipeline.camera_fps()
    assert camera_fps is not None
    return _outcome(pipeline, results, rss_mb, 1e3 / camera_fps)


def _outcome(
    pipeline: Pipeline, results: Sequence[Result], rss_mb: Sequence[float], period_ms: float
) -> Outcome:
    work: dict[Candidate | None, list[float]] = defaultdict(list)
    for result in results:
        work[result.candidate].append(result.work_ms)
    typical = {candidate: median(values) for candidate, values in work.items()}
    gap_ms, gaps, ordinary, waits = [], [], [], []
    for one, other in pairwise(results):
        ms = (other.at_s - one.at_s) * 1e3
        ratio = ms / (max(typical[one.candidate], typical[other.candidate]) + period_ms)
        if one.candidate == other.candidate:
            ordinary.append(ratio)
        else:
            gap_ms.append(ms)
            gaps.append(ratio)
            waits.append((ms - other.work_ms) / period_ms)
    frames = pipeline.status().frames
    parts = frames.processed + frames.overwritten + frames.in_flight + frames.pending
    missing = results[-1].seq - len(results) - sum(result.dropped for result in results)
    return Outcome(
        switches=len(gaps),
        gap_ms=Spread.of(gap_ms),
        gap=Spread.of(gaps),
        ordinary=Spread.of(ordinary),
        wait=Spread.of(waits),
        load_ms=median(switch.load_ms for switch in pipeline.switcher.switches),
        work_ms={str(candidate): ms for candidate, ms in typical.items()},
        frames=frames,
        lost=abs(frames.captured - parts) + abs(missing),
        rss_mb=tuple(rss_mb),
    )


def _load(network: Network) -> Predictor:
    return load_predictor(network, "onnxruntime", EngineOptions(threads=1))


def _result(inference: Inference) -> Result:
    timing = inference.timing
    return Result(
        at_s=time.monotonic(),
        seq=inference.frame.seq,
        dropped=inference.dropped,
        candidate=inference.candidate,
        work_ms=timing.pre_ms + timing.infer_ms + timing.post_ms,
    )


def _wait(done: Callable[[], bool], pipeline: Pipeline) -> None:
    deadline_s = time.monotonic() + _PATIENCE_S
    while not done():
        if pipeline.failure is not None:
            raise pipeline.failure
        if time.monotonic() > deadline_s:
            raise RuntimeError(f"nothing happened for {_PATIENCE_S:.0f} s")
        time.sleep(0.005)


def main() -> int:
    args = _arguments()
    detectors = [
        network for network in Store(args.networks).networks() if network.manifest.task == "detect"
    ]
    networks = [each for each in detectors if not args.models or each.name in args.models]
    share_one_heap()
    sys.setswitchinterval(SWITCH_INTERVAL_S)
    cv2.setNumThreads(1)
    outcome = measure(networks, args.source, args.switches, args.checkpoint, args.seed)
    if args.json:
        args.json.write_text(json.dumps(outcome.as_dict(), indent=1) + "\n", encoding="utf-8")
    print(_text(outcome))
    return 0


def _text(outcome: Outcome) -> str:
    lines = [f"{outcome.switches} switches, {outcome.frames.processed} results"]
    lines += [
        f"{name:<30}  median {spread.median:6.2f}  p95 {spread.p95:6.2f}  largest "
        f"{spread.largest:6.2f}  ({spread.count})"
        for name, spread in (
            ("gap, ms", outcome.gap_ms),
            ("gap / (inference + period)", outcome.gap),
            ("the same without a switch", outcome.ordinary),
            ("wait / period", outcome.wait),
        )
    ]
    lines.append(f"loading, off the path: {outcome.load_ms:.0f} ms")
    lines.append(f"frames lost: {outcome.lost} of {outcome.frames.captured}")
    memory = ", ".join(f"{value:.1f}" for value in outcome.rss_mb)
    lines.append(f"memory at the checkpoints, MB: {memory} (× {outcome.growth:.3f})")
    return "\n".join(lines)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--switches", type=int, default=200)
    parser.add_argument(
        "--checkpoint", type=int, default=20, help="switches between two looks at the memory"
    )
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--source", default="synthetic:640x360@30")
    parser.add_argument("--models", nargs="*", help="two or more; by default all bundled detectors")
    parser.add_argument("--networks", type=Path, default=BUNDLED, help="a folder of further ones")
    parser.add_argument("--json", type=Path, metavar="FILE")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
