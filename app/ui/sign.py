"""A camera's state as a large sign in place of its picture, or over the dimmed one."""

from __future__ import annotations

from PyQt5.QtCore import QPointF, QRect, QRectF, QSizeF, Qt
from PyQt5.QtGui import QColor, QFontMetricsF, QPainter, QTextOption

from app.ui.theme import BAND, DARK, Fonts

# In units of the text's grid.
_WIDEST, _NARROWEST = 64, 20


class SignPainter:
    """Draws one word beside a dot, and under it a sentence, as large as the room allows."""

    def __init__(self, fonts: Fonts) -> None:
        self._fonts = fonts
        self._wrap = QTextOption(Qt.AlignHCenter)
        self._wrap.setWrapMode(QTextOption.WrapAtWordBoundaryOrAnywhere)

    def draw(
        self, painter: QPainter, room: QRect, word: str, sentence: str, dot: QColor, aside: bool
    ) -> None:
        """Draw in the middle of *room*, or *aside* in its corner; *word* may be ""."""
        painter.save()
        painter.setRenderHint(QPainter.Antialiasing)
        grid = self._fonts.grid
        for font, padding in ((self._fonts.large, 2 * grid), (self._fonts.strong, grid)):
            title = QFontMetricsF(font)
            head = QSizeF(0, 0)
            if word:
                bullet = title.ascent() / 2
                head = QSizeF(bullet + grid + title.horizontalAdvance(word), title.height() + 4)
            free = room.height() - head.height() - 2 * padding
            body = self._extent(painter, sentence, min(room.width(), _WIDEST * grid) - 2 * padding)
            if body.height() <= free and head.width() <= room.width() - 2 * padding:
                break
        # What does not even fit in the small size loses its last words.
        words = sentence.split()
        while body.height() > free and words:
            words.pop()
            sentence = " ".join(words) + "…" if words else ""
            body = self._extent(painter, sentence, room.width() - 2 * padding)
        panel = QRectF(
            0,
            0,
            max(body.width(), head.width()) + 2 * padding,
            head.height() + body.height() + 2 * padding,
        )
        panel.moveCenter(QRectF(room).center())
        if aside:
            panel.moveBottomRight(QPointF(room.bottomRight()))
        painter.setPen(Qt.NoPen)
        painter.setBrush(BAND)
        painter.drawRoundedRect(panel, grid / 2, grid / 2)
        painter.setPen(DARK.text)
        if word:
            left = panel.center().x() - head.width() / 2
            baseline = panel.top() + padding + title.ascent()
            painter.setFont(font)
            painter.drawText(QPointF(left + bullet + grid, baseline), word)
            painter.setPen(Qt.NoPen)
            painter.setBrush(dot)
            middle = QPointF(left + bullet / 2, baseline - title.capHeight() / 2)
            painter.drawEllipse(middle, bullet / 2, bullet / 2)
            painter.setPen(DARK.text)
        painter.setFont(self._fonts.text)
        text = panel.adjusted(padding, padding + head.height(), -padding, -padding)
        painter.drawText(text, sentence, self._wrap)
        painter.restore()

    def _extent(self, painter: QPainter, sentence: str, width: float) -> QSizeF:
        """The size of *sentence* in lines of about equal length, none of them over *width*."""
        painter.setFont(self._fonts.text)
        grid = self._fonts.grid

        def size(width: float) -> QSizeF:
            return painter.boundingRect(QRectF(0, 0, width, 1 << 15), sentence, self._wrap).size()

        height = size(width).height()
        while width > _NARROWEST * grid and size(width - 2 * grid).height() <= height:
            width -= 2 * grid
        return size(width)
