"""Paragraphs of a panel: rich text that takes whatever width there is."""

from __future__ import annotations

from html import escape

from PyQt5.QtCore import Qt
from PyQt5.QtGui import QColor
from PyQt5.QtWidgets import QLabel, QSizePolicy

from app.ui.theme import Fonts


class Paragraph(QLabel):
    """Rich text, wrapped at the width of what it stands in, however long it is."""

    def __init__(self, fonts: Fonts) -> None:
        super().__init__()
        self.setFont(fonts.text)
        self.setTextFormat(Qt.RichText)
        self.setTextInteractionFlags(Qt.LinksAccessibleByMouse | Qt.LinksAccessibleByKeyboard)
        self.setWordWrap(True)
        self.setAlignment(Qt.AlignTop)
        self.setSizePolicy(QSizePolicy.Ignored, QSizePolicy.Preferred)

    def show_text(self, text: str) -> None:
        """Replace what is shown. Cheap where nothing has changed."""
        if text != self.text():
            self.setText(text)


def coloured(text: str, colour: QColor) -> str:
    """*text*, which is no markup, in *colour*."""
    return f"<span style='color:{colour.name()}'>{escape(text)}</span>"


def dot(colour: QColor) -> str:
    """A dot before a word: the colour never stands alone."""
    return f"<span style='color:{colour.name()}'>●</span>&nbsp;"
