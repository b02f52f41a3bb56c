"""What a headless run shows on a terminal: one line a camera and second, rewritten in place."""

from __future__ import annotations

import sys
import threading
from types import TracebackType
from typing import TYPE_CHECKING

from pipelines.live.status import CameraState, CameraStatus

if TYPE_CHECKING:
    from app.session import Session

_TERMINAL_S = 1.0
_LOG_S = 10.0


def line(status: CameraStatus) -> str:
    """The heads-up line in plain text."""
    if status.state is not CameraState.LIVE:
        return (
            f"{status.name}: {status.state.value}{': ' if status.message else ''}{status.message}"
        )
    parts = [f"camera {_fps(status.capture_fps)}"]
    if status.candidate:
        parts.append(f"network {_fps(status.fps)}")
        if status.age_ms:
            parts.append(f"age {status.age_ms.p50:.0f} / {status.age_ms.p95:.0f} ms (p50 / p95)")
        parts.append(", ".join(f"{count} {label}" for label, count in status.objects) or "nothing")
    return f"{status.name}: " + " · ".join(parts)


def _fps(value: float | None) -> str:
    return "— fps" if value is None else f"{value:.1f} fps"


class Console:
    """Prints the session's state while its `with` block runs: in place on a terminal, else as

    a line every ten seconds. All of it goes to standard error.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._in_place = sys.stderr.isatty()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="console", daemon=True)

    def __enter__(self) -> Console:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stopping.set()
        self._thread.join(1.0)
        if self._in_place:
            print(file=sys.stderr)

    def _run(self) -> None:
        while not self._stopping.wait(_TERMINAL_S if self._in_place else _LOG_S):
            lines = [line(feed.status()) for feed in self._session.feeds]
            if self._in_place:
                print("\r\x1b[K" + "  ".join(lines), end="", file=sys.stderr, flush=True)
            else:
                print("\n".join(lines), file=sys.stderr, flush=True)
