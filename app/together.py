"""Several cameras on one machine: their networks are chosen together."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from functools import cached_property

from app.seat import Seat, rate_of
from models.candidate import Candidate
from pipelines.live.pipeline import Pipeline
from pipelines.selection.combination import CameraTable, combine
from pipelines.selection.in_force import Ruling
from pipelines.selection.measurement import Measurement

log = logging.getLogger(__name__)

Running = Mapping[str, Candidate | None]
Rows = tuple[Measurement, ...]


class FixedSeat:
    """A camera whose network the user named: not chosen, but it needs cores like the others.

    *rows*: what was measured, read when it is first needed.
    """

    def __init__(self, pipeline: Pipeline, rows: Callable[[], Rows], *, paced: bool) -> None:
        self._pipeline, self._read, self._paced = pipeline, rows, paced

    @cached_property
    def _rows(self) -> Rows:
        return self._read()

    @property
    def finished(self) -> bool:
        """Whether its network runs no more."""
        return self._pipeline.finished

    def table(self, ruling: Ruling, running: Candidate | None) -> CameraTable:
        """The row of what runs; none while that is not known, or was not measured."""
        rows = tuple(row for row in self._rows if row.candidate == running) if running else ()
        rate_fps = rate_of(self._pipeline) if self._paced else None
        return CameraTable(self._pipeline.name, rows, ruling.scenario, rate_fps)


class Together:
    """Tells each of *seats*, by their cameras' names, what the others should run.

    *ruling* of a camera; *cores*: what all networks may use; *min_gain*: less changes nothing.
    Seats may come until the first `step`. Used by the reporter's thread, but for `begin`.
    """

    def __init__(
        self,
        seats: Mapping[str, Seat],
        ruling: Callable[[str], Ruling],
        cores: float,
        min_gain: float,
    ) -> None:
        self.note = ""
        self._seats = seats
        self._ruling = ruling
        self._cores = cores
        self._min_gain = min_gain
        self._fixed: dict[str, FixedSeat] = {}
        self._working: frozenset[tuple[str, Candidate | None]] = frozenset()

    def add_fixed(self, name: str, seat: FixedSeat) -> None:
        """Count a network that is not chosen."""
        self._fixed[name] = seat

    @property
    def _several(self) -> bool:
        return len(self._seats) + len(self._fixed) > 1

    def begin(self, camera: str) -> None:
        """Tell the seat of *camera*, about to choose for the first time. On its thread."""
        if not self._several:
            return
        seat = self._seats[camera]
        # The others may not know yet what they choose from: mostly it is the same.
        rows = seat.steering.rows(None, time.monotonic())
        tables = [
            each.table(self._ruling(name), None, otherwise=rows)
            for name, each in self._seats.items()
        ]
        place = combine(tables, self._cores).place(camera)
        seat.steering.accompany(place.company if place else None)

    def step(self, now_s: float, running: Running) -> None:
        """Where a camera will choose again, came, or has ended, combine anew."""
        if not self._several or not self._seats:
            return
        seats = {name: seat for name, seat in self._seats.items() if not seat.finished}
        fixed = {name: seat for name, seat in self._fixed.items() if not seat.finished}
        working = frozenset(
            [*((name, None) for name in seats), *((name, running.get(name)) for name in fixed)]
        )
        before, self._working = self._working, working
        if before == working and not any(
            seat.restless(self._ruling(name), running.get(name), now_s)
            for name, seat in seats.items()
        ):
            return
        every: dict[str, Seat | FixedSeat] = {**seats, **fixed}
        found = combine(
            [seat.table(self._ruling(name), running.get(name)) for name, seat in every.items()],
            self._cores,
            running,
            self._min_gain,
        )
        for name, seat in seats.items():
            place = found.place(name)
            seat.steering.accompany(place.company if place else None)
        if found.note != self.note:
            self.note = found.note
            log.info("all cameras together: %s", found.note)
