"""The measuring process: `python -m pipelines.benchmark.sampling.child`, one job on standard input.

A process for each candidate and round keeps one engine's crash, hang, memory and threads away from
the others. It answers on standard output, which it takes away from the engines first: some of them
write there what they like.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from itertools import cycle

import cv2
import psutil
from msgspec import convert

from models.crosscheck import compare
from models.engines import EngineOptions
from models.errors import SaccadeError
from models.evaluation import LEAST_SCORE, average_precision, top1
from models.image import Image
from models.manifest import Precision
from models.opencv_log import silence
from models.predictor import Predictor, load_predictor
from pipelines.benchmark.data.labelled import Truth, Truths
from pipelines.benchmark.hardware import Probe
from pipelines.benchmark.sampling.job import (
    Alive,
    Check,
    Checked,
    Closed,
    Opened,
    Refused,
    Reply,
    Timed,
    Timing,
    decode_job,
    encode,
)
from pipelines.memory import give_back

_BEAT_S = 0.5
_PR_SET_PDEATHSIG = 1

# Engines settle on their way to compute in the first few runs.
_WARM_FRAMES, _WARM_S = 3, 0.2

Tell = Callable[[Reply], None]


def main() -> None:
    """Do the job and answer; what the user is to know of a failure goes into the answer."""
    _die_with_parent()
    tell = _take_output()
    silence()
    # As in the application: OpenCV's threads are the engine's that is called after it.
    cv2.setNumThreads(1)
    job = decode_job(sys.stdin.buffer.read())
    try:
        tell(check(job, tell) if isinstance(job, Check) else time_frames(job, tell))
    except SaccadeError as error:
        tell(Refused(str(error)))
    # An engine that crashes while it is torn down has done its work before.
    os._exit(0)


def time_frames(job: Timing, tell: Tell) -> Timed:
    """Measure one sample. Raises SaccadeError."""
    images = [_read(path) for path in job.pictures]
    process = psutil.Process()
    give_back()
    before_mb = _resident_mb(process)
    tell(Alive())
    began = time.perf_counter()
    predictor = _load(job, None)
    load_s = time.perf_counter() - began
    frames = cycle(images)
    first_ms = _predict(predictor, next(frames))
    tell(Alive())
    _run(predictor, frames, _WARM_FRAMES, _WARM_S, tell)
    early_ms = _run(predictor, frames, 1, job.early_s, tell) if job.early_s else []
    probe = Probe()
    probe.start()
    cpu_s = time.process_time()
    tell(Opened())
    times_ms = _run(predictor, frames, job.frames, job.seconds, tell)
    cpu_s = time.process_time() - cpu_s
    hardware, tier = probe.stop(len(times_ms))
    tell(Closed())
    give_back()
    after_mb = _resident_mb(process)
    return Timed(
        times_ms=tuple(round(value, 4) for value in times_ms),
        early_fps=1e3 * len(early_ms) / sum(early_ms) if early_ms else None,
        load_s=load_s,
        first_ms=first_ms,
        cpu_s_per_frame=cpu_s / len(times_ms),
        memory_mb=after_mb - before_mb,
        hardware=hardware,
        hardware_tier=tier,
    )


def check(job: Check, tell: Tell) -> Checked | Refused:
    """Hold the engine against the reference, then against the truth. Raises SaccadeError."""
    tell(Alive())
    engine = job.candidate.engine
    refused = compare(job.network, [engine], _lower_precision(job)).refused
    if engine in refused:
        return Refused(refused[engine])
    if job.data is None or not job.data.judges(job.network):
        return Checked()
    truths = Truths(job.data, job.network.labels)
    classify = job.data.task == "classify"
    predictor = _load(job, 0.0 if classify else LEAST_SCORE)

    def watched() -> Iterator[Truth]:
        for truth in truths:
            tell(Alive())
            yield truth

    labels = job.network.labels
    if classify:
        value = top1(predictor, watched(), labels)
    else:
        value = average_precision(predictor, watched(), labels).ap50
    if not truths.count:
        return Checked(notes=truths.notes())
    return Checked("top1" if classify else "AP50", value, truths.count, truths.notes())


def _load(job: Timing | Check, score_threshold: float | None) -> Predictor:
    wanted = job.candidate
    options = EngineOptions(wanted.threads, wanted.spinning, wanted.device, _lower_precision(job))
    predictor = load_predictor(job.network, wanted.engine, options, score_threshold)
    if predictor.device != wanted.device:
        raise SaccadeError(f"{wanted.engine} runs it on {predictor.device}, not {wanted.device}")
    return predictor


def _lower_precision(job: Timing | Check) -> Precision | None:
    """What the candidate computes in; None for the precision of the network itself."""
    wanted = job.candidate.precision
    return None if wanted == job.network.manifest.precision else convert(wanted, Precision)


def _run(
    predictor: Predictor, images: Iterator[Image], frames: int, seconds: float, tell: Tell
) -> list[float]:
    """Milliseconds of each frame, of at least *frames* and *seconds*."""
    times: list[float] = []
    began = beat = time.perf_counter()
    while len(times) < frames or time.perf_counter() - began < seconds:
        times.append(_predict(predictor, next(images)))
        if time.perf_counter() - beat > _BEAT_S:
            beat = time.perf_counter()
            tell(Alive())
    return times


def _predict(predictor: Predictor, image: Image) -> float:
    began = time.perf_counter()
    predictor.predict(image)
    return (time.perf_counter() - began) * 1e3


def _read(path: str) -> Image:
    image = cv2.imread(path, cv2.IMREAD_COLOR)
    if image is None:
        raise SaccadeError(f"{path}: cannot be read as a picture")
    return image  # type: ignore[return-value]


def _resident_mb(process: psutil.Process) -> float:
    """The share of physical memory that is this process's; what is shared counts in part."""
    try:
        return float(process.memory_full_info().pss) / 1e6
    except (AttributeError, psutil.Error):
        return float(process.memory_info().rss) / 1e6


def _die_with_parent() -> None:
    """However the benchmark ends: an engine that hangs would burn a core for ever after it.

    Source: prctl(2).
    """
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _take_output() -> Tell:
    """What sends replies to the real standard output; all other output goes to standard error."""
    stream = os.fdopen(os.dup(sys.stdout.fileno()), "wb", buffering=0)
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())

    def tell(reply: Reply) -> None:
        stream.write(encode(reply))

    return tell


if __name__ == "__main__":
    main()
