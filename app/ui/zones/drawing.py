"""What becomes of zones while somebody draws: corners, without pixels and widgets."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from enum import Enum, auto

from pipelines.tracking.zones import Point, Zone, contains, crosses_itself

_FEWEST = 3
# A zone that is not clicked but asked for: this rectangle, to be shaped with the arrow keys.
_RECTANGLE = ((0.3, 0.5), (0.7, 0.5), (0.7, 0.9), (0.3, 0.9))


class Fault(Enum):
    """Why corners are no zone."""

    TOO_FEW = auto()
    CROSSING = auto()


class Drawing:
    """The *zones* of one camera, which of them is *chosen* and which *corner* of it.

    *open* holds the corners of a zone that is not closed yet. Points are fractions of the picture;
    *reach* says how far from a corner, across and down, a press still means it.
    """

    def __init__(self, zones: Iterable[Zone], word: str) -> None:
        """*word*: what new zones are called, before their number."""
        self.zones = list(zones)
        self.open: list[Point] = []
        self.chosen: int | None = None
        self.corner: int | None = None
        self._word = word
        self._grabbed: Zone | None = None  # as it was before it is dragged
        self._grip = (0.0, 0.0)  # where it was taken
        self._beginning = False

    @property
    def zone(self) -> Zone | None:
        """The chosen one."""
        return None if self.chosen is None else self.zones[self.chosen]

    def begin(self) -> None:
        """The next press is a new zone's first corner, even inside of another zone."""
        self._choose(None)
        self.open = []
        self._beginning = True

    def press(self, point: Point, reach: Point) -> Fault | None:
        """A press at *point*: takes a corner, adds one, closes, or chooses a zone."""
        point = _inside(point)
        if self.open:
            if _near(self.open[0], point, reach) and len(self.open) >= _FEWEST:
                return self.close()
            self.open.append(point)
        elif self._beginning or not self._take(point, reach):
            self._choose(None)
            self._beginning = False
            self.open = [point]
        return None

    def drag(self, point: Point) -> None:
        """Move the corner that was taken; a finger that took it beside its middle stays there."""
        if self._grabbed is not None and self.corner is not None:
            x, y = self._grabbed.points[self.corner]
            self._move((x + point[0] - self._grip[0], y + point[1] - self._grip[1]))

    def drop(self) -> Fault | None:
        """End the drag; a zone that crosses itself by it goes back to where it was."""
        before, self._grabbed = self._grabbed, None
        zone = self.zone
        if before is None or zone is None or not crosses_itself(zone.points):
            return None
        self._replace(before)
        return Fault.CROSSING

    def close(self) -> Fault | None:
        """Make the open corners a zone; they stay open where they are none."""
        points = tuple(self.open)
        if not points:
            return None
        if len(points) < _FEWEST:
            return Fault.TOO_FEW
        if crosses_itself(points):
            return Fault.CROSSING
        self._add(points)
        return None

    def add_rectangle(self) -> None:
        """Add a zone without a pointer."""
        self._add(_RECTANGLE)
        self.corner = 0

    def nudge(self, across: float, down: float) -> Fault | None:
        """Move the chosen corner, or without one the whole zone; never out of the picture."""
        zone = self.zone
        if zone is None:
            return None
        if self.corner is not None:
            x, y = zone.points[self.corner]
            self._grabbed = zone
            self._move((x + across, y + down))
            return self.drop()
        points = tuple((x + across, y + down) for x, y in zone.points)
        if all(point == _inside(point) for point in points):
            self._replace(replace(zone, points=points))
        return None

    def step(self) -> None:
        """Choose the next corner of the chosen zone, then the next zone."""
        if not self.zones:
            return
        zone = self.zone
        if zone is not None and self.corner is not None and self.corner + 1 < len(zone.points):
            self.corner += 1
        else:
            following = 0 if self.chosen is None else (self.chosen + 1) % len(self.zones)
            self._choose(following, 0)

    def remove(self) -> None:
        """Take back the last open corner; else remove the chosen corner, or the chosen zone.

        A zone that would be left with two corners goes with the third.
        """
        if self.open:
            self.open.pop()
        elif self.chosen is not None:
            zone = self.zones[self.chosen]
            left = list(zone.points)
            if self.corner is not None:
                del left[self.corner]
            if self.corner is None or len(left) < _FEWEST or crosses_itself(left):
                del self.zones[self.chosen]
                self._choose(None)
            else:
                self._replace(replace(zone, points=tuple(left)))
                self.corner %= len(left)

    def give_up(self) -> bool:
        """Drop the open corners; False where there are none."""
        dropped, self.open, self._beginning = bool(self.open), [], False
        return dropped

    def describe(self, name: str, labels: tuple[str, ...]) -> None:
        """Say what the chosen zone is called, and of which things it is."""
        if self.zone is not None:
            self._replace(replace(self.zone, name=name, labels=labels))

    def _take(self, point: Point, reach: Point) -> bool:
        """Take a corner at *point*, or choose the zone there; the chosen zone comes first."""
        order = sorted(range(len(self.zones)), key=lambda index: index != self.chosen)
        for index in order:
            for corner, place in enumerate(self.zones[index].points):
                if _near(place, point, reach):
                    self._choose(index, corner)
                    self._grabbed, self._grip = self.zones[index], point
                    return True
        for index in order:
            if contains(self.zones[index].points, point):
                self._choose(index)
                return True
        return False

    def _choose(self, index: int | None, corner: int | None = None) -> None:
        self.chosen, self.corner = index, corner

    def _move(self, point: Point) -> None:
        if self.zone is not None and self.corner is not None:
            points = list(self.zone.points)
            points[self.corner] = _inside(point)
            self._replace(replace(self.zone, points=tuple(points)))

    def _replace(self, zone: Zone) -> None:
        if self.chosen is not None:
            self.zones[self.chosen] = zone

    def _add(self, points: tuple[Point, ...]) -> None:
        names = {zone.name for zone in self.zones}
        number = next(n for n in range(1, len(names) + 2) if f"{self._word} {n}" not in names)
        self.zones.append(Zone(f"{self._word} {number}", points))
        self.open = []
        self._choose(len(self.zones) - 1)


def _near(one: Point, other: Point, reach: Point) -> bool:
    across, down = (one[0] - other[0]) / reach[0], (one[1] - other[1]) / reach[1]
    return across * across + down * down <= 1


def _inside(point: Point) -> Point:
    """*point*, or the nearest one in the picture."""
    return min(max(point[0], 0.0), 1.0), min(max(point[1], 0.0), 1.0)
