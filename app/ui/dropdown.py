"""A drop-down list in the window's own colours."""

from __future__ import annotations

from PyQt5.QtWidgets import QComboBox, QStyledItemDelegate


class Dropdown(QComboBox):
    """Its list is a window of its own to Qt, and would have the desktop's colours."""

    def __init__(self) -> None:
        super().__init__()
        # The style's own delegate paints a menu, with the application's palette for menus.
        self.setItemDelegate(QStyledItemDelegate(self))

    def showPopup(self) -> None:
        view = self.view()
        assert view is not None
        for part in (view, view.parentWidget()):
            if part is not None:
                part.setPalette(self.palette())
        super().showPopup()
