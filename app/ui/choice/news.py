"""The changes of networks as they happen, each told once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.account import Entry, Refusal
from app.controls import Choosing
from app.ui.choice import words


@dataclass(frozen=True, slots=True)
class Message:
    """One line for the toast. *bad*: something failed."""

    text: str
    bad: bool = False


class News:
    """Tells what happened to the networks of *cameras* after it was made."""

    def __init__(self, choosing: Choosing, cameras: Sequence[str]) -> None:
        self._choosing = choosing
        self._seen = {camera: self._latest(camera) for camera in cameras}

    def latest(self) -> Message | None:
        """What is new since the last call; a failure before all else, and of several one."""
        messages = []
        for camera, seen in self._seen.items():
            now = self._seen[camera] = self._latest(camera)
            prefix = f"{camera}: " if len(self._seen) > 1 else ""
            entry, refusal = now
            if entry is not None and (seen[0] is None or entry.switch is not seen[0].switch):
                messages.append(Message(prefix + words.announced(entry)))
            if refusal is not None and refusal is not seen[1]:
                messages.append(Message(prefix + words.refused(refusal), bad=True))
        return max(messages, key=lambda message: message.bad, default=None)

    def _latest(self, camera: str) -> tuple[Entry | None, Refusal | None]:
        account, refusals = self._choosing.account(camera), self._choosing.refusals(camera)
        return next(reversed(account), None), next(reversed(refusals), None)
