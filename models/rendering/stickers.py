"""What is stuck or printed on parcels: labels in frames of any shape, bar codes, text."""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np

from models.rendering.frames import FRAME_SHARES, FRAMES, Frame
from models.rendering.lettering import Lettering
from models.rendering.pen import Drawing, Mask, Path, Pen, rasterise, turned
from models.rendering.textures import Image, Tone

_MIN_CONTRAST = 60.0  # of luma, between ink and what it is printed on
_PRINTED = 0.2  # of the labels are printed on the surface itself, where it allows that
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
        opacity = self.cover[..., None] / np.float32(255)
        if self.paper is None or self.ink_colour is None:
            return np.asarray(opacity, np.float32), stencil_colour(surface)
        ink = self.ink[..., None] / np.float32(255)
        colour = self.paper + ink * (self.ink_colour - self.paper)
        return np.asarray(opacity, np.float32), np.asarray(colour, np.float32)


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
    if framed is False or (framed is None and rng.random() < _PRINTED):
        ink = rasterise(placed(rng, pen.paths, 0.94, 0.0), side)
        return Sticker(ink, ink, None, None)
    frame = FRAMES[rng.choice(len(FRAMES), p=FRAME_SHARES)]
    paths = placed(rng, pen.paths, frame.fit * rng.uniform(0.84, 1.0), frame.drop)
    rim = rng.uniform(0.02, 0.07) if rng.random() < 0.6 else 0.0
    inset = float(rng.choice((0.0, 0.03)))
    return paste_up(paths, frame, rim, inset, two_colours(rng), side)


def paste_up(
    paths: list[Path], frame: Frame, rim: float, inset: float, colours: tuple[Tone, Tone], side: int
) -> Sticker:
    """A label of paper with *paths* printed on it.

    *rim* is the width of the line printed along the frame, 0 for none, *inset* what it keeps
    from the edge, *colours* those of paper and ink.
    """
    if rim:
        outline = (frame.outline - 0.5) * (1 - 2 * inset - rim) + 0.5
        paths = [*paths, Path(outline, rim, True, True)]
    cover = rasterise([Path(frame.outline, None, True, True)], side)
    return Sticker(cover, np.minimum(rasterise(paths, side), cover), *colours)


def placed(rng: np.random.Generator, paths: list[Path], fit: float, drop: float) -> list[Path]:
    """The paths scaled by *fit* and moved down, with the wobble of another hand in them."""
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
    paper = _paper(rng)
    for _ in range(12):
        ink = _print(rng)
        if abs(luma(ink) - luma(paper)) >= _MIN_CONTRAST:
            return paper, ink
    return paper, np.full(3, 15 if luma(paper) > 120 else 245, np.float32)


def _paper(rng: np.random.Generator) -> Tone:
    manner = rng.random()
    if manner < 0.45:
        return _grey(rng, 205, 252)
    if manner < 0.8:
        return _vivid(rng)
    low, high = ((70, 120, 150), (140, 190, 225)) if manner < 0.9 else ((8,) * 3, (70,) * 3)
    return rng.uniform(low, high).astype(np.float32)


def _print(rng: np.random.Generator) -> Tone:
    manner = rng.random()
    if manner < 0.5:
        return _grey(rng, 8, 60)
    return _grey(rng, 205, 252) if manner < 0.75 else _vivid(rng)


def _grey(rng: np.random.Generator, low: float, high: float) -> Tone:
    return np.clip(rng.uniform(low, high) + rng.normal(0, 5, 3), 0, 255).astype(np.float32)


def _vivid(rng: np.random.Generator) -> Tone:
    hsv = np.array([[[rng.uniform(0, 180), rng.uniform(110, 255), rng.uniform(110, 250)]]])
    return np.asarray(cv2.cvtColor(hsv.astype(np.uint8), cv2.COLOR_HSV2BGR)[0, 0], np.float32)


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


def draw_text(rng: np.random.Generator, lettering: Lettering, side: int) -> Sticker:
    """One or two letters that fill the square, or lines of print."""
    lines = 1 if rng.random() < 0.5 else int(rng.integers(2, 6))
    length = int(rng.integers(1, 3)) if lines == 1 else int(rng.integers(4, 11))
    ink = lettering(rng, lines, length, side)
    if rng.random() < 0.5:
        return Sticker(ink, ink, None, None)
    paper, colour = two_colours(rng)
    return Sticker(np.full_like(ink, 255), ink, paper, colour)
