"""From the clocks of drivers and streams to the application's monotonic clock."""

from __future__ import annotations

_WINDOW_S = 10.0  # long against jitter, short against the drift of two quartz clocks
_JUMP_S = 5.0  # a stream whose stamps are off by more has begun to count anew


def believable(stamp_s: float, now_s: float) -> bool:
    """Whether a driver's stamp can be the capture of a frame that has just arrived.

    It is not where the driver uses another clock, or leaves the stamp empty.
    """
    return 0 <= now_s - stamp_s < 1


class StreamClock:
    """Tells when a frame was captured from its stamp, which counts from an unknown moment.

    The frames that came quickest in the last seconds show the shift between both clocks; what
    came later than its stamp allows has waited on the way. What even the quickest frame needed
    stays unknown: no clock but the camera's own could tell.
    """

    def __init__(self) -> None:
        self._least: float | None = None  # of the present window
        self._previous: float | None = None  # of the window before
        self._began_s = 0.0
        self._stamp_s: float | None = None
        self._last_s = 0.0

    def captured(self, stamp_s: float, now_s: float) -> float:
        """The moment on the monotonic clock, never after *now_s* nor before the last answer.

        It is *now_s* where the stamp does not go on, as with streams that carry none.
        """
        before_s, self._stamp_s = self._stamp_s, stamp_s
        if before_s is not None and before_s - _JUMP_S < stamp_s <= before_s:
            self._last_s = now_s
            return now_s
        delay = now_s - stamp_s
        known = [least for least in (self._least, self._previous) if least is not None]
        if not known or abs(delay - min(known)) > _JUMP_S:
            self._least, self._previous, self._began_s = delay, None, now_s
        elif now_s - self._began_s > _WINDOW_S:
            self._least, self._previous, self._began_s = delay, self._least, now_s
        else:
            self._least = delay if self._least is None else min(self._least, delay)
        shift = min(least for least in (self._least, self._previous) if least is not None)
        self._last_s = min(now_s, max(self._last_s, stamp_s + shift))
        return self._last_s
