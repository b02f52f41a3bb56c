"""Rates and ages of one pipeline: over the last seconds for people, over the run for the report.

What the network does (rates, ages, times) is told of the frames it ran on; what is seen (objects,
tracks) of all frames, those included that a motion gate spared the network.
"""

from __future__ import annotations

import math
import threading
import time
from collections import Counter, deque

import numpy as np

from models.candidate import Candidate
from models.detection import Detection
from models.timing import Timing
from pipelines.live.frame import Inference
from pipelines.live.status import Percentiles

WINDOW_S = 2.0
_WINDOW_FRAMES = 1024


class Histogram:
    """Durations in bins of equal ratio: percentiles of any number of values in constant memory.

    *Resolution* 1 %; values are clipped to 0.01 ms … 100 s.
    """

    _LOWEST_MS = 0.01
    _RATIO = math.log(1.01)
    _BINS = 1 + math.ceil(math.log(1e5 / 0.01) / math.log(1.01))

    def __init__(self) -> None:
        self._counts = np.zeros(self._BINS, np.int64)

    def add(self, ms: float) -> None:
        """Count one duration."""
        place = math.log(max(ms, self._LOWEST_MS) / self._LOWEST_MS) / self._RATIO
        self._counts[min(int(place), self._BINS - 1)] += 1

    def percentile(self, percent: float) -> float | None:
        """The middle of the bin that holds the *percent* percentile; None without values."""
        total = int(self._counts.sum())
        if not total:
            return None
        rank = max(1, math.ceil(total * percent / 100))
        place = int(np.searchsorted(np.cumsum(self._counts), rank))
        return self._LOWEST_MS * math.exp((place + 0.5) * self._RATIO)

    def percentiles(self) -> Percentiles | None:
        """p50, p95 and p99; None without values."""
        values = [self.percentile(percent) for percent in (50, 95, 99)]
        if None in values:
            return None
        return Percentiles(*(value for value in values if value is not None))


class Meter:
    """Written by who is at the camera (`captured`) and at the network (`record`), read by all."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._captures: deque[float] = deque(maxlen=_WINDOW_FRAMES)
        self._results: deque[tuple[float, float, Timing]] = deque(maxlen=_WINDOW_FRAMES)
        self._ages = Histogram()
        self._parts = (Histogram(), Histogram(), Histogram())
        self._work = Histogram()
        self._candidate: Candidate | None = None
        self._objects: Counter[str] = Counter()
        self._latest: Counter[str] = Counter()
        self._tracks: Counter[str] = Counter()
        self._last_track = 0
        self._skipped = 0
        self._capture_run = _Run()
        self._result_run = _Run()
        # The process's processor time at the first result: loading comes before it.
        self.first_result_cpu_s: float | None = None

    def captured(self) -> None:
        """One frame was published."""
        now = time.monotonic()
        self._captures.append(now)
        self._capture_run.add(now)

    def record(self, inference: Inference) -> None:
        """One frame was processed."""
        if self.first_result_cpu_s is None:
            self.first_result_cpu_s = time.process_time()
        now = time.monotonic()
        with self._lock:
            if inference.candidate is not self._candidate:
                self._begin(inference.candidate)
            if inference.repeated:
                self._skipped += 1
            else:
                self._record_work(now, inference.age_ms, inference.timing)
                self._count_tracks(inference.detections)
                self._latest = Counter(found.label for found in inference.detections)
            self._objects.update(self._latest)

    def _record_work(self, now: float, age_ms: float, timing: Timing) -> None:
        self._results.append((now, age_ms, timing))
        self._ages.add(age_ms)
        for histogram, ms in zip(
            self._parts, (timing.pre_ms, timing.infer_ms, timing.post_ms), strict=True
        ):
            histogram.add(ms)
        self._work.add(timing.pre_ms + timing.infer_ms + timing.post_ms)
        self._result_run.add(now)

    def _count_tracks(self, detections: tuple[Detection, ...]) -> None:
        # Tracks are numbered in the order in which they begin.
        new = [found for found in detections if (found.track or 0) > self._last_track]
        self._tracks.update(found.label for found in new)
        self._last_track = max((found.track or 0 for found in new), default=self._last_track)

    def _begin(self, candidate: Candidate | None) -> None:
        """Another network: what the one before took for a frame says nothing of it."""
        self._candidate = candidate
        self._results.clear()
        self._parts = (Histogram(), Histogram(), Histogram())
        self._work = Histogram()

    def capture_fps(self) -> float | None:
        """Frames captured per second over the last seconds; None before two of them."""
        return _rate(list(self._captures))

    def fps(self) -> float | None:
        """Inferences per second over the last seconds; None before two of them."""
        with self._lock:
            times = [at for at, _, _ in self._results]
        return _rate(times)

    def ages(self) -> Percentiles | None:
        """Ages over the last seconds; None without a recent result."""
        recent = [age for _, age, _ in self._recent()]
        if not recent:
            return None
        return Percentiles(*(float(value) for value in np.percentile(recent, (50, 95, 99))))

    def latency(self) -> Timing | None:
        """Median times over the last seconds; None without a recent result."""
        recent = [timing for _, _, timing in self._recent()]
        if not recent:
            return None
        rows = [(timing.pre_ms, timing.infer_ms, timing.post_ms) for timing in recent]
        return Timing(*(float(value) for value in np.median(rows, axis=0)))

    def present(self) -> tuple[tuple[str, int], ...]:
        """Label and count in the latest result, most first."""
        with self._lock:
            return tuple(self._latest.most_common())

    def objects(self) -> dict[str, int]:
        """Findings by label in all processed frames, most first."""
        with self._lock:
            return dict(self._objects.most_common())

    def tracks(self) -> dict[str, int]:
        """Things by label that were told apart, each counted once, most first."""
        with self._lock:
            return dict(self._tracks.most_common())

    @property
    def skipped(self) -> int:
        """Processed frames on which the network did not run, since nothing had changed."""
        return self._skipped

    def run_capture_fps(self) -> float | None:
        """Frames captured per second from the first to the last of the run."""
        return self._capture_run.rate()

    def run_fps(self) -> float | None:
        """Inferences per second from the first to the last of the run."""
        return self._result_run.rate()

    def run_ages(self) -> Percentiles | None:
        """Ages over the whole run."""
        with self._lock:
            return self._ages.percentiles()

    def run_work(self) -> Percentiles | None:
        """Time spent on one frame, all its parts, since the present network runs."""
        with self._lock:
            return self._work.percentiles()

    def run_latency(self) -> Timing | None:
        """Median times since the present network runs."""
        with self._lock:
            medians = [histogram.percentile(50) for histogram in self._parts]
        pre, infer, post = medians
        if pre is None or infer is None or post is None:
            return None
        return Timing(pre, infer, post)

    def _recent(self) -> list[tuple[float, float, Timing]]:
        since = time.monotonic() - WINDOW_S
        with self._lock:
            return [row for row in self._results if row[0] >= since]


class _Run:
    """Events of a whole run: how many, and from when to when."""

    def __init__(self) -> None:
        self._first_s: float | None = None
        self._last_s = 0.0
        self._count = 0

    def add(self, now: float) -> None:
        if self._first_s is None:
            self._first_s = now
        self._last_s = now
        self._count += 1

    def rate(self) -> float | None:
        if self._first_s is None or self._last_s <= self._first_s:
            return None
        return (self._count - 1) / (self._last_s - self._first_s)


def _rate(times: list[float]) -> float | None:
    """Events per second among the *times* of the last seconds.

    Measured between the first and the last event, or to now once the source has fallen silent.
    """
    now = time.monotonic()
    recent = [at for at in times if at >= now - WINDOW_S]
    if len(recent) < 2:
        # A source slower than the window still has a rate; one that has stopped has none.
        recent = times[-2:]
        if len(recent) < 2 or now - recent[-1] > 2 * (recent[-1] - recent[0]) + WINDOW_S:
            return None
    span = recent[-1] - recent[0]
    return (len(recent) - 1) / span if span > 0 else None
