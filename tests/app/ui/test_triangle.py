from __future__ import annotations

from collections.abc import Callable
from itertools import combinations

import numpy as np
import pytest
from PyQt5.QtCore import QPointF, QRectF
from PyQt5.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter
from pytestqt.qtbot import QtBot

from app import colours
from app.ui.theme import DARK, LIGHT, Accents, Fonts, Palette, fonts, ink_on
from app.ui.triangle import TrianglePainter, styles
from app.ui.triangle_labels import place_labels
from app.ui.triangle_shape import Shape, middle_of
from pipelines.selection.regions import OptimumMap
from tests.app.ui.maps import crowded_map, small_map

BOTH = pytest.mark.parametrize("palette", [DARK, LIGHT], ids=["dark", "light"])
ROOM = QRectF(0, 0, 520, 480)


@pytest.fixture
def sizes(qtbot: QtBot) -> Fonts:
    font = QFont()
    font.setPixelSize(13)
    return fonts(font)


def picture(paint: Callable[[QPainter], None], palette: Palette) -> QImage:
    image = QImage(520, 480, QImage.Format_RGB32)
    image.fill(palette.panel)
    painter = QPainter(image)
    paint(painter)
    painter.end()
    return image


def pixels(image: QImage) -> np.ndarray:
    pointer = image.constBits()
    pointer.setsize(image.byteCount())
    return np.frombuffer(pointer, np.uint8).reshape(image.height(), image.width(), 4).copy()


def inside(drawn: OptimumMap, number: int, shape: Shape) -> QPointF:
    corners = drawn.regions[number].polygon
    return middle_of([shape.point(tuple(map(float, corner))) for corner in corners])


@BOTH
def test_every_region_has_its_ground(sizes: Fonts, palette: Palette) -> None:
    drawn = small_map()
    accents = Accents()
    triangle = TrianglePainter(drawn, ROOM, sizes, accents, palette)
    image = picture(triangle.draw, palette)
    for number, style in enumerate(styles(drawn, accents, palette)):
        corner = triangle.shape.point(tuple(map(float, drawn.regions[number].polygon[0])))
        centre = inside(drawn, number, triangle.shape)
        near = corner + (centre - corner) * 0.2  # away from the label
        assert image.pixelColor(near.toPoint()) == style.ground(palette)
    assert image.pixelColor(2, 2) == palette.panel


@BOTH
def test_text_on_a_ground_stands_out(palette: Palette) -> None:
    drawn = crowded_map(8)
    for style in styles(drawn, Accents(), palette):
        for hovered in (False, True):
            ground = style.ground(palette, hovered)
            ratio = colours.contrast(ink_on(ground).getRgb()[:3], ground.getRgb()[:3])
            assert ratio >= 4.5


@BOTH
def test_who_shares_an_accent_is_told_apart_by_hatching(palette: Palette) -> None:
    found = styles(crowded_map(20), Accents(), palette)
    looks = [(style.accent.name(), style.hatch) for style in found]
    assert len(looks) == len(set(looks)) == 20
    assert [style.hatch for style in found[:7]] == [None] * 7


def test_a_candidate_keeps_its_accent_in_another_map(qtbot: QtBot) -> None:
    accents = Accents()
    first = small_map()
    look = dict(zip(first.reduced, styles(first, accents, DARK), strict=True))
    crowded = crowded_map(8)
    styles(crowded, accents, DARK)
    again = dict(zip(first.reduced, styles(first, accents, DARK), strict=True))
    assert look == again


def test_the_region_under_the_pointer_stands_out(sizes: Fonts) -> None:
    drawn = small_map()
    triangle = TrianglePainter(drawn, ROOM, sizes, Accents(), DARK)
    plain = pixels(picture(triangle.draw, DARK))
    hovered = drawn.regions[1].candidate
    other = pixels(picture(lambda painter: triangle.draw(painter, hovered), DARK))
    changed = np.argwhere((plain != other).any(axis=2))
    assert len(changed)
    for y, x in changed[:: len(changed) // 50]:
        assert drawn.at(triangle.shape.scenario(QPointF(x, y))).winner == hovered


@BOTH
def test_the_marker_stands_out_from_every_ground(sizes: Fonts, palette: Palette) -> None:
    triangle = TrianglePainter(small_map(), ROOM, sizes, Accents(), palette)
    for point in ((0.8, 0.1, 0.1), (0.1, 0.8, 0.1), (0.1, 0.1, 0.8)):
        image = picture(lambda painter, at=point: triangle.draw_marker(painter, at), palette)
        centre = triangle.shape.point(point).toPoint()
        seen = {image.pixelColor(centre.x() + dx, centre.y()).name() for dx in range(12)}
        assert {"#ffffff", "#000000"} <= seen
    focused = picture(lambda painter: triangle.draw_marker(painter, point, True), palette)
    assert (pixels(focused) != pixels(image)).any()


@pytest.mark.parametrize("count", [1, 3, 12, 60])
def test_labels_stay_in_their_regions_and_apart(sizes: Fonts, count: int) -> None:
    drawn = crowded_map(count)
    metrics = QFontMetricsF(sizes.text)
    shape = Shape(ROOM.adjusted(30, 30, -30, -30))
    polygons = [
        [shape.point(tuple(map(float, corner))) for corner in region.polygon]
        for region in drawn.regions
    ]
    wordings = [
        [("a network's name", "an engine"), (str(number),)] for number in range(len(polygons))
    ]
    marker = QRectF(0, 0, 24, 24)
    marker.moveCenter(shape.point((1 / 3, 1 / 3, 1 / 3)))
    labels = place_labels(shape, polygons, wordings, metrics, marker)
    for number, label in enumerate(labels):
        if label.anchor is None:
            place = label.place
            points = [place.topLeft(), place.topRight(), place.bottomLeft(), place.bottomRight()]
        else:
            points = [label.anchor]
            assert label.lines == (str(number),)
            assert not shape.contains(label.place.center())
        for point in points:
            assert drawn.at(shape.scenario(point)).winner == drawn.regions[number].candidate
    for one, other in combinations(labels, 2):
        assert not one.place.adjusted(1, 1, -1, -1).intersects(other.place)
    assert not labels[0].place.intersects(marker)
    if count <= 3:
        assert labels[0].lines == ("a network's name", "an engine")
    if count == 60:
        assert any(label.anchor for label in labels)


def test_corners_say_what_they_stand_for(sizes: Fonts) -> None:
    # Written in the strong weight, in the colour of text.
    drawn = small_map()
    triangle = TrianglePainter(drawn, ROOM, sizes, Accents(), LIGHT)
    image = pixels(picture(triangle.draw, LIGHT))
    bottom = round(triangle.shape.power.y())
    below = image[bottom + 4 :, :, :3]
    assert (below.min(axis=2) < 128).any()
    left, right = below[:, :260].min(axis=2) < 128, below[:, 260:].min(axis=2) < 128
    assert left.any()
    assert right.any()


def test_it_is_legible_in_grey(sizes: Fonts) -> None:
    # Outlines contrast with every ground, whatever the grounds are as greys.
    drawn = crowded_map(12)
    for palette in (DARK, LIGHT):
        for style in styles(drawn, Accents(), palette):
            ground = QColor(style.ground(palette))
            ratio = colours.contrast(palette.text.getRgb()[:3], ground.getRgb()[:3])
            assert ratio >= 3
