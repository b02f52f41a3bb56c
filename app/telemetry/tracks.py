"""One camera's tracks as events: what appeared, what became of it, what is gone.

Where the camera has zones, a thing is told of once it stands in one of them; of one that has left
them all only that, and its end.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Any, Literal

import cv2

from models.detection import Box, Detection
from models.image import Image
from pipelines.live.frame import Frame, Inference
from pipelines.tracking.zones import Zone, zones_of

# A thing is told of again at most so often, and only where it moved or was seen better.
UPDATE_S = 2.0
_MOVED = 0.25  # of its own size
_BETTER = 0.05
# It has changed its zones after so long at the new place: a box that trembles on a zone's edge must
# not come and go with every frame.
SETTLED_S = 0.25
# A camera sends at most so many events at once, and so many a second after that.
BURST, EVENTS_PER_S = 20, 10.0

# A picture shows the thing with a margin around it.
_MARGIN = 0.15
_PICTURE_SIDE = 640
# Of so many things at once the best picture is kept.
_PICTURES = 16
# A picture replaces the one before where score × area are greater by this.
_CLEARER = 1.2

Things = Mapping[str, Any]
Publish = Callable[[Literal["new", "update", "end"], Things | None, Things | None], None]


@dataclass(slots=True)
class _Thing:
    """A track as the last event told of it, and since. *told*: None until there was one."""

    since: str
    at: str
    detection: Detection
    best_score: float
    zones: tuple[str, ...] = ()
    other_zones: tuple[str, ...] = ()  # where it seems to be, since *other_since_s*
    other_since_s: float = 0.0
    told: Things | None = None
    told_s: float = 0.0
    worth: float = 0.0  # of the best picture
    picture: Image | None = field(default=None, repr=False)

    def stand(self, zones: tuple[str, ...], now_s: float) -> None:
        """It was seen in *zones*."""
        if zones == self.zones or zones != self.other_zones:
            self.other_zones, self.other_since_s = zones, now_s
        elif now_s - self.other_since_s >= SETTLED_S:
            self.zones = zones

    def as_dict(self) -> Things:
        found = self.detection
        box = found.box and [round(edge) for edge in found.box]
        return {
            "id": found.track,
            "label": found.label,
            "score": round(found.score, 3),
            "best_score": round(self.best_score, 3),
            "box": box,
            "zones": self.zones,
            "since": self.since,
            "at": self.at,
        }


class TrackEvents:
    """A sink of one pipeline.

    *publish* takes an event, *show* a picture (BGR, the caller's own) if pictures are wanted; both
    must return at once. What cannot be told in time because of the limit is told later, or never if
    it is gone by then. *zones* are those of the camera; without any, the whole picture counts.
    """

    def __init__(
        self,
        publish: Publish,
        show: Callable[[Image], None] | None = None,
        zones: Iterable[Zone] = (),
    ) -> None:
        self._publish = publish
        self._show = show
        self._zones = tuple(zones)
        self._lock = threading.Lock()
        self._things: dict[int, _Thing] = {}
        self._left, self._left_s = float(BURST), time.monotonic()
        self._closed = False

    def offer(self, inference: Inference) -> None:
        """Called by the worker after every frame."""
        if inference.repeated or not (self._things or inference.detections):
            return
        now_s = time.monotonic()
        at = _iso(inference.frame.captured_s)
        with self._lock:
            if self._closed:
                return
            for number in inference.ended:
                self._end(number)
            for found in inference.detections:
                if found.track is not None:
                    self._see(found.track, found, inference.frame, at, now_s)
            self._tell(now_s)

    def set_zones(self, zones: Iterable[Zone]) -> None:
        """Compare with these *zones* from the next frame on."""
        with self._lock:
            self._zones = tuple(zones)

    def standing(self) -> dict[str, int]:
        """How many things stand in every zone."""
        with self._lock:
            counts = Counter(name for thing in self._things.values() for name in thing.zones)
            return {zone.name: counts[zone.name] for zone in self._zones}

    def close(self) -> None:
        """Nothing is seen any more: everything ends."""
        with self._lock:
            self._closed = True
            for number in tuple(self._things):
                self._end(number)

    def _see(self, number: int, found: Detection, frame: Frame, at: str, now_s: float) -> None:
        height, width = frame.image.shape[:2]
        zones = zones_of(self._zones, found, width, height)
        thing = self._things.get(number)
        if thing is None:
            thing = self._things[number] = _Thing(at, at, found, found.score, zones)
        thing.stand(zones, now_s)
        thing.detection, thing.at = found, at
        thing.best_score = max(thing.best_score, found.score)
        if self._show is not None and found.box is not None and self._counts(thing):
            self._keep_picture(thing, frame.image, found.box)

    def _keep_picture(self, thing: _Thing, image: Image, box: Box) -> None:
        worth = thing.detection.score * (box.right - box.left) * (box.bottom - box.top)
        if worth <= _CLEARER * thing.worth:
            return
        others = sum(other.worth > 0 for other in self._things.values() if other is not thing)
        if others < _PICTURES:
            thing.worth, thing.picture = worth, _cut_out(image, box)

    def _tell(self, now_s: float) -> None:
        """Events that are due, the longest untold first."""
        gained = (now_s - self._left_s) * EVENTS_PER_S
        self._left, self._left_s = min(float(BURST), self._left + gained), now_s
        due = [thing for thing in self._things.values() if self._due(thing, now_s)]
        for thing in sorted(due, key=lambda thing: thing.told_s)[: int(self._left)]:
            self._left -= 1
            before, thing.told, thing.told_s = thing.told, thing.as_dict(), now_s
            self._publish("update" if before else "new", before, thing.told)
            if before is None:
                self._show_picture(thing)

    def _counts(self, thing: _Thing) -> bool:
        """Whether it stands where things are told of."""
        return bool(thing.zones) or not self._zones

    def _due(self, thing: _Thing, now_s: float) -> bool:
        if thing.told is None:
            return self._counts(thing)
        if thing.told["zones"] != thing.zones:
            return True
        in_time = now_s - thing.told_s >= UPDATE_S
        return in_time and self._counts(thing) and _changed(thing, thing.told)

    def _end(self, number: int) -> None:
        thing = self._things.pop(number, None)
        if thing is not None and thing.told is not None:
            self._publish("end", thing.told, thing.as_dict())
            self._show_picture(thing)

    def _show_picture(self, thing: _Thing) -> None:
        """The best picture, unless it was shown already."""
        if self._show is not None and thing.picture is not None:
            self._show(thing.picture)
            thing.picture = None


def _changed(thing: _Thing, told: Things) -> bool:
    """Whether it moved or was seen better since it was *told* of."""
    if thing.best_score >= told["best_score"] + _BETTER:
        return True
    box, before = thing.detection.box, told["box"]
    if box is None or before is None:
        return False
    reach = _MOVED * max(box.right - box.left, box.bottom - box.top)
    return any(abs(edge - other) > reach for edge, other in zip(box, before, strict=True))


def _cut_out(image: Image, box: Box) -> Image:
    """A copy of what is in *box* and around it, of limited size."""
    height, width = image.shape[:2]
    across, down = _MARGIN * (box.right - box.left), _MARGIN * (box.bottom - box.top)
    left, top = max(0, int(box.left - across)), max(0, int(box.top - down))
    right, bottom = min(width, int(box.right + across) + 1), min(height, int(box.bottom + down) + 1)
    part = image[top:bottom, left:right]
    scale = _PICTURE_SIDE / max(part.shape[:2])
    if scale >= 1:
        return part.copy()
    size = (max(1, round(part.shape[1] * scale)), max(1, round(part.shape[0] * scale)))
    small: Image = cv2.resize(part, size, interpolation=cv2.INTER_AREA).astype(part.dtype)
    return small


def _iso(captured_s: float) -> str:
    """A moment of the monotonic clock as the time of day, ISO 8601, UTC."""
    at = time.time() - (time.monotonic() - captured_s)
    return datetime.fromtimestamp(at, timezone.utc).isoformat(timespec="milliseconds")
