"""Zones are seen where they are, and their names where there is room."""

from __future__ import annotations

import pytest
from PyQt5.QtCore import QPoint, QRect
from PyQt5.QtGui import QColor, QFont, QImage, QPainter
from pytestqt.qtbot import QtBot

from app.ui.theme import DARK, fonts
from app.ui.zones.drawing import Drawing
from app.ui.zones.painter import CHOSEN, ZonePainter, place
from pipelines.tracking.zones import Zone

GROUND = QColor("#ff0000")
SQUARE = Zone("door", ((0.25, 0.25), (0.75, 0.25), (0.75, 0.75), (0.25, 0.75)))
TARGET = QRect(100, 50, 400, 200)


@pytest.fixture
def painter(qtbot: QtBot) -> ZonePainter:
    return ZonePainter(fonts(QFont()))


def drawn(painter: ZonePainter, *zones: Zone, target: QRect = TARGET) -> QImage:
    image = QImage(600, 300, QImage.Format_RGB32)
    image.fill(GROUND)
    brush = QPainter(image)
    painter.draw(brush, zones, target)
    brush.end()
    return image


def changed(image: QImage) -> QRect:
    points = [
        QPoint(x, y)
        for y in range(image.height())
        for x in range(image.width())
        if image.pixelColor(x, y) != GROUND
    ]
    xs, ys = [point.x() for point in points], [point.y() for point in points]
    return QRect(QPoint(min(xs), min(ys)), QPoint(max(xs), max(ys)))


def test_a_zone_follows_the_scale_and_place_of_the_picture(painter: ZonePainter) -> None:
    assert place(SQUARE.points, TARGET).boundingRect().getRect() == (200, 100, 200, 100)
    image = drawn(painter, SQUARE)
    assert changed(image).adjusted(2, 2, -2, -2) == QRect(200, 100, 200, 100)
    assert image.pixelColor(300, 150) == GROUND  # the inside stays in view


def test_its_name_stands_inside_unless_there_is_no_room(painter: ZonePainter) -> None:
    assert drawn(painter, SQUARE).pixelColor(300, 190) != GROUND
    small = drawn(painter, SQUARE, target=QRect(100, 50, 200, 100))
    assert small.pixelColor(200, 115) == GROUND


def test_a_zone_of_some_labels_names_them(painter: ZonePainter) -> None:
    named = Zone("door", SQUARE.points, ("person", "dog"))
    assert drawn(painter, named) != drawn(painter, SQUARE)


def test_the_chosen_zone_and_its_corners_stand_out(painter: ZonePainter) -> None:
    drawing = Drawing([SQUARE], "zone")
    drawing.step()
    image = QImage(600, 300, QImage.Format_RGB32)
    image.fill(GROUND)
    brush = QPainter(image)
    painter.draw_editing(brush, drawing, TARGET, None)
    brush.end()
    assert image.pixelColor(200, 100) == CHOSEN  # the chosen corner
    assert image.pixelColor(400, 100) == DARK.text  # another one
    assert image.pixelColor(300, 140) != GROUND  # the inside is tinted
