"""Something that is folded away until it is asked for."""

from __future__ import annotations

from PyQt5.QtCore import QSize, Qt
from PyQt5.QtWidgets import QSizePolicy, QToolButton, QVBoxLayout, QWidget

from app.ui.button import finger
from app.ui.theme import Fonts


class Fold(QWidget):
    """A heading that shows and hides *body*."""

    def __init__(self, body: QWidget, fonts: Fonts) -> None:
        super().__init__()
        self._body = body
        self._heading = QToolButton()
        self._heading.setFont(fonts.text)
        self._heading.setCheckable(True)
        self._heading.setAutoRaise(True)
        self._heading.setToolButtonStyle(Qt.ToolButtonTextBesideIcon)
        self._heading.setMinimumHeight(finger(fonts))
        self._heading.setIconSize(QSize(fonts.grid, fonts.grid))
        self._heading.setSizePolicy(QSizePolicy.Expanding, QSizePolicy.Fixed)
        self._heading.toggled.connect(self._unfold)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._heading)
        layout.addWidget(body)
        self._unfold(False)

    def title(self, text: str) -> None:
        """Change the heading."""
        self._heading.setText(text)

    def _unfold(self, shown: bool) -> None:
        self._heading.setArrowType(Qt.DownArrow if shown else Qt.RightArrow)
        self._body.setVisible(shown)
