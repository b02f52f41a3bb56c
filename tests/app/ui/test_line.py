from __future__ import annotations

import pytest
from PyQt5.QtCore import QRect
from PyQt5.QtGui import QColor, QFont, QFontDatabase, QFontMetricsF, QImage, QPainter
from pytestqt.qtbot import QtBot

from app.ui.line import Line, LinePainter, Segment, Steady, plain, strong
from app.ui.theme import DARK, fonts


@pytest.fixture
def line(qtbot: QtBot) -> LinePainter:
    return LinePainter(fonts(QFont()))


def uneven() -> QFont:
    """A font of this machine whose digits are not equally wide."""
    for family in QFontDatabase().families():
        font = QFont(family)
        font.setPixelSize(40)
        metrics = QFontMetricsF(font)
        if len({metrics.horizontalAdvance(digit) for digit in "0123456789"}) > 1:
            return font
    pytest.skip("every font here has digits of one width")


def test_digits_are_equally_wide_in_every_font(qtbot: QtBot) -> None:
    line = LinePainter(fonts(uneven()))
    assert line.width(strong("111.1")) == line.width(strong("888.8"))
    assert line.width("11") < line.width("111")


def test_figures_do_not_move_what_follows() -> None:
    steady = Steady()
    assert steady("fps", "9.9") == "9.9"
    assert steady("fps", "30.0") == "30.0"
    narrow = steady("fps", "9.9")
    assert len(narrow) == 4
    assert plain(narrow) == "9.9"
    assert steady("age", "9.9") == "9.9"  # each figure for itself


def test_padding_is_as_wide_as_a_digit(line: LinePainter) -> None:
    steady = Steady()
    steady("fps", "30.0")
    assert line.width(strong(steady("fps", "9.9"))) == line.width(strong("30.0"))


SEGMENTS = [
    Segment("Gate cam"),
    Segment("network 29.9 fps", ((2, "29.9 fps"),)),
    Segment("age 14 / 18 ms", ((1, ""),)),
]


@pytest.mark.parametrize(
    ("room", "shown"),
    [
        (9999, ["Gate cam", "network 29.9 fps", "age 14 / 18 ms"]),
        (260, ["Gate cam", "network 29.9 fps"]),  # level 1 leaves the age out
        (190, ["Gate cam", "29.9 fps"]),  # level 2 shortens the rate
    ],
)
def test_segments_shorten_in_order(line: LinePainter, room: int, shown: list[str]) -> None:
    scale = line.width("network 29.9 fps") / 130
    assert [text for _, text in line.fit(SEGMENTS, room * scale)] == shown


def test_the_name_is_elided_before_a_figure_is(line: LinePainter) -> None:
    (_, name), (_, rate) = line.fit(SEGMENTS, line.width("Gate 29.9 fps") + 16)
    assert name.endswith("…")
    assert rate == "29.9 fps"


def test_an_empty_line_is_drawn(line: LinePainter) -> None:
    image = QImage(40, 20, QImage.Format_RGB32)
    painter = QPainter(image)
    line.draw(painter, QRect(0, 0, 40, 20), [], DARK)
    line.draw(painter, QRect(0, 0, 40, 20), [Segment("", ((0, ""),))], DARK)
    painter.end()


def test_the_dot_has_its_colour(line: LinePainter) -> None:
    image = QImage(200, 24, QImage.Format_RGB32)
    image.fill(0)
    painter = QPainter(image)
    line.draw(painter, image.rect(), [Segment("MQTT", dot=QColor("#00ff00"))], DARK)
    painter.end()
    assert image.pixelColor(4, 12) == QColor("#00ff00")


def test_a_line_speaks(qtbot: QtBot) -> None:
    widget = Line(fonts(QFont()), DARK)
    qtbot.addWidget(widget)
    widget.show_segments([Segment(f"camera {strong('30.0')} fps"), Segment("MQTT off")], DARK)
    assert widget.accessibleName() == "camera 30.0 fps, MQTT off"
