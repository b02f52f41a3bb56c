"""Backgrounds in the manner of photographs: bodies of people and animals, streets with fronts."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from models.rendering.clutter import cut_out, heap, thicket
from models.rendering.pen import smooth
from models.rendering.textures import Image, any_colour, cloudy, leaves, plain, ribbed

Points = npt.NDArray[np.float64]

_SKIN = ((95, 130, 175), (170, 195, 235))  # BGR, from and to


def bodies(rng: np.random.Generator, size: int) -> Image:
    """Round limbs around trunks, clothed, spotted or striped, in front of something else."""
    grounds = (cloudy, thicket, heap, leaves)
    image = grounds[rng.integers(len(grounds))](rng, size)
    cloths = [cloth(rng, size) for cloth in (ribbed, leaves)]
    if rng.random() < 0.5:  # what lies behind is out of focus
        image = np.asarray(cv2.GaussianBlur(image, (0, 0), rng.uniform(0.8, 3)), np.uint8)
    for _ in range(int(rng.integers(1, 5))):
        middle, tall = rng.uniform(0, 1, 2) * size, size * rng.uniform(0.2, 0.75)
        upright = rng.random() < 0.6
        skin = rng.uniform(*_SKIN) if upright else any_colour(rng)
        trunk = np.array((0.16, 0.3) if upright else (0.34, 0.17)) * tall
        for way in (-0.7, -0.4, 0.4, 0.7):
            foot = middle + trunk * (way, 1) + (rng.normal(0, 0.1) * tall, 0.35 * tall)
            if upright and abs(way) > 0.5:  # an arm
                foot = middle + rng.normal(0, 0.3, 2) * tall
            knee = (middle + trunk * (way, 0.5) + foot) / 2 + rng.normal(0, 0.05, 2) * tall
            limb = smooth(np.stack([middle + trunk * (way, 0.2), knee, foot]))
            _line(image, limb, skin, 0.09 * tall)
        angles = np.linspace(0, 2 * np.pi, 9, endpoint=False)
        reach = rng.uniform(0.8, 1.15, (9, 1)) * trunk
        outline = smooth(np.stack([np.cos(angles), np.sin(angles)], 1) * reach + middle, True)
        cut_out(rng, image, np.rint(outline).astype(np.int32), cloths[rng.integers(2)])
        head = middle - trunk * ((0, 1.35) if upright else (1.2, 0.8))
        axes = (max(1, int(0.09 * tall)), max(1, int(0.12 * tall)))
        spot = np.rint(head).astype(int).tolist()
        cv2.ellipse(image, spot, axes, rng.normal(0, 15), 0, 360, skin.tolist(), -1, cv2.LINE_AA)
        if upright:
            hair = (any_colour(rng) * 0.5).tolist()
            cv2.ellipse(image, spot, axes, 0, 175, 365, hair, -1, cv2.LINE_AA)
    return image


def street(rng: np.random.Generator, size: int) -> Image:
    """A sky, a ground, fronts with rows of windows, boards and poles."""
    image = plain(rng, size)
    horizon = int(size * rng.uniform(0.35, 0.8))
    grounds = (cloudy, ribbed, thicket)
    image[horizon:] = grounds[rng.integers(len(grounds))](rng, size)[horizon:]
    left = -size * rng.uniform(0, 0.3)
    while left < size:
        wide = size * rng.uniform(0.12, 0.5)
        if rng.random() < 0.75:
            _front(rng, image, left, wide, horizon)
        left += wide * rng.uniform(0.9, 1.4)
    for _ in range(int(rng.integers(0, 6))):
        colour = np.clip(any_colour(rng) * rng.choice((0.4, 1.0)), 0, 255)
        start = np.array((rng.uniform(0, size), rng.uniform(0, 0.5) * size))
        along = (rng.normal(0, 3), size) if rng.random() < 0.7 else (size, rng.normal(0, 30))
        _line(image, np.stack([start, start + along]), colour, size * rng.uniform(0.004, 0.03))
    return image


def _front(
    rng: np.random.Generator, image: Image, left: float, wide: float, horizon: float
) -> None:
    """A house in a slight perspective, from somewhere above the horizon to a little below it."""
    size = image.shape[0]
    top, low = horizon - size * rng.uniform(0.1, 0.7), horizon + size * rng.uniform(0, 0.15)
    lean = rng.normal(0, 0.12, 2) * (low - top)
    corners = np.array(
        [(left, top + lean[0]), (left + wide, top), (left + wide, low), (left, low + lean[1])]
    )
    wall, pane, frame = any_colour(rng), any_colour(rng) * rng.uniform(0.2, 0.9), any_colour(rng)
    cv2.fillConvexPoly(image, _fixed(corners), wall.tolist(), cv2.LINE_AA, 4)
    rows, columns = (int(n) for n in rng.integers(1, 7, 2))
    share = rng.uniform(0.4, 0.85, 2)
    for row in range(rows):
        for column in range(columns):
            cell = np.array([(0, 0), (1, 0), (1, 1), (0, 1)]) - 0.5
            x, y = ((cell * share + 0.5 + (column, row)) / (columns, rows)).T[..., None]
            upper = corners[0] * (1 - x) + corners[1] * x
            under = corners[3] * (1 - x) + corners[2] * x
            window = _fixed(upper * (1 - y) + under * y)
            cv2.fillConvexPoly(image, window, pane.tolist(), cv2.LINE_AA, 4)
            cv2.polylines(image, [window], True, frame.tolist(), 1, cv2.LINE_AA, 4)


def _line(
    image: Image, points: Points, colour: npt.NDArray[np.floating[Any]], width: float
) -> None:
    thick = max(1, round(width))
    cv2.polylines(image, [_fixed(points)], False, colour.tolist(), thick, cv2.LINE_AA, 4)


def _fixed(points: Points) -> npt.NDArray[np.int32]:
    return np.rint(points * 16).astype(np.int32)
