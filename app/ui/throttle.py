"""How often the window asks for a picture: no oftener than the display shows one."""

from __future__ import annotations


class Throttle:
    """Spaces requests by the display's period, keeping its phase while they come in time."""

    def __init__(self) -> None:
        self._due_s = float("-inf")

    def delay_s(self, now_s: float) -> float:
        """Seconds until the next request is due; 0 when it is."""
        return max(0.0, self._due_s - now_s)

    def mark(self, now_s: float, rate_hz: float) -> None:
        """A request was made at *now_s* for a display of *rate_hz*."""
        period = 1 / rate_hz
        in_time = now_s < self._due_s + period
        self._due_s = (self._due_s if in_time else now_s) + period
