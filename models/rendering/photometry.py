"""From a clean picture to what a camera delivers: light, optics, sensor, compression."""

from __future__ import annotations

from functools import lru_cache

import cv2
import numpy as np

from models.rendering.textures import Image, Tone

_NOISE = 512


def photograph(
    rng: np.random.Generator, image: Image, strength: float = 1.0, worn: bool = False
) -> Image:
    """The picture under random light through a random camera; *strength* 0 leaves it alone.

    *worn*: some cameras bend the tones too, or see no colours.
    """
    lit = _light(rng, image, strength)
    lit = _optics(rng, lit, strength)
    if rng.random() < 0.7:
        lit += _noise(rng, lit.shape[0]) * np.float32(rng.uniform(0.5, 9) * strength)
    seen = np.asarray(cv2.convertScaleAbs(np.maximum(lit, 0, out=lit)), np.uint8)
    if worn:
        seen = _developed(rng, seen, strength)
    if rng.random() < 0.6:
        quality = int(100 - strength * rng.uniform(5, 65))
        _, packed = cv2.imencode(".jpg", seen, (cv2.IMWRITE_JPEG_QUALITY, quality))
        return np.asarray(cv2.imdecode(packed, cv2.IMREAD_COLOR), np.uint8)
    return seen


def _developed(rng: np.random.Generator, image: Image, strength: float) -> Image:
    """In a random tone curve, more or less colourful."""
    if rng.random() < 0.35:
        ramp = np.linspace(0, 1, 256) ** np.exp(strength * rng.normal(0, 0.25))
        image = np.asarray(cv2.LUT(image, np.rint(255 * ramp).astype(np.uint8)), np.uint8)
    if rng.random() < 0.25:
        grey = cv2.cvtColor(cv2.cvtColor(image, cv2.COLOR_BGR2GRAY), cv2.COLOR_GRAY2BGR)
        share = float(rng.choice((0, rng.uniform(0.3, 1.3))))
        image = np.asarray(cv2.addWeighted(image, share, grey, 1 - share, 0), np.uint8)
    return image


def _light(rng: np.random.Generator, image: Image, strength: float) -> Tone:
    size = image.shape[0]
    field = 1 + strength * rng.uniform(-0.4, 0.25, (3, 3)).astype(np.float32)
    light = np.asarray(cv2.resize(field, (size, size), interpolation=cv2.INTER_CUBIC), np.float32)
    if rng.random() < 0.35:  # something out of the picture throws its shadow
        shade = np.ones((size, size), np.float32)
        points = rng.uniform(-0.2, 1.2, (int(rng.integers(3, 5)), 2)) * size
        cv2.fillPoly(shade, [points.astype(np.int32)], 1 - strength * rng.uniform(0.2, 0.55))
        light *= cv2.blur(shade, (max(1, size // int(rng.integers(8, 60))),) * 2)
    gain = np.exp(strength * rng.normal(0, 0.18))
    cast = gain * (1 + strength * rng.normal(0, 0.06, 3))
    falling = cv2.merge([light * np.float32(share) for share in cast])
    lit = np.asarray(cv2.multiply(image, falling, dtype=cv2.CV_32F), np.float32)
    if rng.random() < 0.12:  # a lamp's reflection
        glare = np.zeros((size // 4, size // 4), np.float32)
        x, y = (int(n) for n in rng.integers(size // 4, size=2))
        axes = (int(rng.integers(2, 4 + size // 24)), int(rng.integers(2, 4 + size // 40)))
        cv2.ellipse(glare, (x, y), axes, rng.uniform(0, 180), 0, 360, 160 * strength, -1)
        glare = cv2.resize(cv2.GaussianBlur(glare, (0, 0), 2.5), (size, size))
        lit += glare[..., None]
    black = strength * rng.uniform(-14, 18)
    lit += np.float32(black)
    return lit


def _optics(rng: np.random.Generator, lit: Tone, strength: float) -> Tone:
    size = lit.shape[0]
    unit = size / 256
    kind = rng.random()
    if kind < 0.4:
        sigma = max(0.1, strength * rng.uniform(0.3, 1.3) * unit)
        seen = cv2.GaussianBlur(lit, (0, 0), sigma)
    elif kind < 0.52:
        length = max(2, round(strength * rng.uniform(2, 6) * unit))
        kernel = np.zeros((2 * length + 1, 2 * length + 1), np.float32)
        tip = length * np.array((np.cos(a := rng.uniform(0, np.pi)), np.sin(a))) / 2
        ends = [tuple(np.rint(length + sign * tip).astype(int).tolist()) for sign in (-1, 1)]
        cv2.line(kernel, ends[0], ends[1], 1.0)
        seen = cv2.filter2D(lit, -1, kernel / kernel.sum())
    else:
        seen = lit
    if rng.random() < 0.15:
        small = round(size * (1 - strength * rng.uniform(0.1, 0.5)))
        few = cv2.resize(seen, (small, small), interpolation=cv2.INTER_AREA)
        seen = cv2.resize(few, (size, size), interpolation=cv2.INTER_LINEAR)
    return np.asarray(seen, np.float32)


@lru_cache(maxsize=1)
def _noise_field() -> Tone:
    return np.random.default_rng(7).standard_normal((_NOISE, _NOISE, 3), np.float32)


def _noise(rng: np.random.Generator, size: int) -> Tone:
    """A window of one long-drawn noise: fresh normal numbers would cost more than all the rest."""
    field = _noise_field()
    if size > _NOISE // 2:
        return rng.standard_normal((size, size, 3), np.float32)
    y, x = rng.integers(_NOISE - size, size=2)
    window = field[y : y + size, x : x + size]
    return window[:: rng.choice((-1, 1)), :: rng.choice((-1, 1))]
