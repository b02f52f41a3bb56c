"""The bar under a picture on which zones are drawn: a name, labels, and every key as a button."""

from __future__ import annotations

from PyQt5.QtCore import QSignalBlocker, Qt, pyqtBoundSignal, pyqtSignal
from PyQt5.QtWidgets import QBoxLayout, QHBoxLayout, QLabel, QLineEdit, QWidget

from app.ui import theme
from app.ui.button import FINGER, Button
from app.ui.theme import DARK, GRID, Fonts
from pipelines.tracking.zones import Zone

_ONE_ROW = 90 * GRID  # what the fields and the buttons take beside each other
_LONGEST_NAME = 64


class ZoneBar(QWidget):
    """Says what to do next. *described* carries a zone's name and its labels, in a tuple."""

    described = pyqtSignal(str, tuple)
    begun = pyqtSignal()
    removed = pyqtSignal()
    saved = pyqtSignal()
    cancelled = pyqtSignal()

    def __init__(self, fonts: Fonts, parent: QWidget) -> None:
        super().__init__(parent)
        self.setPalette(theme.qt_palette(DARK))
        self.setAutoFillBackground(True)
        self.setCursor(Qt.ArrowCursor)
        self._hint = QLabel()
        self._hint.setFont(fonts.text)
        self._hint.setWordWrap(True)
        self._name = self._field(self.tr("Name"), fonts)
        self._name.setMaxLength(_LONGEST_NAME)
        self._labels = self._field(self.tr("Labels, or all"), fonts)
        self._labels.setToolTip(self.tr("Of which things it is: person, car"))
        self._remove = self._button(self.tr("remove"), self.removed, fonts)
        buttons = (
            self._button(self.tr("new zone"), self.begun, fonts),
            self._remove,
            self._button(self.tr("cancel"), self.cancelled, fonts),
            self._button(self.tr("save"), self.saved, fonts),
        )
        self._rows = QBoxLayout(QBoxLayout.LeftToRight)
        for widgets in ((self._name, self._labels), buttons):
            row = QHBoxLayout()
            row.setSpacing(GRID)
            for widget in widgets:
                row.addWidget(widget)
            self._rows.addLayout(row)
        layout = QBoxLayout(QBoxLayout.TopToBottom, self)
        layout.setContentsMargins(2 * GRID, GRID, 2 * GRID, GRID)
        layout.setSpacing(GRID)
        layout.addWidget(self._hint)
        layout.addLayout(self._rows)
        self.show_zone(None)

    def arrange(self, width: int) -> int:
        """Lay out for *width* pixels; returns the height that this takes."""
        wide = width >= _ONE_ROW
        self._rows.setDirection(QBoxLayout.LeftToRight if wide else QBoxLayout.TopToBottom)
        layout = self.layout()
        assert layout is not None
        layout.activate()
        return max(layout.heightForWidth(width), layout.minimumSize().height())

    def say(self, text: str, bad: bool = False) -> None:
        """What to do next, or what is wrong."""
        self._hint.setText(text)
        self._hint.setStyleSheet(f"color: {(DARK.bad if bad else DARK.text).name()}")
        self.setAccessibleName(text)

    def show_zone(self, zone: Zone | None) -> None:
        """Fill in what the chosen *zone* is called."""
        for field in (self._name, self._labels):
            field.setEnabled(zone is not None)
        with QSignalBlocker(self._name), QSignalBlocker(self._labels):
            if zone is None:
                self._name.clear()
                self._labels.clear()
            elif (zone.name, zone.labels) != (self._name.text(), self._wanted()):
                self._name.setText(zone.name)
                self._labels.setText(", ".join(zone.labels))

    def _wanted(self) -> tuple[str, ...]:
        labels = (label.strip() for label in self._labels.text().split(","))
        return tuple(dict.fromkeys(label for label in labels if label))

    def _field(self, name: str, fonts: Fonts) -> QLineEdit:
        field = QLineEdit()
        field.setFont(fonts.text)
        field.setPlaceholderText(name)
        field.setAccessibleName(name)
        field.setMinimumHeight(FINGER)
        field.setTextMargins(GRID, 0, GRID, 0)
        field.textEdited.connect(lambda: self.described.emit(self._name.text(), self._wanted()))
        return field

    def _button(self, word: str, pressed: pyqtBoundSignal, fonts: Fonts) -> Button:
        button = Button(fonts, word)
        button.setAutoDefault(True)  # Enter presses it, as Space does
        button.clicked.connect(pressed)
        return button
