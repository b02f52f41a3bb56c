"""Letters for the print on parcels: one way for learning, another for the held-out pictures."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np

from models.rendering.pen import Mask, Path, rasterise

# Lines of letters, evenly over a square of *side* pixels, in ink of 255.
Lettering = Callable[[np.random.Generator, int, int, int], Mask]

_LETTERS = np.array(list("ABCDEFGHKLMNPQRSTUVWXYZ0123456789"))
_FONTS = (cv2.FONT_HERSHEY_SIMPLEX, cv2.FONT_HERSHEY_DUPLEX, cv2.FONT_HERSHEY_COMPLEX)


def typeset(rng: np.random.Generator, lines: int, length: int, side: int) -> Mask:
    """Letters and digits in one of OpenCV's fonts."""
    font = int(rng.choice(_FONTS))
    ink = np.zeros((side, side), np.uint8)
    for n in range(lines):
        text = "".join(rng.choice(_LETTERS, length))
        (width, height), _ = cv2.getTextSize(text, font, 1.0, 1)
        scale = min(0.86 * side / max(width, 1), 0.8 * side / lines / max(height, 1))
        thick = max(1, round(scale * rng.uniform(1, 4)))
        low = int(side * (n + 1) / lines - (side / lines - height * scale) / 2)
        left = int((side - width * scale) / 2)
        cv2.putText(ink, text, (left, low), font, scale, 255, thick, cv2.LINE_AA)
    return ink


def stroked(rng: np.random.Generator, lines: int, length: int, side: int) -> Mask:
    """Angular letters of straight strokes, as a marker or a dot printer leaves them."""
    wide, high = 0.9 / length, min(0.9 / lines, 1.8 / length)
    weight, lean = rng.uniform(0.08, 0.2) * min(wide, high), rng.uniform(-0.1, 0.25)
    paths = []
    for n in range(lines):
        for k in range(length):
            for stroke in _STROKES[rng.integers(len(_STROKES))].split():
                spots = np.array([divmod(int(spot), 3) for spot in stroke], float)
                x = 0.05 + wide * (k + 0.1 + 0.32 * spots[:, 1] + lean * (1 - spots[:, 0] / 2))
                y = (n + 0.5) / lines + high * 0.4 * (spots[:, 0] - 1)
                paths.append(Path(np.stack([x, y], 1), weight, False, True))
    return rasterise(paths, side)


# Strokes over a grid of three by three spots, numbered as one reads: A, E, F, H, K, L, M, N, T, V,
# W, X, Y, Z, 1, 4 and 7.
_STROKES = (
    "618 35",
    "20 06 68 35",
    "20 06 35",
    "06 28 35",
    "06 23 38",
    "068",
    "60428",
    "6082",
    "02 17",
    "072",
    "06482",
    "08 26",
    "04 24 47",
    "0268",
    "317",
    "03 35 28",
    "027",
)
