"""Where the regions' labels stand: inside where there is room, else beside the triangle."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from PyQt5.QtCore import QPointF, QRectF, QSizeF
from PyQt5.QtGui import QFontMetricsF

from app.ui.theme import GRID
from app.ui.triangle_shape import Polygon, Shape, middle_of, room_for

Lines = tuple[str, ...]

_MARGIN = GRID / 2


@dataclass(frozen=True, slots=True)
class Label:
    """Lines of text that fill *place*. *anchor*: the point of its region, if it stands outside."""

    lines: Lines
    place: QRectF
    anchor: QPointF | None = None


def place_labels(
    shape: Shape,
    polygons: Sequence[Polygon],
    wordings: Sequence[Sequence[Lines]],
    metrics: QFontMetricsF,
    avoid: QRectF,
) -> list[Label]:
    """One label for each of *polygons*: the first of its *wordings* that fits inside.

    Labels keep out of *avoid* where they can. The last wording, the shortest, is what stands
    outside where not even that fits.
    """
    labels: list[Label] = []
    outside: list[int] = []
    for polygon, choices in zip(polygons, wordings, strict=True):
        inside = next(filter(None, (_inside(polygon, c, metrics, avoid) for c in choices)), None)
        if inside is None:
            outside.append(len(labels))
            size = _extent(choices[-1], metrics)
            inside = Label(choices[-1], QRectF(QPointF(), size), middle_of(polygon))
        labels.append(inside)
    for index, label in _beside(shape, {index: labels[index] for index in outside}).items():
        labels[index] = label
    return labels


def _extent(lines: Lines, metrics: QFontMetricsF) -> QSizeF:
    return QSizeF(max(map(metrics.horizontalAdvance, lines)), len(lines) * metrics.height())


def _inside(polygon: Polygon, lines: Lines, metrics: QFontMetricsF, avoid: QRectF) -> Label | None:
    size = _extent(lines, metrics)
    room = room_for(polygon, size.width() + 2 * _MARGIN, size.height() + _MARGIN)
    if not room:
        return None
    middle = middle_of(room)
    # From the middle outwards; where the marker is in the way everywhere, the middle will do.
    ends = [*room, *((one + other) / 2 for one, other in pairwise([*room, room[0]]))]
    parts = (0.25, 0.5, 0.75, 1.0)
    tries = [middle, *(middle + (end - middle) * part for part in parts for end in ends)]
    places = [_around(centre, size) for centre in tries]
    return Label(lines, next((p for p in places if not p.intersects(avoid)), places[0]))


def _around(centre: QPointF, size: QSizeF) -> QRectF:
    place = QRectF(QPointF(), size)
    place.moveCenter(centre)
    return place


def _beside(shape: Shape, labels: dict[int, Label]) -> dict[int, Label]:
    """*labels* beside the nearest side each, far enough from one another."""
    placed: dict[int, Label] = {}
    sides = list(pairwise([*shape.corners, shape.accuracy]))
    by_side: dict[int, list[int]] = {}
    for index, label in labels.items():
        assert label.anchor is not None
        # The distance to a side is the weight of the corner across.
        a, t, p = shape.scenario(label.anchor)
        by_side.setdefault(min(range(3), key=(p, a, t).__getitem__), []).append(index)
    for number, indices in by_side.items():
        start, end = sides[number]
        along = (end - start) / shape.side
        outwards = QPointF(along.y(), -along.x())
        ways = {i: QPointF.dotProduct(_anchor(labels[i]) - start, along) for i in indices}
        order = sorted(indices, key=ways.__getitem__)
        gaps = [max(_size(labels[i]).width(), _size(labels[i]).height()) + 2 for i in order]
        for index, way in zip(order, _spread([ways[i] for i in order], gaps), strict=True):
            size = _size(labels[index])
            away = max(size.width(), size.height()) / 2 + GRID
            centre = start + along * way + outwards * away
            label = labels[index]
            placed[index] = Label(label.lines, _around(centre, size), label.anchor)
    return placed


def _anchor(label: Label) -> QPointF:
    assert label.anchor is not None
    return label.anchor


def _size(label: Label) -> QSizeF:
    return label.place.size()


def _spread(ways: Sequence[float], gaps: Sequence[float]) -> list[float]:
    """*ways*, in order, moved apart by half of both gaps, around the middle of each crowd."""
    crowds: list[list[int]] = []
    starts: list[float] = []
    for index in range(len(ways)):
        crowds.append([index])
        starts.append(ways[index] - gaps[index] / 2)
        while len(crowds) > 1 and starts[-2] + sum(gaps[i] for i in crowds[-2]) > starts[-1]:
            merged = crowds[-2] + crowds.pop()
            starts.pop()
            crowds[-1] = merged
            middle = sum(ways[i] for i in merged) / len(merged)
            starts[-1] = middle - sum(gaps[i] for i in merged) / 2
    found: list[float] = []
    for crowd, start in zip(crowds, starts, strict=True):
        ends = accumulate((gaps[index] for index in crowd), initial=start)
        found += [end + gaps[index] / 2 for index, end in zip(crowd, ends, strict=False)]
    return found
