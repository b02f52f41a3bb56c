"""Fields of the settings' page: a label, an editor for one value, and what came of a change."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PyQt5.QtCore import Qt, pyqtSignal
from PyQt5.QtGui import QPalette, QWheelEvent
from PyQt5.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QLabel,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from app.ui import theme
from app.ui.button import FINGER
from app.ui.dropdown import Dropdown
from app.ui.text import Paragraph, coloured
from app.ui.theme import GRID, Fonts, Palette


class Field(QWidget):
    """*changed* carries the value that the user entered; `show_value` does not emit it."""

    changed = pyqtSignal(object)

    def __init__(self, label: str, editor: QWidget, fonts: Fonts, hint: str = "") -> None:
        super().__init__()
        self.hint = hint
        self._editor = editor
        editor.setFont(fonts.text)
        editor.setMinimumHeight(FINGER)
        editor.setAccessibleName(label)
        self._answer = Paragraph(fonts)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID // 2)
        if not isinstance(editor, QCheckBox):
            named = QLabel(label)
            named.setFont(fonts.text)
            named.setBuddy(editor)
            layout.addWidget(named)
        layout.addWidget(editor)
        layout.addWidget(self._answer)

    def show_value(self, value: Any) -> None:
        """Show what the file says."""
        raise NotImplementedError

    def recolour(self, palette: Palette) -> None:
        """Change the theme."""
        # Qt draws an editor's outline as a darker shade of this role: it has to stand out.
        outlined = theme.qt_palette(palette)
        outlined.setColor(QPalette.Window, palette.muted)
        self._editor.setPalette(outlined)
        self.answer("", palette)

    def answer(self, sentence: str, palette: Palette, *, bad: bool = False) -> None:
        """Say what came of a change; "" gives the *hint* again, what is to be known before one."""
        colour = palette.bad if bad else palette.ok if sentence else palette.muted
        text = sentence or self.hint
        self._answer.show_text(coloured(text, colour) if text else "")
        self._answer.setVisible(bool(text))
        self.setAccessibleDescription(text)


class TextField(Field):
    """One line of text; it counts when the field is left, or with Enter."""

    def __init__(self, label: str, fonts: Fonts, example: str, hint: str = "") -> None:
        self._edit = QLineEdit()
        super().__init__(label, self._edit, fonts, hint)
        self._edit.setPlaceholderText(example)
        self._edit.editingFinished.connect(self._finish)
        self._shown = ""

    def show_value(self, value: str) -> None:
        self._shown = value
        self._edit.setText(value)

    def _finish(self) -> None:
        text = self._edit.text().strip()
        if text != self._shown:
            self._shown = text  # what is refused is told once, and stays to be mended
            self.changed.emit(text)


class ChoiceField(Field):
    """One of several values, each with its word."""

    def __init__(self, label: str, fonts: Fonts, hint: str = "") -> None:
        self._box = _Box()
        super().__init__(label, self._box, fonts, hint)
        self._box.activated[int].connect(lambda row: self.changed.emit(self._box.itemData(row)))

    def offer(self, values: Sequence[tuple[str, str]]) -> None:
        """Replace what can be chosen: pairs of value and word."""
        self._box.clear()
        for value, word in values:
            self._box.addItem(word, value)

    def show_value(self, value: str) -> None:
        if self._box.findData(value) < 0:
            self._box.addItem(value, value)
        self._box.setCurrentIndex(self._box.findData(value))


class NumberField(Field):
    """A number from 0 up, with its unit."""

    def __init__(self, label: str, fonts: Fonts, unit: str, most: float, hint: str = "") -> None:
        self._box = _Number()
        super().__init__(label, self._box, fonts, hint)
        self._box.setRange(0, most)
        self._box.setDecimals(2)
        self._box.setSingleStep(most / 20 if most <= 1 else 0.1)
        self._box.setSuffix(f" {unit}" if unit else "")
        self._box.setKeyboardTracking(False)
        # They are too small for a finger; the arrow keys do the same.
        self._box.setButtonSymbols(QDoubleSpinBox.NoButtons)
        self._box.valueChanged[float].connect(lambda value: self.changed.emit(round(value, 2)))

    def show_value(self, value: float) -> None:
        self._box.blockSignals(True)
        self._box.setValue(value)
        self._box.blockSignals(False)


class SwitchField(Field):
    """On or off."""

    def __init__(self, label: str, fonts: Fonts, hint: str = "") -> None:
        self._box = QCheckBox(label)
        super().__init__(label, self._box, fonts, hint)
        self._box.clicked[bool].connect(self.changed.emit)

    def show_value(self, value: bool) -> None:
        self._box.setChecked(value)


class _Box(Dropdown):
    """Passed over by the wheel, which scrolls the page, until somebody goes into it."""

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.StrongFocus)
        self.setSizeAdjustPolicy(QComboBox.AdjustToMinimumContentsLengthWithIcon)

    def wheelEvent(self, event: QWheelEvent) -> None:
        super().wheelEvent(event) if self.hasFocus() else event.ignore()


class _Number(QDoubleSpinBox):
    """Passed over by the wheel, as a `_Box`."""

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.StrongFocus)

    def wheelEvent(self, event: QWheelEvent) -> None:
        super().wheelEvent(event) if self.hasFocus() else event.ignore()
