"""Colours, fonts and spacing: dark and light, two sizes and two weights, an 8-pixel grid."""

from __future__ import annotations

from dataclasses import dataclass

from PyQt5.QtGui import QColor, QFont, QFontInfo, QPalette

from app.colours import PALETTE, Rgb, luminance, text_on
from models.candidate import Candidate

GRID = 8


@dataclass(frozen=True, slots=True)
class Palette:
    """The colours of one theme: text contrasts 4.5:1 or better with *window* and *panel*.

    *accents* tell candidates apart, for the colour-blind too; as graphics they contrast 3:1.
    """

    window: QColor
    panel: QColor
    border: QColor
    text: QColor
    muted: QColor
    ok: QColor
    warn: QColor
    bad: QColor
    idle: QColor
    accents: tuple[QColor, ...]


DARK = Palette(
    window=QColor("#10161D"),
    panel=QColor("#18202A"),
    border=QColor("#2B3643"),
    text=QColor("#EEF2F6"),
    muted=QColor("#A3AFBC"),
    ok=QColor("#5CC993"),
    warn=QColor("#F2B84B"),
    bad=QColor("#FF8A7A"),
    idle=QColor("#8F9CAA"),
    accents=tuple(QColor(*colour) for colour in PALETTE),
)
LIGHT = Palette(
    window=QColor("#F4F6F9"),
    panel=QColor("#FFFFFF"),
    border=QColor("#D3DAE2"),
    text=QColor("#151B22"),
    muted=QColor("#55606D"),
    ok=QColor("#1B7A4B"),
    warn=QColor("#8F5A00"),
    bad=QColor("#BC2A1E"),
    idle=QColor("#66717E"),
    # The same hues, darkened until they contrast with white and still differ for everyone.
    accents=tuple(
        map(QColor, ["#1E85B2", "#BF7F00", "#5A2448", "#3F3707", "#00613F", "#A34B0F", "#25307D"])
    ),
)

# The picture's surroundings stay dark in both themes, as everywhere where one looks at pictures;
# the band is what makes text legible over any picture.
STAGE = QColor("#06090C")
BAND = QColor(6, 9, 12, 196)


def ink_on(colour: QColor) -> QColor:
    """Black or white, whichever reads better on *colour*."""
    return QColor(*text_on(_rgb(colour)))


def _rgb(colour: QColor) -> Rgb:
    return colour.red(), colour.green(), colour.blue()


def resolve(name: str, system: QPalette) -> Palette:
    """The palette called "dark" or "light"; "system" goes by the lightness of *system*."""
    if name == "system":
        name = "dark" if luminance(_rgb(system.color(QPalette.Window))) < 0.2 else "light"
    return {"dark": DARK, "light": LIGHT}[name]


def qt_palette(palette: Palette) -> QPalette:
    """*palette* for Qt's own widgets."""
    roles = {
        QPalette.Window: palette.window,
        QPalette.Base: palette.panel,
        QPalette.Button: palette.panel,
        QPalette.WindowText: palette.text,
        QPalette.Text: palette.text,
        QPalette.ButtonText: palette.text,
        QPalette.Mid: palette.border,
        QPalette.Highlight: palette.accents[0],
        QPalette.HighlightedText: ink_on(palette.accents[0]),
        QPalette.ToolTipBase: palette.panel,
        QPalette.ToolTipText: palette.text,
        QPalette.PlaceholderText: palette.muted,
    }
    out = QPalette()
    for role, colour in roles.items():
        out.setColor(role, colour)
    for role in (QPalette.WindowText, QPalette.Text, QPalette.ButtonText):
        out.setColor(QPalette.Disabled, role, palette.idle)
    return out


@dataclass(frozen=True, slots=True)
class Fonts:
    """Two sizes and two weights, in the user's own font, and the spacing that goes with them."""

    text: QFont
    strong: QFont
    large: QFont
    grid: int = GRID


def fonts(system: QFont, scale: float = 1.0) -> Fonts:
    """The fonts at *scale* times the user's size, which is taken as 13 pixels at least."""
    pixels = round(max(13, QFontInfo(system).pixelSize()) * scale)
    text, strong, large = QFont(system), QFont(system), QFont(system)
    text.setPixelSize(pixels)
    strong.setPixelSize(pixels)
    large.setPixelSize(round(pixels * 2))
    strong.setWeight(QFont.DemiBold)
    large.setWeight(QFont.DemiBold)
    return Fonts(text, strong, large, round(GRID * scale))


class Accents:
    """Gives every candidate its accent, the same one wherever the candidate is shown.

    Boxes have the colours of their labels instead (docs/decisions/0004-colours.md).
    """

    def __init__(self) -> None:
        self._index: dict[Candidate, int] = {}

    def __call__(self, candidate: Candidate, palette: Palette) -> QColor:
        """The accent of *candidate*; the first ones seen all differ."""
        index = self._index.setdefault(candidate, len(self._index))
        return palette.accents[index % len(palette.accents)]
