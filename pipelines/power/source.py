"""What the power sources share: no reading is None with its reason, never 0 W."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import ClassVar, Generic, TypeVar

from pipelines.power import PowerKind, PowerOptions, PowerReading, PowerScope
from pipelines.power.sysfs import Unreadable

T = TypeVar("T")

# No board that this runs on draws less or more: beyond them, a sensor talks nonsense.
MIN_W = 0.01
MAX_W = 2000.0

# Energy counters are updated every millisecond, processor time every ten: sooner means nothing.
MIN_INTERVAL_S = 0.01


class Source(ABC):
    """A power source in which one method measures and may fail."""

    name: ClassVar[str]
    kind: ClassVar[PowerKind] = "measured"

    def __init__(self, options: PowerOptions) -> None:
        self._root = options.root.rstrip("/")
        self.reason = ""

    def read(self) -> PowerReading | None:
        """The present reading, or None with `reason` set."""
        try:
            watts, scope = self._measure()
            if not MIN_W < watts < MAX_W:
                raise Unreadable(f"{watts:.4g} W cannot be true")
        except Unreadable as problem:
            self.reason = str(problem)
            return None
        self.reason = ""
        return PowerReading(watts, self.kind, scope, self.name)

    @abstractmethod
    def _measure(self) -> tuple[float, PowerScope]:
        """Watts and what they cover. Raises Unreadable."""


class Interval(Generic[T]):
    """The time between two readings of counters that only grow."""

    def __init__(self) -> None:
        self._last: tuple[float, T] | None = None

    def advance(self, now_s: float, values: T) -> tuple[float, T]:
        """The seconds since the previous *values*, and those. Raises Unreadable without any.

        Values that come too soon are dropped, so that the interval goes on.
        """
        last = self._last
        if last is not None and now_s - last[0] < MIN_INTERVAL_S:
            raise Unreadable("it was read a moment ago")
        self._last = (now_s, values)
        if last is None:
            raise Unreadable("the first read only begins an interval")
        return now_s - last[0], last[1]
