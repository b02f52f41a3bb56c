"""How far what runs is from its row of the table: natural logarithms of realised over expected."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from pipelines.power import PowerReading
from pipelines.selection.behind_camera import behind_camera
from pipelines.selection.measurement import Measurement
from pipelines.selection.merit import TERMS as FIGURES
from pipelines.selection.scenario import Weights

# A camera's rate and that of the results differ by chance within the meter's seconds.
_KEEPS_UP = 0.95
# A network that is at work for less of the time loses frames to something else than itself.
_AT_WORK = 0.75
# One wild reading, of a sensor or after a pause, must not outweigh minutes: at most 20 times.
_MOST = math.log(20)


@dataclass(frozen=True, slots=True)
class Live:
    """The figures of a running candidate over the last seconds; None is unknown.

    *fps*: results per second, None where something else than network and camera limits them.
    *work_ms*: median of pre-processing, inference and decoding of one frame. *age_p95_ms*: from
    capture to result. *power*: of the whole machine, None where it does other things besides.
    """

    fps: float | None = None
    capture_fps: float | None = None
    work_ms: float | None = None
    age_p95_ms: float | None = None
    power: PowerReading | None = None

    @property
    def saturated(self) -> bool:
        """Whether the network limits the rate, and not the camera or a busy machine."""
        if self.fps is None or self.capture_fps is None or self.work_ms is None:
            return False
        at_work = self.fps * self.work_ms / 1e3
        return self.fps < _KEEPS_UP * self.capture_fps and at_work > _AT_WORK

    @property
    def capacity_fps(self) -> float | None:
        """The rate that the network can give, however few frames the camera delivers."""
        if self.saturated:
            return self.fps
        return 1e3 / self.work_ms if self.work_ms else None


@dataclass(frozen=True, slots=True)
class Deviation:
    """ln(realised / expected) of each figure; None where it cannot be told."""

    throughput: float | None = None
    power: float | None = None
    latency: float | None = None


TERMS = ("throughput", "power", "latency")


def deviation(row: Measurement, live: Live) -> Deviation:
    """What *live* shows against *row*, of the same candidate.

    Throughput: while the network is the bottleneck by the rate, otherwise the rate is the
    camera's, and the time for one frame tells. Power: a network that waits for frames draws less
    than in the benchmark, idle + (watts - idle) x the share of time in which it works; readings of
    another origin tell nothing. Latency: a saturated network's frame waits up to one period.
    """
    return Deviation(
        _ratio(live.capacity_fps, _rate(row, live)),
        _ratio(*_watts(row, live)),
        _ratio(live.age_p95_ms, _age(row, live)),
    )


def shift(
    row: Measurement,
    weights: Weights,
    realised: Deviation,
    expected: Deviation,
    rate_fps: float | None = None,
) -> float:
    """ln of the realised figure of merit of *row* over the expected one, as far as it can be told.

    Behind a camera of *rate_fps* frames a second, where it is one.
    """
    both = [
        term
        for term in TERMS
        if getattr(realised, term) is not None and getattr(expected, term) is not None
    ]
    now, then = (
        behind_camera(
            corrected(row, Deviation(*(getattr(by, t) if t in both else 0.0 for t in TERMS))),
            rate_fps,
        )
        for by in (realised, expected)
    )
    total = 0.0
    for figure in FIGURES:
        one, other = figure.value(now), figure.value(then)
        if one and other:
            total += getattr(weights, figure.name) * figure.sign * math.log(one / other)
    return total


def corrected(row: Measurement, by: Deviation) -> Measurement:
    """A copy of *row* with its figures multiplied by what *by* says."""
    faster = math.exp(by.throughput or 0.0)
    later = 1 / faster if by.latency is None else math.exp(by.latency)
    more = math.exp(by.power or 0.0)
    power = row.power
    return replace(
        row,
        fps=row.fps * faster,
        fps_ci95=_scaled(row.fps_ci95, faster),
        p50_ms=None if row.p50_ms is None else row.p50_ms / faster,
        p95_ms=None if row.p95_ms is None else row.p95_ms * later,
        p99_ms=None if row.p99_ms is None else row.p99_ms * later,
        power=power and replace(power, watts=power.watts * more),
        # What differs was seen of the whole reading, of which rest is a part.
        idle_w=None if row.idle_w is None else row.idle_w * more,
    )


def _rate(row: Measurement, live: Live) -> float:
    # The mean of a benchmark's rounds; a median of single frames compares with its median.
    return row.fps if live.saturated or row.p50_ms is None else 1e3 / row.p50_ms


def _watts(row: Measurement, live: Live) -> tuple[float | None, float | None]:
    power, now = row.power, live.power
    if power is None or now is None or _origin(power) != _origin(now):
        return None, None
    if live.saturated:
        return now.watts, power.watts
    if row.idle_w is None or live.fps is None or live.work_ms is None:
        return None, None
    busy = min(1.0, live.fps * live.work_ms / 1e3)
    return now.watts, row.idle_w + (power.watts - row.idle_w) * busy


def _age(row: Measurement, live: Live) -> float | None:
    if row.p95_ms is None:
        return None
    if live.saturated and live.capture_fps:
        return row.p95_ms + 1e3 / live.capture_fps
    return row.p95_ms


def _origin(power: PowerReading) -> tuple[str, str, str]:
    return power.kind, power.scope, power.source


def _ratio(realised: float | None, expected: float | None) -> float | None:
    if realised is None or expected is None:
        return None
    if not (0 < realised < math.inf and 0 < expected < math.inf):
        return None
    return max(-_MOST, min(_MOST, math.log(realised / expected)))


def _scaled(interval: tuple[float, float] | None, by: float) -> tuple[float, float] | None:
    return None if interval is None else (interval[0] * by, interval[1] * by)
