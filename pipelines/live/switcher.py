"""Changing a pipeline's network while it runs, and the account of every change.

The next network is loaded and warmed up on a thread of its own while the present one goes on;
the worker takes it over between two frames and closes the old one.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timezone

from models.candidate import Candidate
from models.predictor import Recognizer
from pipelines.live.frame import Inference
from pipelines.live.worker import Worker
from pipelines.memory import give_back

log = logging.getLogger(__name__)

_KEPT = 256  # switches of a run that is left alone for months
# A worker that takes no frame (paused, no camera) takes no network either; it will later.
_PATIENCE_S = 1.0

Load = Callable[[], Recognizer]


@dataclass(frozen=True, slots=True)
class Switch:
    """One change of the network: when, from what to what, why, and what it cost.

    *at*: ISO 8601, UTC. *why*: one sentence. *load_ms*: loading and warming up, off the path.
    *gap_ms*: from the last result of the old network to the first of the new one; *dropped*: the
    frames that were overwritten in between.
    """

    at: str
    before: Candidate | None
    after: Candidate
    why: str
    load_ms: float
    gap_ms: float | None
    dropped: int


@dataclass(frozen=True, slots=True)
class _Wish:
    load: Load
    why: str


class Switcher:
    """Hands networks over to one *worker*, one after the other; of several wishes the latest.

    *name* is the camera's, for the log.
    """

    def __init__(self, name: str, worker: Worker) -> None:
        self._name = name
        self._worker = worker
        self._lock = threading.Lock()
        self._wish: _Wish | None = None
        self._thread: threading.Thread | None = None
        self._stopping = False
        self._expected: list[tuple[Candidate, _Wish, float]] = []
        self._last: tuple[float, Candidate | None] | None = None
        self._switches: deque[Switch] = deque(maxlen=_KEPT)
        self.complaint = ""  # why the last wish was not fulfilled

    @property
    def switches(self) -> tuple[Switch, ...]:
        """The account so far, oldest first."""
        return tuple(self._switches)

    @property
    def busy(self) -> bool:
        """Whether a network is being loaded or handed over."""
        return self._thread is not None

    def request(self, load: Load, why: str) -> None:
        """Run what *load* returns, as soon as it is loaded. On any thread; returns at once.

        A load that raises SaccadeError leaves the present network in place, with `complaint` set.
        """
        with self._lock:
            if self._stopping:
                return
            self._wish = _Wish(load, why)
            if self._thread is None:
                self._thread = threading.Thread(
                    target=self._run, name=f"loader {self._name}", daemon=True
                )
                self._thread.start()

    def request_stop(self) -> None:
        """Fulfil no further wish; a load under way is finished and thrown away."""
        with self._lock:
            self._stopping = True
            self._wish = None

    def record(self, inference: Inference) -> None:
        """A sink of the worker: notices the first result of another network."""
        now = time.monotonic()
        candidate = inference.candidate
        last, self._last = self._last, (now, candidate)
        if not self._expected or (last and last[1] is candidate):
            return
        with self._lock:
            due = [entry for entry in self._expected if entry[0] is candidate]
            if due:
                self._expected.clear()
        for after, wish, load_ms in due:
            self._switches.append(
                Switch(
                    at=datetime.now(timezone.utc).isoformat(timespec="milliseconds"),
                    before=last[1] if last else None,
                    after=after,
                    why=wish.why,
                    load_ms=load_ms,
                    gap_ms=(now - last[0]) * 1e3 if last else None,
                    dropped=inference.dropped,
                )
            )

    def _run(self) -> None:
        while True:
            with self._lock:
                wish, self._wish = self._wish, None
                if wish is None:
                    self._thread = None
                    return
            try:
                self._fulfil(wish)
                self.complaint = ""
            except Exception as error:
                # Whatever it was, the camera goes on with the network that it has.
                self.complaint = str(error) or repr(error)
                log.warning("%s: the network is kept: %s", self._name, self.complaint)

    def _fulfil(self, wish: _Wish) -> None:
        """Load and hand over. Raises SaccadeError with the old network still running."""
        began = time.monotonic()
        predictor = wish.load()
        load_ms = (time.monotonic() - began) * 1e3
        if self._stopping:
            predictor.close()
            return
        with self._lock:
            self._expected.append((predictor.candidate, wish, load_ms))
        handover = self._worker.offer(predictor)
        while not handover.done.wait(_PATIENCE_S) and self._wish is None and not self._stopping:
            pass
        if handover.failure is not None:
            raise handover.failure
        if handover.taken:
            log.info("%s: %s → %s: %s", self._name, *self._ends(), wish.why)
            give_back()

    def _ends(self) -> tuple[str, str]:
        switch = self._switches[-1]
        return str(switch.before or "no network"), str(switch.after)
