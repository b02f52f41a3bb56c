"""Boxes and labels over the picture."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from PyQt5.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PyQt5.QtGui import QColor, QFontMetricsF, QPainter

from app.annotate import caption
from app.colours import label_colour
from app.ui.theme import BAND, DARK, Fonts, ink_on
from models.detection import Box, Detection

TOP_CLASSES = 5

_BEYOND = 16
# In a narrower picture labels go without figures; in a very narrow one they would cover what they
# name, and go. In units of the text's grid.
_ROOMY, _NARROW = 50, 36
_ZEROS = str.maketrans("123456789", "0" * 9)
_SHADE = QColor(0, 0, 0, 110)


@dataclass(frozen=True, slots=True)
class _Chip:
    words: str
    place: QRect


class OverlayPainter:
    """Draws detections into the rectangle of a widget or image that shows their picture."""

    def __init__(self, fonts: Fonts) -> None:
        self._font = fonts.strong
        self._metrics = QFontMetricsF(fonts.strong)
        self._chip = round(self._metrics.height()) + 2
        self._grid, self._padding = fonts.grid, fonts.grid * 3 // 4

    def draw(
        self,
        painter: QPainter,
        detections: Iterable[Detection],
        source: QSize,
        target: QRect,
        top: int = 0,
    ) -> None:
        """Draw *detections*, found in a picture of size *source*, over it where it fills *target*.

        Every label has its colour, the same as in snapshots and saved videos. Nothing is drawn
        outside *target*; labels keep below *top*, where the figures are.
        """
        painter.save()
        painter.setClipRect(target)
        painter.setFont(self._font)
        painter.setRenderHint(QPainter.Antialiasing, False)
        room = target.intersected(QRect(target.x(), top, target.width(), 1 << 20))
        boxes, classes = [], []
        for detection in detections:
            if detection.box is None:
                classes.append(detection)
            elif (placed := _place(detection.box, source, target)) is not None:
                boxes.append((detection, placed))
        # All frames before all labels: no frame crosses out another box's label.
        line = max(2, round(target.width() / 640))
        shades: list[QRect] = []
        frames: defaultdict[str, list[QRect]] = defaultdict(list)
        for detection, box in boxes:
            shades += _sides(box, 1, line + 2)
            frames[detection.label] += _sides(box, 0, line)
        painter.setPen(Qt.NoPen)
        # The dark edge keeps a frame visible on a background of its own colour.
        painter.setBrush(_SHADE)
        painter.drawRects(shades)
        for label, sides in frames.items():
            painter.setBrush(_colours(label)[0])
            painter.drawRects(sides)
        if target.width() >= _NARROW * self._grid:
            self._name(painter, boxes, room, roomy=target.width() >= _ROOMY * self._grid)
        if classes:
            self._list(painter, classes, target)
        painter.restore()

    def _name(
        self,
        painter: QPainter,
        boxes: Iterable[tuple[Detection, QRect]],
        room: QRect,
        *,
        roomy: bool,
    ) -> None:
        """Label *boxes*, no label over another: one gives up its figures, then its place above."""
        # By their tracks' numbers: by their scores, others would show from frame to frame.
        taken: list[QRect] = []
        for detection, box in sorted(boxes, key=lambda pair: (pair[0].track or 0, pair[0].label)):
            for chip in self._chips(detection, box, room, roomy):
                if not any(chip.place.intersects(other) for other in taken):
                    taken.append(chip.place)
                    self._label(painter, chip, *_colours(detection.label))
                    break

    def _chips(self, detection: Detection, box: QRect, room: QRect, roomy: bool) -> Iterator[_Chip]:
        """The labels that *box* may have, the best first."""
        if roomy:
            yield self._chip_of(caption(detection), box, room)
        yield self._chip_of(detection.label, box, room)
        yield self._chip_of(detection.label, box, room, below=True)

    def _chip_of(self, words: str, box: QRect, room: QRect, *, below: bool = False) -> _Chip:
        """The label of *box*, above or *below* it if there is room, else at that edge inside."""
        advance, widest = self._metrics.horizontalAdvance, room.width() - 2 * self._padding
        if advance(words) > widest:
            words = self._metrics.elidedText(words, Qt.ElideRight, widest)
        # Room for "0" in place of every digit: the chip keeps its width while the score moves.
        width = round(advance(words.translate(_ZEROS))) + 2 * self._padding
        left = max(room.left(), min(box.left(), room.right() + 1 - width))
        if below:
            top = min(box.bottom() + 1, room.bottom() + 1 - self._chip)
        else:
            above = box.top() - self._chip
            top = above if above >= room.top() else max(box.top(), room.top())
        return _Chip(words, QRect(left, top, width, self._chip))

    def _label(self, painter: QPainter, chip: _Chip, colour: QColor, ink: QColor) -> None:
        painter.fillRect(chip.place, colour)
        painter.setPen(ink)
        baseline = chip.place.top() + 1 + self._metrics.ascent()
        painter.drawText(QPointF(chip.place.left() + self._padding, baseline), chip.words)

    def _list(self, painter: QPainter, classes: Sequence[Detection], target: QRect) -> None:
        grid = self._grid
        row = self._chip + grid
        # Never over more than a third of the picture.
        rows = max(1, min(TOP_CLASSES, target.height() // 3 // row))
        best = sorted(classes, key=lambda found: -found.score)[:rows]
        figure = self._metrics.horizontalAdvance("0.00")
        words = max(self._metrics.horizontalAdvance(found.label) for found in best)
        width = min(words + figure + 5 * grid, target.width() - 2 * grid)
        panel = QRectF(0, 0, width, row * len(best))
        panel.moveBottomLeft(QPointF(target.bottomLeft()) + QPointF(grid, -grid))
        painter.fillRect(panel, BAND)
        for index, found in enumerate(best):
            top = panel.top() + index * row
            bar = QRectF(panel.left(), top + row - 3, width * found.score, 3)
            painter.fillRect(bar, _colours(found.label)[0])
            painter.setPen(DARK.text)
            baseline = top + (row - 3 - self._chip) / 2 + 1 + self._metrics.ascent()
            room = width - figure - 4 * grid
            label = self._metrics.elidedText(found.label, Qt.ElideRight, room)
            painter.drawText(QPointF(panel.left() + 2 * grid, baseline), label)
            painter.drawText(QPointF(panel.right() - grid - figure, baseline), f"{found.score:.2f}")


@lru_cache(maxsize=2048)
def _colours(label: str) -> tuple[QColor, QColor]:
    """The label's colour, and the ink that reads well on it."""
    colour = QColor(*label_colour(label))
    return colour, ink_on(colour)


def _place(box: Box, source: QSize, target: QRect) -> QRect | None:
    """*box* in the pixels of *target*, cut a little outside it; None where nothing is to see."""
    wide, high = target.width(), target.height()
    left, right = (_cut(x * wide / source.width(), wide) for x in (box.left, box.right))
    top, bottom = (_cut(y * high / source.height(), high) for y in (box.top, box.bottom))
    # Also false where a coordinate is not a number.
    if not (max(left, 0) < min(right, wide) and max(top, 0) < min(bottom, high)):
        return None
    return QRect(
        target.left() + round(left),
        target.top() + round(top),
        max(1, round(right) - round(left)),
        max(1, round(bottom) - round(top)),
    )


def _cut(value: float, extent: int) -> float:
    # Somewhat beyond the edge, so that a side outside the picture stays out of it.
    return min(max(value, -_BEYOND), extent + _BEYOND)


def _sides(box: QRect, grown: int, thick: int) -> tuple[QRect, ...]:
    # Filled rectangles, all in one call, are several times cheaper than stroked ones.
    left, top, width, height = box.adjusted(-grown, -grown, grown, grown).getRect()
    inner = height - 2 * thick
    return (
        QRect(left, top, width, thick),
        QRect(left, top + height - thick, width, thick),
        QRect(left, top + thick, thick, inner),
        QRect(left + width - thick, top + thick, thick, inner),
    )
