from __future__ import annotations

import math

import numpy as np
import pytest
from PyQt5.QtCore import QPoint, QRect, QSize
from PyQt5.QtGui import QColor, QFont, QImage, QPainter
from pytestqt.qtbot import QtBot

from app.colours import label_colour
from app.ui.overlay import TOP_CLASSES, OverlayPainter
from app.ui.theme import fonts
from models.detection import Box, Detection

GROUND = QColor("#ff0000")
ACCENT = QColor(*label_colour("person"))
WIDTH, HEIGHT = 800, 600


@pytest.fixture
def overlay(qtbot: QtBot) -> OverlayPainter:
    return OverlayPainter(fonts(QFont()))


def drawn(
    overlay: OverlayPainter,
    *detections: Detection,
    source: QSize = QSize(WIDTH, HEIGHT),  # noqa: B008
    target: QRect = QRect(0, 0, WIDTH, HEIGHT),  # noqa: B008
    top: int = 0,
) -> QImage:
    image = QImage(WIDTH, HEIGHT, QImage.Format_RGB32)
    image.fill(GROUND)
    painter = QPainter(image)
    overlay.draw(painter, detections, source, target, top)
    painter.end()
    return image


def accented(image: QImage) -> QRect:
    """The rectangle around all pixels of the accent's colour."""
    bits = image.constBits().asarray(image.sizeInBytes())
    pixels = np.frombuffer(bits, np.uint8).reshape(image.height(), image.width(), 4)
    found = (pixels[..., 2::-1] == label_colour("person")).all(axis=2)
    if not found.any():
        return QRect()
    ys, xs = np.nonzero(found)
    return QRect(QPoint(xs.min(), ys.min()), QPoint(xs.max(), ys.max()))


def test_a_box_lies_where_it_was_found(overlay: OverlayPainter) -> None:
    image = drawn(overlay, Detection("person", 0.87, Box(200, 100, 400, 300)))
    for corner in ((200, 100), (399, 100), (200, 299), (399, 299)):
        assert image.pixelColor(*corner) == ACCENT
    assert image.pixelColor(300, 200) == GROUND  # the inside stays in view
    area = accented(image)
    assert (area.left(), area.right(), area.bottom()) == (200, 399, 299)
    assert 70 <= area.top() < 90  # the label sits on the box


def test_a_box_follows_the_scale_and_place_of_the_picture(overlay: OverlayPainter) -> None:
    image = drawn(
        overlay,
        Detection("person", 0.87, Box(400, 200, 800, 600)),
        source=QSize(1600, 1200),
        target=QRect(100, 50, 800 - 200, 450),
    )
    # 0.375 of its size, moved by (100, 50)
    assert image.pixelColor(250, 125) == ACCENT
    assert image.pixelColor(399, 274) == ACCENT


def test_a_label_at_the_upper_edge_flips_inside(overlay: OverlayPainter) -> None:
    image = drawn(overlay, Detection("person", 0.87, Box(200, 4, 400, 300)))
    assert accented(image) == QRect(200, 4, 200, 296)
    assert image.pixelColor(202, 12) == ACCENT  # the label's ground, inside the box


def test_a_label_keeps_below_the_figures(overlay: OverlayPainter) -> None:
    image = drawn(overlay, Detection("person", 0.87, Box(200, 4, 400, 300)), top=40)
    assert image.pixelColor(203, 42) == ACCENT
    assert image.pixelColor(203, 30) == GROUND


def test_a_label_at_the_right_edge_stays_in_the_picture(overlay: OverlayPainter) -> None:
    image = drawn(overlay, Detection("person", 0.87, Box(780, 100, 860, 300)))
    assert image.pixelColor(700, 90) == ACCENT
    assert image.pixelColor(780, 200) == ACCENT


@pytest.mark.parametrize(
    "box",
    [
        Box(-500, -500, -10, -10),  # left above the picture
        Box(900, 700, 1000, 800),  # right below it
        Box(300, 300, 300, 400),  # without width
        Box(400, 300, 200, 400),  # turned around
        Box(math.nan, 0, 100, 100),
        Box(0, 0, math.nan, 100),
    ],
)
def test_what_is_not_in_the_picture_is_not_drawn(overlay: OverlayPainter, box: Box) -> None:
    assert accented(drawn(overlay, Detection("person", 0.87, box))).isEmpty()


def test_a_box_without_end_leaves_only_its_sides_in_the_picture(overlay: OverlayPainter) -> None:
    image = drawn(overlay, Detection("person", 0.87, Box(200, -math.inf, math.inf, math.inf)))
    assert image.pixelColor(200, 300) == ACCENT
    assert image.pixelColor(799, 300) == GROUND
    assert image.pixelColor(400, 599) == GROUND


def test_nothing_is_drawn_outside_the_picture(overlay: OverlayPainter) -> None:
    target = QRect(100, 100, 400, 300)
    boxes = (Box(-50, -50, 900, 700), Box(0, 0, 300, 80), Box(700, 0, 900, 700))
    image = drawn(
        overlay, *(Detection("person", 0.5, b, track=10**30) for b in boxes), target=target
    )
    outside = [
        (x, y)
        for y in range(0, HEIGHT, 3)
        for x in range(0, WIDTH, 3)
        if not target.contains(x, y) and image.pixelColor(x, y) != GROUND
    ]
    assert outside == []


def test_a_track_has_its_place_in_the_label(overlay: OverlayPainter) -> None:
    box = Box(200, 100, 202, 300)  # narrower than its label, whose width then shows
    plain = accented(drawn(overlay, Detection("person", 0.87, box))).width()
    tracked = accented(drawn(overlay, Detection("person", 0.87, box, track=12))).width()
    assert tracked > plain


def test_a_label_keeps_its_width_while_the_score_moves(overlay: OverlayPainter) -> None:
    box = Box(200, 100, 202, 300)
    widths = {
        accented(drawn(overlay, Detection("person", score, box))).width()
        for score in (0.11, 0.74, 0.98)
    }
    assert len(widths) == 1


def test_in_a_small_picture_no_label_covers_another(overlay: OverlayPainter) -> None:
    target = QRect(0, 0, 360, 270)
    dog = QColor(*label_colour("dog"))
    first = Detection("person", 0.2, Box(100, 200, 300, 400), track=1)
    second = Detection("dog", 0.9, Box(110, 205, 310, 400), track=2)
    apart = Detection("dog", 0.9, Box(400, 205, 600, 400), track=3)
    for order in ((first, second, apart), (apart, second, first)):
        image = drawn(overlay, *order, target=target)
        assert image.pixelColor(50, 80) == ACCENT  # of both labels there, the first
        assert image.pixelColor(182, 79) == dog


def test_in_a_very_small_picture_boxes_stand_alone(overlay: OverlayPainter) -> None:
    box = Box(100, 200, 300, 400)
    image = drawn(overlay, Detection("person", 0.9, box), target=QRect(0, 0, 240, 180))
    assert accented(image) == QRect(30, 60, 60, 60)


def test_each_label_has_its_own_colour(overlay: OverlayPainter) -> None:
    dog = QColor(*label_colour("dog"))
    assert dog != ACCENT
    image = drawn(
        overlay,
        Detection("dog", 0.5, Box(20, 100, 120, 300)),
        Detection("person", 0.87, Box(200, 100, 400, 300)),
    )
    assert image.pixelColor(20, 200) == dog
    assert image.pixelColor(200, 200) == ACCENT


def test_labels_make_room_for_one_another(overlay: OverlayPainter) -> None:
    dog = QColor(*label_colour("dog"))
    person = Detection("person", 0.9, Box(200, 100, 400, 300), track=1)
    inside = Detection("dog", 0.2, Box(210, 104, 380, 280), track=2)
    above = Detection("dog", 0.2, Box(310, 100, 380, 280), track=2)
    for pair in ((person, inside), (inside, person)):
        image = drawn(overlay, *pair)
        assert image.pixelColor(202, 90) == ACCENT
        assert image.pixelColor(214, 284) == dog  # below its box, where nothing is
    width = accented(drawn(overlay, above, person)).width()
    assert width == 200  # nobody gives up what covers nobody


def test_classes_of_the_whole_picture_are_listed_at_the_lower_left(overlay: OverlayPainter) -> None:
    classes = [Detection("person", 1 / 2**n) for n in range(8, 0, -1)]
    image = drawn(overlay, *classes)
    area = accented(image)
    assert area.left() == 8
    assert area.bottom() > HEIGHT - 16
    bars = [y for y in range(HEIGHT) if image.pixelColor(8, y) == ACCENT]
    assert len(bars) == 3 * TOP_CLASSES  # each bar is three pixels high
    lengths = [sum(image.pixelColor(x, y) == ACCENT for x in range(WIDTH)) for y in bars[1::3]]
    assert lengths == sorted(lengths, reverse=True)  # the surest first


def test_the_list_leaves_most_of_a_small_picture_free(overlay: OverlayPainter) -> None:
    classes = [Detection("person", 1 / 2**n) for n in range(1, 6)]
    image = drawn(overlay, *classes, target=QRect(0, 0, 320, 180))
    bars = [y for y in range(HEIGHT) if image.pixelColor(8, y) == ACCENT]
    assert 3 <= len(bars) <= 6
    assert min(bars) > 100


def test_a_long_class_fits_into_a_small_picture(overlay: OverlayPainter) -> None:
    target = QRect(0, 0, 120, 90)
    image = drawn(overlay, Detection("Indian elephant " * 4, 0.9), target=target)
    assert image.pixelColor(130, 80) == GROUND
