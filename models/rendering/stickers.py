"""What is stuck or printed on parcels: labels in frames of any shape, bar codes, text."""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from models.rendering.pen import Mask, Path, Pen, Points, arc, rasterise, rectangle, turned
from models.rendering.style import Drawing
from models.rendering.textures import Image, Tone

_MIN_CONTRAST = 60.0  # of luma, between ink and what it is printed on
_LUMA = np.array((0.114, 0.587, 0.299), np.float32)


@dataclass(frozen=True, slots=True)
class Sticker:
    """*cover* is what hides the surface, *ink* the printed share of it, each 0 to 255.

    Without a *paper* colour the ink is printed on the surface itself and *cover* equals *ink*.
    *ink_colour* is then None: it depends on the surface.
    """

    cover: Mask
    ink: Mask
    paper: Tone | None
    ink_colour: Tone | None

    def over(self, surface: Image) -> tuple[Tone, Tone]:
        """Opacity (h, w, 1) and colour (h, w, 3) for *surface*, the pixels it is put on."""
        opacity = self.cover.astype(np.float32)[..., None] / 255
        if self.paper is None or self.ink_colour is None:
            return opacity, stencil_colour(surface)
        ink = self.ink.astype(np.float32)[..., None] / 255
        return opacity, self.paper + ink * (self.ink_colour - self.paper)


def luma(colour: Tone) -> float:
    return float(colour @ _LUMA)


def stencil_colour(surface: Image) -> Tone:
    """Black or white, whichever can be read on the surface."""
    bright = luma(surface.reshape(-1, 3).mean(axis=0, dtype=np.float32))
    return np.full(3, 22 if bright > 105 else 240, np.float32)


def draw_label(
    rng: np.random.Generator, drawing: Drawing, side: int, framed: bool | None = None
) -> Sticker:
    """The symbol in a random frame and random colours, on a square of *side* pixels."""
    pen = Pen(rng)
    drawing(pen)
    shape, fit, drop = _FRAMES[rng.choice(len(_FRAMES), p=_FRAME_SHARES)]
    if framed is False or (framed is None and rng.random() < 0.2):
        ink = rasterise(_placed(rng, pen.paths, 0.94, 0.0), side)
        return Sticker(ink, ink, None, None)
    outline = shape
    fit *= rng.uniform(0.84, 1.0)
    paths = _placed(rng, pen.paths, fit, drop)
    manner = rng.random()
    if manner < 0.6:  # a printed line along the rim, or a little inside it
        inset, width = rng.choice((0.0, 0.03)), rng.uniform(0.02, 0.07)
        shrunk = (outline - 0.5) * (1 - 2 * inset - width) + 0.5
        paths = [*paths, Path(shrunk, width, True, True)]
    cover = rasterise([Path(outline, None, True, True)], side)
    ink = cv2.min(rasterise(paths, side), cover)
    paper, ink_colour = two_colours(rng)
    return Sticker(cover, np.asarray(ink, np.uint8), paper, ink_colour)


def _placed(rng: np.random.Generator, paths: list[Path], fit: float, drop: float) -> list[Path]:
    """The paths centred and scaled by *fit*, with the wobble of another hand in them."""
    stretch = rng.uniform(0.9, 1.0, 2)
    bend = rng.normal(0, 0.008, (2, 2))
    phase = rng.uniform(0, 2 * math.pi, 2)
    weight = rng.uniform(0.85, 1.2) * fit
    turn = rng.normal(0, 2)
    placed = []
    for path in paths:
        points = path.points + bend[0] * np.sin(path.points[:, ::-1] * 5 + phase)
        points = turned(points, turn)
        points = (points - 0.5) * stretch * fit + (0.5, 0.5 + drop)
        width = None if path.width is None else path.width * weight
        placed.append(Path(points, width, path.closed, path.ink))
    return placed


def two_colours(rng: np.random.Generator) -> tuple[Tone, Tone]:
    """Colours of paper and ink that can be told apart."""
    manner = rng.random()
    if manner < 0.45:
        paper = np.clip(rng.uniform(205, 252) + rng.normal(0, 5, 3), 0, 255)
    elif manner < 0.8:
        paper = _vivid(rng)
    elif manner < 0.9:
        paper = rng.uniform((70, 120, 150), (140, 190, 225))
    else:
        paper = rng.uniform(8, 70, 3)
    paper = paper.astype(np.float32)
    for _ in range(12):
        manner = rng.random()
        if manner < 0.5:
            ink = np.clip(rng.uniform(8, 60) + rng.normal(0, 6, 3), 0, 255)
        elif manner < 0.75:
            ink = np.clip(rng.uniform(205, 252) + rng.normal(0, 5, 3), 0, 255)
        else:
            ink = _vivid(rng)
        if abs(luma(ink.astype(np.float32)) - luma(paper)) >= _MIN_CONTRAST:
            return paper, ink.astype(np.float32)
    return paper, np.full(3, 15 if luma(paper) > 120 else 245, np.float32)


def _vivid(rng: np.random.Generator) -> npt.NDArray[np.float64]:
    hsv = np.array([[[rng.uniform(0, 180), rng.uniform(110, 255), rng.uniform(110, 250)]]])
    return np.asarray(cv2.cvtColor(hsv.astype(np.uint8), cv2.COLOR_HSV2BGR)[0, 0], float)


def draw_bar_code(rng: np.random.Generator, side: int) -> Sticker:
    """Bars, or a matrix of squares."""
    ink = np.zeros((side, side), np.uint8)
    tall = int(side * rng.uniform(0.3, 0.9))
    top, rim = (side - tall) // 2, side // 10
    cover = np.zeros_like(ink)
    if rng.random() < 0.65:
        cover[top : top + tall] = 255
        count = int(rng.integers(12, 40))
        bars = np.repeat(rng.integers(0, 2, (1, count)).astype(np.uint8) * 255, 2, axis=0)
        ink[top + rim : top + tall - rim, rim:-rim] = cv2.resize(
            bars, (side - 2 * rim, max(1, tall - 2 * rim)), interpolation=cv2.INTER_AREA
        )
    else:
        cover[:] = 255
        count = int(rng.integers(8, 18))
        cells = rng.integers(0, 2, (count, count)).astype(np.uint8) * 255
        inner = side - 2 * rim
        ink[rim:-rim, rim:-rim] = cv2.resize(cells, (inner, inner), interpolation=cv2.INTER_AREA)
    return Sticker(cover, ink, np.full(3, 244, np.float32), np.full(3, 24, np.float32))


_LETTERS = np.array(list("ABCDEFGHKLMNPQRSTUVWXYZ0123456789"))


def draw_text(rng: np.random.Generator, fonts: tuple[int, ...], side: int) -> Sticker:
    """One letter that fills the square, or lines of print."""
    font = int(rng.choice(fonts))
    ink = np.zeros((side, side), np.uint8)
    lines = 1 if rng.random() < 0.5 else int(rng.integers(2, 6))
    length = int(rng.integers(1, 3)) if lines == 1 else int(rng.integers(4, 11))
    for n in range(lines):
        text = "".join(rng.choice(_LETTERS, length))
        (width, height), _ = cv2.getTextSize(text, font, 1.0, 1)
        scale = min(0.86 * side / max(width, 1), 0.8 * side / lines / max(height, 1))
        thick = max(1, round(scale * rng.uniform(1, 4)))
        low = int(side * (n + 1) / lines - (side / lines - height * scale) / 2)
        left = int((side - width * scale) / 2)
        cv2.putText(ink, text, (left, low), font, scale, 255, thick, cv2.LINE_AA)
    if rng.random() < 0.5:
        return Sticker(ink, ink, None, None)
    paper, colour = two_colours(rng)
    return Sticker(np.full_like(ink, 255), ink, paper, colour)


def _rounded(left: float, top: float, right: float, bottom: float, radius: float) -> Points:
    corners = (
        (right - radius, top + radius, -90),
        (right - radius, bottom - radius, 0),
        (left + radius, bottom - radius, 90),
        (left + radius, top + radius, 180),
    )
    return np.vstack([arc(x, y, radius, start, start + 90) for x, y, start in corners])


_SQUARE = rectangle(0.01, 0.01, 0.99, 0.99)
_OCTAGON = np.array(
    [(0.29, 0), (0.71, 0), (1, 0.29), (1, 0.71), (0.71, 1), (0.29, 1), (0, 0.71), (0, 0.29)]
)
# Outline, how much of it a symbol may fill, and how far below the middle it sits.
_FRAMES: tuple[tuple[Points, float, float], ...] = (
    (_SQUARE, 0.88, 0.0),
    (_rounded(0.01, 0.01, 0.99, 0.99, 0.16), 0.84, 0.0),
    (np.array([(0.5, 0.0), (1.0, 0.5), (0.5, 1.0), (0.0, 0.5)]), 0.54, 0.0),
    (arc(0.5, 0.5, 0.49), 0.68, 0.0),
    (_OCTAGON, 0.76, 0.0),
    (np.array([(0.5, 0.03), (0.99, 0.93), (0.01, 0.93)]), 0.44, 0.12),
    (rectangle(0.13, 0.01, 0.87, 0.99), 0.7, 0.0),
    (rectangle(0.01, 0.13, 0.99, 0.87), 0.7, 0.0),
)
_OCTAGON = np.array(
    [(0.29, 0), (0.71, 0), (1, 0.29), (1, 0.71), (0.71, 1), (0.29, 1), (0, 0.71), (0, 0.29)]
)
_FRAME_SHARES = (0.26, 0.14, 0.14, 0.14, 0.07, 0.09, 0.08, 0.08)
