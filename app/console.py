"""What a headless run shows: a line a camera, rewritten in place every second on a terminal."""

from __future__ import annotations

import sys

from app.telemetry.snapshot import TelemetrySnapshot
from pipelines.live.status import CameraState, CameraStatus

# On what is no terminal, such as a log, every how many snapshots the lines are written.
_LOG_EVERY = 10


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
    """A consumer of the reporter's snapshots that writes to standard error."""

    def __init__(self) -> None:
        self._in_place = sys.stderr.isatty()
        self._count = 0
        self._below = 0  # lines that stand below the cursor

    def close(self) -> None:
        """Leave the last lines standing."""
        print("\n" * self._below, end="", file=sys.stderr, flush=True)
        self._below = 0

    def __call__(self, snapshot: TelemetrySnapshot) -> None:
        """Show one snapshot."""
        self._count += 1
        lines = [line(camera) for camera in snapshot.cameras]
        if self._in_place:
            # Back to the first line afterwards, so that log lines and the next snapshot follow.
            text = "".join(f"\x1b[2K{text}\n" for text in lines) + f"\x1b[{len(lines)}A"
            print(text, end="", file=sys.stderr, flush=True)
            self._below = len(lines)
        elif self._count % _LOG_EVERY == 0:
            print("\n".join(lines), file=sys.stderr, flush=True)
