from __future__ import annotations

from collections.abc import Callable

import pytest
from PyQt5.QtCore import QEvent, QPoint, QPointF, Qt
from PyQt5.QtGui import QFont, QMouseEvent
from PyQt5.QtWidgets import QApplication, QToolTip
from pytestqt.qtbot import QtBot

from app.ui.theme import DARK, LIGHT, Accents, fonts, qt_palette
from app.ui.triangle_shape import Shape
from app.ui.triangle_widget import TriangleWidget
from pipelines.selection.regions import draw_map
from pipelines.selection.scenario import Weights
from tests.app.ui.maps import small_map
from tests.pipelines.selection.tables import BALANCED


@pytest.fixture
def widget(qtbot: QtBot) -> TriangleWidget:
    font = QFont()
    font.setPixelSize(13)
    widget = TriangleWidget(fonts(font), Accents(), DARK)
    qtbot.addWidget(widget)
    widget.resize(400, 380)
    widget.show_map(small_map())
    widget.show()
    qtbot.waitExposed(widget)
    return widget


@pytest.fixture
def heard(widget: TriangleWidget) -> list[Weights]:
    found: list[Weights] = []
    widget.scenario_changed.connect(found.append)
    return found


@pytest.fixture
def at(widget: TriangleWidget) -> Callable[..., QPoint]:
    """Where a scenario lies in the widget."""
    shape: Shape = widget._painter.shape

    def place(*scenario: float) -> QPoint:
        return shape.point(scenario).toPoint()

    return place


def move(widget: TriangleWidget, place: QPoint) -> None:
    """A move of the mouse; Qt's own for tests only moves the cursor, and leaves the rest to it."""
    no = Qt.NoButton
    event = QMouseEvent(QEvent.MouseMove, QPointF(place), no, no, Qt.NoModifier)
    QApplication.sendEvent(widget, event)


def test_the_point_is_dragged(
    widget: TriangleWidget, heard: list[Weights], at: Callable[..., QPoint], qtbot: QtBot
) -> None:
    qtbot.mousePress(widget, Qt.LeftButton, pos=at(0.4, 0.3, 0.3))
    move(widget, at(0.1, 0.8, 0.1))
    qtbot.mouseRelease(widget, Qt.LeftButton, pos=at(0.1, 0.8, 0.1))
    assert len(heard) == 2
    weights = heard[-1]
    # The sum stays: the middle of the triangle is Equation 1 itself.
    assert weights.total == pytest.approx(3)
    assert weights.point == pytest.approx((0.1, 0.8, 0.1), abs=0.01)
    assert widget.weights == weights
    move(widget, at(0.3, 0.3, 0.4))
    assert len(heard) == 2  # let go


def test_outside_the_triangle_the_point_keeps_to_its_edge(
    widget: TriangleWidget, heard: list[Weights], qtbot: QtBot
) -> None:
    qtbot.mousePress(widget, Qt.LeftButton, pos=QPoint(0, 379))
    assert heard[-1].point == pytest.approx((0, 0, 1), abs=1e-9)
    move(widget, QPoint(399, 379))
    assert heard[-1].point == pytest.approx((0, 1, 0), abs=1e-9)


def test_arrow_keys_move_the_point(
    widget: TriangleWidget, heard: list[Weights], qtbot: QtBot
) -> None:
    for key, grows in (
        (Qt.Key_Up, "accuracy"),
        (Qt.Key_Right, "throughput"),
        (Qt.Key_Left, "power"),
    ):
        before = getattr(widget.weights, grows)
        qtbot.keyClick(widget, key)
        assert getattr(heard[-1], grows) > before
    before = widget.weights.accuracy
    qtbot.keyClick(widget, Qt.Key_Down)
    small = before - heard[-1].accuracy
    before = widget.weights.accuracy
    qtbot.keyClick(widget, Qt.Key_Down, Qt.ShiftModifier)
    assert before - heard[-1].accuracy == pytest.approx(5 * small)


def test_at_the_edge_a_key_changes_nothing(
    widget: TriangleWidget, heard: list[Weights], qtbot: QtBot
) -> None:
    widget.show_weights(Weights(3, 0, 0))
    qtbot.keyClick(widget, Qt.Key_Up)
    assert heard == []


def test_other_keys_are_the_window_s(
    widget: TriangleWidget, heard: list[Weights], qtbot: QtBot
) -> None:
    qtbot.keyClick(widget, Qt.Key_S)
    assert heard == []


def test_what_memory_and_latency_weigh_stays(
    widget: TriangleWidget, heard: list[Weights], qtbot: QtBot
) -> None:
    widget.show_weights(Weights(0.5, 0.25, 0.25, memory=0.3, latency=0.1))
    qtbot.keyClick(widget, Qt.Key_Up)
    weights = heard[-1]
    assert weights.total == pytest.approx(1)
    assert (weights.memory, weights.latency) == (0.3, 0.1)


def test_what_the_program_shows_is_not_the_user_s_doing(
    widget: TriangleWidget, heard: list[Weights]
) -> None:
    widget.show_weights(Weights(0.8, 0.1, 0.1))
    widget.show_map(small_map())
    widget.recolour(LIGHT)
    widget.resize(200, 200)
    assert heard == []
    assert widget.weights == Weights(0.8, 0.1, 0.1)


def test_the_region_under_the_pointer_tells_its_figures(
    widget: TriangleWidget, at: Callable[..., QPoint], qtbot: QtBot
) -> None:
    move(widget, at(0.05, 0.9, 0.05))
    assert QToolTip.text().splitlines()[:2] == [
        "fast · onnxruntime fp32",
        "50.0% top1 · 40.0 fps · 5.00 W measured, board, pi-pmic",
    ]
    move(widget, at(0.9, 0.05, 0.05))
    assert QToolTip.text().startswith("accurate")
    before = widget.grab().toImage()
    move(widget, QPoint(1, 1))
    assert widget.grab().toImage() != before


def test_it_speaks(widget: TriangleWidget) -> None:
    assert widget.accessibleName() == (
        "Scenario: accuracy 33%, throughput 33%, low power 33%: fast · onnxruntime fp32 wins, "
        "33% ahead of frugal · onnxruntime fp32"
    )
    widget.show_weights(Weights(1, 0, 0))
    assert "accuracy 100%" in widget.accessibleName()
    assert "accurate · onnxruntime fp32 wins" in widget.accessibleName()


@pytest.mark.parametrize("empty", [None, draw_map([], BALANCED)], ids=["no map", "no rows"])
def test_without_measurements_it_says_so(
    widget: TriangleWidget, heard: list[Weights], qtbot: QtBot, empty: object
) -> None:
    widget.show_map(empty)
    assert widget.accessibleName().startswith("Nothing is measured yet")
    qtbot.mousePress(widget, Qt.LeftButton, pos=QPoint(200, 200))
    qtbot.keyClick(widget, Qt.Key_Up)
    assert heard == []
    assert not widget.grab().isNull()


def test_a_scenario_beside_the_triangle_has_no_point(
    widget: TriangleWidget, heard: list[Weights], at: Callable[..., QPoint], qtbot: QtBot
) -> None:
    widget.show_weights(Weights(0, 0, 0, memory=1))
    assert "neither accuracy nor throughput nor power" in widget.accessibleName()
    qtbot.keyClick(widget, Qt.Key_Up)
    assert heard == []
    assert not widget.grab().isNull()
    qtbot.mousePress(widget, Qt.LeftButton, pos=at(1 / 3, 1 / 3, 1 / 3))
    assert heard[-1].total == pytest.approx(1)


def test_the_theme_changes_the_picture(widget: TriangleWidget) -> None:
    dark = widget.grab().toImage()
    widget.setPalette(qt_palette(LIGHT))
    widget.recolour(LIGHT)
    assert widget.grab().toImage() != dark


@pytest.mark.parametrize("size", [(160, 160), (1, 1), (900, 200), (200, 900)])
def test_any_size_will_do(widget: TriangleWidget, size: tuple[int, int]) -> None:
    widget.setMinimumSize(0, 0)
    widget.resize(*size)
    assert not widget.grab().isNull()
