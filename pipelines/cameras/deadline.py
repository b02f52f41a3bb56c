"""How long one call of a camera may take in all, whatever it consists of."""

from __future__ import annotations

import time


class Deadline:
    """The end of a call that began now, shared by the parts of the call."""

    def __init__(self, timeout_s: float) -> None:
        self._timeout_s = timeout_s
        self.restart()

    def restart(self) -> None:
        """A new call begins."""
        self._end_s = time.monotonic() + self._timeout_s

    @property
    def left_s(self) -> float:
        """Never quite 0, which to sockets would mean not to wait at all."""
        return max(0.001, self._end_s - time.monotonic())

    @property
    def passed(self) -> bool:
        """Also when it is all but over: drivers count in coarser steps."""
        return self.left_s < 0.01
