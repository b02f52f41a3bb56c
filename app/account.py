"""The account of every change of a network: why, what it cost, and whether it paid; and of what
could not be run.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import fmean
from typing import Any

from models.candidate import Candidate
from pipelines.live.switcher import Switch
from pipelines.power import PowerReading
from pipelines.selection.in_force import Source
from pipelines.selection.scenario import Scenario

_KEPT = 256
_BASELINE = 5  # readings on each side of a change


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One change that was chosen, in a camera's account.

    *gain*: the fraction by which the figure of merit of *scenario*, as *source* asked for it,
    should rise, with its 95 % interval; *realised_gain*: by which it rose, as both networks ran.
    *joules*: what the change took beyond what the two networks draw, to the accuracy of one power
    reading a second; *joules_kind* as that of the readings. None is unknown or not yet known; an
    entry is not *judged* any more once the next change has come.
    """

    camera: str
    switch: Switch
    scenario: Scenario
    source: Source
    gain: float | None = None
    gain_ci95: tuple[float, float] | None = None
    judged: bool = False
    realised_gain: float | None = None
    joules: float | None = None
    joules_kind: str | None = None

    @property
    def paid(self) -> bool | None:
        """Whether the figure of merit rose; None while nobody knows."""
        return None if self.realised_gain is None else self.realised_gain > 0

    def as_dict(self) -> dict[str, Any]:
        """What there is to say beside the two candidates, as events and reports write it."""
        switch = self.switch
        return {
            "at": switch.at,
            "why": switch.why,
            "scenario": self.scenario.name,
            "source": self.source,
            "load_ms": _round(switch.load_ms),
            "gap_ms": _round(switch.gap_ms),
            "dropped": switch.dropped,
            "gain": _round(self.gain, 4),
            "gain_ci95": self.gain_ci95 and [_round(end, 4) for end in self.gain_ci95],
            "realised_gain": _round(self.realised_gain, 4),
            "joules": _round(self.joules),
            "joules_kind": self.joules_kind,
            "paid": self.paid,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """One change that was chosen and failed: *candidate* could not be run, *kept* runs on.

    *at*: ISO 8601, UTC. *why*: one sentence. *kept* is None at the start, before anything runs.
    """

    camera: str
    at: str
    candidate: Candidate
    kept: Candidate | None
    why: str

    def as_dict(self) -> dict[str, Any]:
        """What there is to say beside the two candidates, as events and reports write it."""
        return {"at": self.at, "why": self.why}


class PowerLog:
    """The last minutes' power readings, of which each is the mean since the one before."""

    def __init__(self) -> None:
        self._readings: deque[tuple[float, PowerReading | None]] = deque(maxlen=_KEPT)

    def add(self, now_s: float, reading: PowerReading | None) -> None:
        """One reading, None where there is none."""
        self._readings.append((now_s, reading))

    def joules(self, asked_s: float, switched_s: float) -> tuple[float, str] | None:
        """The energy of a change, asked for and done at those times, and the readings' kind.

        What was drawn meanwhile, less the old network's share before *switched_s* and the new
        one's after it. None without readings of one origin around it.
        """
        before = [reading for at_s, reading in self._readings if at_s <= asked_s][-_BASELINE:]
        during = [
            (begin_s, end_s, reading)
            for (begin_s, _), (end_s, reading) in pairwise(self._readings)
            if end_s > asked_s and begin_s < switched_s
        ]
        if not during:
            return None
        began_s, ended_s = during[0][0], during[-1][1]
        after = [reading for at_s, reading in self._readings if at_s > ended_s][:_BASELINE]
        known = _of_one_origin([*before, *(reading for _, _, reading in during), *after])
        if not (known and before and after):
            return None
        old_w = fmean(reading.watts for reading in known[: len(before)])
        new_w = fmean(reading.watts for reading in known[-len(after) :])
        spent_j = sum(
            reading.watts * (end_s - begin_s) for begin_s, end_s, reading in during if reading
        )
        rest_j = old_w * (switched_s - began_s) + new_w * (ended_s - switched_s)
        return spent_j - rest_j, known[0].kind


def _of_one_origin(readings: Sequence[PowerReading | None]) -> list[PowerReading]:
    """The readings, if all are there and from one source; else none."""
    known = [reading for reading in readings if reading is not None]
    origins = {(reading.kind, reading.scope, reading.source) for reading in known}
    return known if len(known) == len(readings) and len(origins) == 1 else []


def _round(value: float | None, digits: int = 3) -> float | None:
    return None if value is None else round(value, digits)
