"""[governor] and its rules, as config.toml has them."""

from __future__ import annotations

from datetime import time
from typing import Annotated, Literal

from msgspec import Meta, Struct

from pipelines.selection.scenario import MOST

Weight = Annotated[float, Meta(ge=0, le=MOST)]
Limit = Annotated[float, Meta(gt=0, le=1e6)]
Seconds = Annotated[float, Meta(ge=0, le=86400)]
_HOUR = r"([01][0-9]|2[0-3]):[0-5][0-9]"
Hours = Annotated[
    str, Meta(pattern=f"^{_HOUR}-{_HOUR}$", description='a range such as "22:00-06:00"')
]

# How a rule on each sensor is given, and from where to where it goes on without "release".
_KEYS = {
    "battery": "below",
    "fps": "below",
    "temperature": "above",
    "power": "above",
    "time": "between",
    "throttled": None,
}


class _Section(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Unknown keys are errors."""


class AddConfig(_Section, frozen=True):
    """What a rule adds to the weights."""

    accuracy: Weight = 0.0
    throughput: Weight = 0.0
    power: Weight = 0.0
    memory: Weight = 0.0
    latency: Weight = 0.0

    def __post_init__(self) -> None:
        if not any((self.accuracy, self.throughput, self.power, self.memory, self.latency)):
            raise ValueError("expected at least one weight above 0")


class RuleConfig(_Section, frozen=True):
    """One [[governor.rule]]."""

    sensor: Literal["battery", "temperature", "throttled", "power", "fps", "time"]
    name: Annotated[str, Meta(max_length=64)] = ""
    below: Limit | None = None
    above: Limit | None = None
    between: Hours | None = None
    release: Limit | None = None
    scenario: str | None = None
    add: AddConfig | None = None

    def __post_init__(self) -> None:
        key = _KEYS[self.sensor]
        for other in ("below", "above", "between"):
            given = getattr(self, other) is not None
            if given and other != key:
                raise ValueError(f"a rule on {self.sensor} takes no {other}")
            if not given and other == key:
                raise ValueError(f"a rule on {self.sensor} needs {other}")
        if self.release is not None and key not in ("below", "above"):
            raise ValueError(f"a rule on {self.sensor} takes no release")
        if self.release is not None:
            limit, release = self.levels
            if (release <= limit) if key == "below" else (release >= limit):
                side = "above" if key == "below" else "below"
                raise ValueError(f"release = {release:g}: expected a number {side} {limit:g}")
        if self.between is not None and self.hours[0] == self.hours[1]:
            raise ValueError(f"between = {self.between!r}: expected two different times")
        if (self.scenario is None) == (self.add is None):
            raise ValueError("expected either scenario or add")

    @property
    def levels(self) -> tuple[float, float]:
        """From where the rule holds, and from where it does not any more."""
        if self.below is not None:
            room = 5.0 if self.sensor == "battery" else 0.2 * self.below
            return self.below, self.below + room if self.release is None else self.release
        assert self.above is not None
        room = 5.0 if self.sensor == "temperature" else 0.1 * self.above
        return self.above, self.above - room if self.release is None else self.release

    @property
    def hours(self) -> tuple[time, time]:
        """From when until before when, over midnight where the second is the earlier."""
        assert self.between is not None
        start, end = map(time.fromisoformat, self.between.split("-"))
        return start, end


class GovernorConfig(_Section, frozen=True):
    """[governor]"""

    dwell_s: Annotated[float, Meta(ge=1, le=86400)] = 60.0
    confirm_s: Seconds = 3.0
    min_gain: Annotated[float, Meta(ge=0, le=100)] = 0.03
    miss_factor: Annotated[float, Meta(gt=1, le=1000)] = 1.5
    rule: tuple[RuleConfig, ...] = ()
