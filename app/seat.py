"""One camera whose network is chosen: its steering carried out by its switcher, and its account."""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from functools import partial
from math import exp
from typing import TYPE_CHECKING

from app.account import Entry, PowerLog, Refusal
from models.candidate import Candidate
from models.errors import SaccadeError
from pipelines.live.pipeline import Pipeline
from pipelines.live.switcher import Switch
from pipelines.selection.behind_camera import notes
from pipelines.selection.closed_loop.deviation import Live
from pipelines.selection.closed_loop.steering import Move, Steering
from pipelines.selection.closed_loop.words import percent
from pipelines.selection.combination import CameraTable
from pipelines.selection.in_force import Ruling
from pipelines.selection.measurement import Measurement

if TYPE_CHECKING:
    from models.predictor import Predictor

log = logging.getLogger(__name__)

_KEPT = 256
# What a camera is taken to deliver that neither says nor shows its rate: most do, unless asked for
# something else.
USUAL_FPS = 30.0

Load = Callable[[Candidate], "Predictor"]


def rate_of(pipeline: Pipeline) -> float:
    """The camera's frames a second: as it says, else as it does, else as most do."""
    return pipeline.camera_fps() or pipeline.meter.capture_fps() or USUAL_FPS


@dataclass(frozen=True, slots=True)
class _Wish:
    """A move that was asked of the switcher. *last*: the switch that came before it."""

    move: Move
    ruling: Ruling
    asked_s: float
    last: Switch | None


@dataclass(frozen=True, slots=True)
class _Unjudged:
    """The latest entry, and when the change was asked for and done."""

    entry: Entry
    asked_s: float
    switched_s: float


class Seat:
    """*load* builds a candidate's predictor; *tell* hears of every entry, when it was
    judged, and of every refusal.

    *paced*: the camera does not wait for the network, so that its rate limits what counts. Used
    by the reporter's thread, but for `load_first` and `rate_fps`.
    """

    def __init__(
        self,
        pipeline: Pipeline,
        steering: Steering,
        load: Load,
        tell: Callable[[Entry | Refusal], None],
        *,
        paced: bool = True,
    ) -> None:
        self.steering = steering
        self._pipeline = pipeline
        self._paced = paced
        self._load = load
        self._tell = tell
        self._wish: _Wish | None = None
        self._unjudged: _Unjudged | None = None
        self._account: deque[Entry] = deque(maxlen=_KEPT)
        self._refusals: deque[Refusal] = deque(maxlen=_KEPT)
        self._note = ""

    @property
    def account(self) -> tuple[Entry, ...]:
        """The changes that were chosen, oldest first."""
        return tuple(self._account)

    @property
    def refusals(self) -> tuple[Refusal, ...]:
        """What was chosen and could not be run, oldest first."""
        return tuple(self._refusals)

    @property
    def pending(self) -> Candidate | None:
        """What is being loaded or handed over; None while nothing is."""
        wish = self._wish
        return None if wish is None else wish.move.candidate

    @property
    def rate_fps(self) -> float | None:
        """The camera's frames a second; None where it waits for its network."""
        return rate_of(self._pipeline) if self._paced else None

    @property
    def finished(self) -> bool:
        """Whether nothing more is to be chosen: the source is used up, or the pipeline failed."""
        return self._pipeline.finished

    def table(
        self, ruling: Ruling, running: Candidate | None, otherwise: tuple[Measurement, ...] = ()
    ) -> CameraTable:
        """What may be chosen from; *otherwise* while it is not known."""
        steering = self.steering
        rows = steering.rows(running, time.monotonic()) or otherwise
        return CameraTable(self._pipeline.name, rows, steering.wish(ruling), self.rate_fps)

    def restless(self, ruling: Ruling, running: Candidate | None, now_s: float) -> bool:
        """Whether the next step will choose again."""
        able = running is not None and not self._pipeline.switcher.busy and self._wish is None
        return able and self.steering.restless(ruling, now_s)

    def load_first(self, ruling: Ruling) -> Predictor | None:
        """What *ruling* chooses, loaded; None where nothing can be. On a thread of the camera's."""
        now_s = time.monotonic()
        self.steering.deliver(self.rate_fps)
        choice = self.steering.best(ruling, now_s)
        if choice.candidate is None:
            return None
        name = self._pipeline.name
        try:
            predictor = self._load(choice.candidate)
        except SaccadeError as error:
            self._refuse(choice.candidate, None, now_s, str(error))
            log.warning("%s: %s was chosen but cannot be run: %s", name, choice.candidate, error)
            return None
        why = (choice.scenario.name, *notes(self.steering.rows(None, now_s), self.rate_fps))
        log.info("%s: %s, chosen for %s", name, choice.candidate, ", ".join(why))
        return predictor

    def step(
        self,
        now_s: float,
        ruling: Ruling,
        running: Candidate | None,
        live: Live | None,
        power: PowerLog,
    ) -> None:
        """One second: watch what runs, and change it where that pays."""
        if running is None or self._pipeline.switcher.busy:
            return
        if self._wish is not None:
            # What the caller knows of the camera may be older than the change.
            self._settle(self._wish, running, now_s)
            return
        self.steering.deliver(self.rate_fps)
        move = self.steering.step(now_s, ruling, running, live)
        if self._unjudged is not None:
            self._judge(self._unjudged, power)
        if self.steering.note != self._note:
            self._note = self.steering.note
            if self._note:
                log.info("%s: %s stays: %s", self._pipeline.name, running, self._note)
        if move is not None:
            self._wish = _Wish(move, ruling, now_s, self._last_switch())
            self._pipeline.switcher.request(partial(self._load, move.candidate), move.why)

    def _last_switch(self) -> Switch | None:
        return next(reversed(self._pipeline.switcher.switches), None)

    def _settle(self, wish: _Wish, running: Candidate, now_s: float) -> None:
        """The switcher is done with *wish*: enter the change, or take note that it failed."""
        self._wish = None
        switch, move = self._last_switch(), wish.move
        if switch is None or switch is wish.last or switch.after != move.candidate:
            if complaint := self._pipeline.switcher.complaint:
                self._refuse(move.candidate, running, now_s, complaint)
            return
        entry = Entry(
            camera=self._pipeline.name,
            switch=switch,
            scenario=wish.ruling.scenario,
            source=wish.ruling.source,
            gain=move.gain,
            gain_ci95=move.gain_ci95,
        )
        ago_s = (datetime.now(timezone.utc) - datetime.fromisoformat(switch.at)).total_seconds()
        switched_s = min(now_s, max(wish.asked_s, now_s - ago_s))
        self._unjudged = _Unjudged(entry, wish.asked_s, switched_s)
        self._account.append(entry)
        self._tell(entry)

    def _refuse(self, candidate: Candidate, kept: Candidate | None, now_s: float, why: str) -> None:
        self.steering.refuse(candidate, now_s, why)
        at = datetime.now(timezone.utc).isoformat(timespec="milliseconds")
        name = self._pipeline.name
        refusal = Refusal(camera=name, at=at, candidate=candidate, kept=kept, why=why)
        self._refusals.append(refusal)
        self._tell(refusal)

    def _judge(self, unjudged: _Unjudged, power: PowerLog) -> None:
        """Complete the latest entry once its network was watched for long enough."""
        entry = unjudged.entry
        if self.steering.running != entry.switch.after:
            return
        outcome = self.steering.outcome(entry.scenario.weights)
        if outcome is None:
            return
        self._unjudged = None
        joules, kind = power.joules(unjudged.asked_s, unjudged.switched_s) or (None, None)
        gain = None if entry.gain is None else (1 + entry.gain) * exp(outcome) - 1
        entry = replace(entry, judged=True, realised_gain=gain, joules=joules, joules_kind=kind)
        self._account[-1] = entry
        log.info("%s: %s", entry.camera, _verdict(entry))
        self._tell(entry)


def _verdict(entry: Entry) -> str:
    joules = "" if entry.joules is None else f"; it took {entry.joules:.1f} J ({entry.joules_kind})"
    if entry.realised_gain is None or entry.gain is None:
        return f"what the change to {entry.switch.after} gained cannot be told{joules}"
    return (
        f"the change to {entry.switch.after} {'paid' if entry.paid else 'did not pay'}: figure of "
        f"merit {percent(entry.realised_gain)}, expected {percent(entry.gain)}{joules}"
    )
