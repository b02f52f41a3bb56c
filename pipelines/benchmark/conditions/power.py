"""The mean of a power source's readings over a measurement."""

from __future__ import annotations

import time

from pipelines.power import PowerReading, PowerSource


class MeanPower:
    """Weights each reading with the time since the one before.

    For a source that counts energy that is the energy over the time, whenever it was read.
    """

    def __init__(self, source: PowerSource | None) -> None:
        self._source = source
        self.begin()

    def begin(self) -> None:
        """Forget what was; the next reading counts from now."""
        self._joules = self._seconds = 0.0
        self._last: PowerReading | None = None
        if self._source is not None:
            self._source.read()
        self._since_s = time.monotonic()

    @property
    def age_s(self) -> float:
        """The time since the last reading."""
        return time.monotonic() - self._since_s

    def sample(self) -> None:
        """Read once more."""
        reading = self._source.read() if self._source is not None else None
        if reading is None:
            return
        now_s = time.monotonic()
        self._joules += reading.watts * (now_s - self._since_s)
        self._seconds += now_s - self._since_s
        self._since_s, self._last = now_s, reading

    def reading(self) -> PowerReading | None:
        """The mean since `begin`; None where nothing could be read."""
        if self._last is None or not self._seconds:
            return None
        mean_w = self._joules / self._seconds
        return PowerReading(mean_w, self._last.kind, self._last.scope, self._last.source)
