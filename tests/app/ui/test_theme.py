from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from PyQt5.QtGui import QColor, QPalette
from pytestqt.qtbot import QtBot

from app import colours
from app.colours import PALETTE
from app.ui.theme import (
    BAND,
    DARK,
    LIGHT,
    STAGE,
    Accents,
    Palette,
    fonts,
    ink_on,
    qt_palette,
    resolve,
)
from models.candidate import Candidate

BOTH = pytest.mark.parametrize("palette", [DARK, LIGHT], ids=["dark", "light"])
TONES = ("text", "muted", "ok", "warn", "bad")


def contrast(one: QColor, other: QColor) -> float:
    return colours.contrast(one.getRgb()[:3], other.getRgb()[:3])


def over(top: QColor, ground: QColor) -> QColor:
    """*top*, which lets something through, as it looks on *ground*."""
    share = top.alphaF()
    pairs = zip(top.getRgb(), ground.getRgb(), strict=True)
    mixed = [round(above * share + below * (1 - share)) for above, below in pairs]
    return QColor(*mixed[:3])


def test_contrast_is_that_of_wcag() -> None:
    assert contrast(QColor("black"), QColor("white")) == pytest.approx(21.0)
    assert contrast(QColor("#777777"), QColor("white")) == pytest.approx(4.48, abs=0.005)


@BOTH
@pytest.mark.parametrize("tone", TONES)
@pytest.mark.parametrize("ground", ["window", "panel"])
def test_text_stands_out(palette: Palette, tone: str, ground: str) -> None:
    assert contrast(getattr(palette, tone), getattr(palette, ground)) >= 4.5


@BOTH
def test_hints_and_what_is_switched_off_can_be_read(palette: Palette) -> None:
    colours = qt_palette(palette)
    for group, role in (
        (QPalette.Active, QPalette.PlaceholderText),
        (QPalette.Disabled, QPalette.Text),
        (QPalette.Disabled, QPalette.WindowText),
        (QPalette.Disabled, QPalette.ButtonText),
    ):
        for ground in (palette.window, palette.panel):
            assert contrast(colours.color(group, role), ground) >= 4.5
    off, on = (
        colours.color(group, QPalette.Text) for group in (QPalette.Disabled, QPalette.Active)
    )
    assert off != on


def test_the_names_of_zones_can_be_read(qtbot: QtBot) -> None:
    from app.ui.zones.painter import CHOSEN

    assert contrast(CHOSEN, ink_on(CHOSEN)) >= 4.5


@pytest.mark.parametrize("tone", ["text", "muted", "warn"])
def test_text_over_the_picture_stands_out_even_from_white(tone: str) -> None:
    for picture in ("black", "white", "#808080"):
        assert contrast(getattr(DARK, tone), over(BAND, QColor(picture))) >= 4.5


def test_text_on_the_stage_stands_out() -> None:
    assert all(contrast(getattr(DARK, tone), STAGE) >= 4.5 for tone in TONES)


@BOTH
def test_accents_stand_out_and_carry_text(palette: Palette) -> None:
    for accent in palette.accents:
        assert contrast(accent, palette.window) >= 3
        assert contrast(accent, palette.panel) >= 3
        assert contrast(accent, ink_on(accent)) >= 4.5


def test_text_on_every_label_s_colour_stands_out() -> None:
    for colour in (QColor(*rgb) for rgb in PALETTE):
        assert contrast(colour, ink_on(colour)) >= 4.5


# Machado, Oliveira and Fernandes (2009), severity 1.0, on linear RGB.
SEEN_BY = {
    "everyone": np.eye(3),
    "protanopes": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "deuteranopes": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
    "tritanopes": np.array(
        [
            [1.255528, -0.076749, -0.178779],
            [-0.078411, 0.930809, 0.147602],
            [0.004733, 0.691367, 0.303900],
        ]
    ),
}
TO_XYZ = np.array(
    [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
) / np.array([[0.9505], [1.0], [1.089]])


def lab(colour: QColor, sight: np.ndarray) -> np.ndarray:
    rgb = np.array([colour.redF(), colour.greenF(), colour.blueF()])
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    x, y, z = np.cbrt(TO_XYZ @ np.clip(sight @ linear, 0.001, 1))
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


@BOTH
@pytest.mark.parametrize("who", SEEN_BY)
def test_accents_can_be_told_apart(palette: Palette, who: str) -> None:
    seen = [lab(accent, SEEN_BY[who]) for accent in palette.accents]
    # A difference of 2.3 is just noticeable; 12 is plain at a glance.
    assert min(np.linalg.norm(one - other) for one, other in combinations(seen, 2)) > 12


def test_the_system_palette_decides_unless_told_otherwise() -> None:
    dark, light = qt_palette(DARK), qt_palette(LIGHT)
    assert resolve("system", dark) is DARK
    assert resolve("system", light) is LIGHT
    assert resolve("dark", light) is DARK
    assert resolve("light", dark) is LIGHT
    assert dark.color(QPalette.Window) == DARK.window


def test_two_sizes_and_two_weights(qtbot: QtBot) -> None:
    from PyQt5.QtGui import QFont

    system = QFont()
    system.setPixelSize(9)
    small = fonts(system)
    all_three = (small.text, small.strong, small.large)
    assert small.text.pixelSize() == 13  # a smaller one could not be read over a picture
    assert len({font.pixelSize() for font in all_three}) == 2
    assert len({font.weight() for font in all_three}) == 2
    assert fonts(system, scale=2).text.pixelSize() == 26


def test_a_candidate_keeps_its_accent() -> None:
    accents = Accents()
    candidates = [Candidate("net", "fp32", "onnxruntime", threads=n) for n in range(1, 8)]
    first = [accents(candidate, DARK) for candidate in candidates]
    assert len({colour.name() for colour in first}) == 7
    assert accents(candidates[2], DARK) == first[2]
    assert accents(candidates[2], LIGHT) == LIGHT.accents[2]
