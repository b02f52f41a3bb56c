"""What the last minutes were like: figures of the reporter's snapshots, kept in one ring."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from app.telemetry.snapshot import TelemetrySnapshot
from models.candidate import Candidate
from pipelines.live.status import CameraStatus

SPAN_S = 300
# Snapshots come once a second; after a longer silence the lines are not joined.
_SILENCE_S = 3.0

Figures = npt.NDArray[np.float64]
_Key = str | tuple[str, str]

_DEVICE = ("uptime_s", "watts", "temperature_c")
_CAMERA = ("capture_fps", "fps", "p50_ms", "p95_ms", "candidate")


class History:
    """*cameras*: their names. An unknown figure is NaN, which no line is drawn through.

    Takes 8 bytes for each figure of each second, however long the run is: 19 kB for a device
    with one camera.
    """

    def __init__(self, cameras: Sequence[str], span_s: int = SPAN_S) -> None:
        self.span_s = span_s
        columns: list[_Key] = [
            *_DEVICE,
            *((name, figure) for name in cameras for figure in _CAMERA),
        ]
        self._column = {key: place for place, key in enumerate(columns)}
        # One row more than seconds, since both ends of the span are shown.
        self._rows = np.full((span_s + 1, len(columns)), np.nan)
        self._next = 0
        self._latest: TelemetrySnapshot | None = None
        self._candidates: list[Candidate] = []

    def add(self, snapshot: TelemetrySnapshot) -> None:
        """Keep the figures of *snapshot*, unless they are kept already."""
        if snapshot is self._latest:
            return
        if self._latest and snapshot.uptime_s - self._latest.uptime_s > _SILENCE_S:
            self._append({"uptime_s": (self._latest.uptime_s + snapshot.uptime_s) / 2})
        self._latest = snapshot
        row: dict[_Key, float | None] = {
            "uptime_s": snapshot.uptime_s,
            "watts": snapshot.power.watts if snapshot.power else None,
            "temperature_c": snapshot.temperature_c,
        }
        for camera in snapshot.cameras:
            row |= {(camera.name, key): value for key, value in self._figures(camera).items()}
        self._append(row)

    @property
    def latest(self) -> TelemetrySnapshot | None:
        """The last one that was added."""
        return self._latest

    def seconds(self) -> Figures:
        """When each row was taken, oldest first: seconds before the newest, so 0 or less."""
        times = self._of("uptime_s")
        newest: float = times[-1]
        return times - newest

    def device(self, figure: str) -> Figures:
        """The device's "watts" or "temperature_c", beside `seconds`."""
        return self._of(figure)

    def camera(self, name: str, figure: str) -> Figures:
        """A camera's "capture_fps", "fps", "p50_ms" or "p95_ms", beside `seconds`."""
        return self._of((name, figure))

    def by_candidate(self, name: str, figure: str) -> dict[Candidate, Figures]:
        """The same taken apart by what ran then, in the order of appearance; NaN elsewhere."""
        values, ran = self._of((name, figure)), self._of((name, "candidate"))
        return {
            self._candidates[int(index)]: np.where(ran == index, values, np.nan)
            for index in dict.fromkeys(ran[~np.isnan(ran)])
        }

    def _figures(self, camera: CameraStatus) -> dict[str, float | None]:
        age, candidate = camera.age_ms, camera.candidate
        # Without a network pictures pass at the camera's rate, and nothing infers.
        network = None
        if candidate is not None:
            if candidate not in self._candidates:
                self._candidates.append(candidate)
            network = float(self._candidates.index(candidate))
        return {
            "capture_fps": camera.capture_fps,
            "fps": camera.fps if candidate else None,
            "p50_ms": age.p50 if age else None,
            "p95_ms": age.p95 if age else None,
            "candidate": network,
        }

    def _append(self, row: Mapping[Any, float | None]) -> None:
        place = self._rows[self._next]
        place[:] = np.nan
        for key, value in row.items():
            if value is not None and key in self._column:
                place[self._column[key]] = value
        self._next = (self._next + 1) % len(self._rows)

    def _of(self, key: _Key) -> Figures:
        return np.roll(self._rows[:, self._column[key]], -self._next)
