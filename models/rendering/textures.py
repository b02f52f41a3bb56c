"""Surfaces: what parcels stand on and are made of."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

Image = npt.NDArray[np.uint8]
Tone = npt.NDArray[np.float32]
Texture = Callable[[np.random.Generator, int], Image]


def octaves(rng: np.random.Generator, size: int, roughness: float) -> Tone:
    """Noise of about zero mean and deviation 1, (size, size); *roughness* 0 cloudy … 1 grainy."""
    cells, total = 3, 1.0
    tone = _even(rng, cells)
    while 2 * cells < size:
        cells *= 2
        weight = np.float32((cells / 3) ** (roughness - 1))
        # Enlarged from one octave to the next, which costs a third of enlarging every one at once.
        finer = np.asarray(cv2.resize(tone, (cells, cells)), np.float32)
        tone = finer + weight * _even(rng, cells)
        total += float(weight) ** 2
    whole = np.asarray(cv2.resize(tone, (size, size)), np.float32)
    return whole / np.float32(np.sqrt(total) * 0.7)


def _even(rng: np.random.Generator, size: int) -> Tone:
    """Evenly distributed numbers of mean 0 and deviation 1: three times as fast as normal ones."""
    return (rng.random((size, size), np.float32) - np.float32(0.5)) * np.float32(12**0.5)


def any_colour(rng: np.random.Generator) -> Tone:
    """A colour of a real surface: mostly muted, (3,) BGR."""
    grey = rng.uniform(25, 235)
    return np.clip(
        grey + rng.normal(0, rng.choice((6, 18, 45), p=(0.45, 0.35, 0.2)), 3), 4, 250
    ).astype(np.float32)


def tinted(tone: npt.NDArray[Any], dark: Tone, light: Tone) -> Image:
    """The colour between *dark* and *light* at each point; *tone* −1 … 1 spans them."""
    middle, half = (dark + light) / 2, (light - dark) / 2
    planes = [
        cv2.convertScaleAbs(np.maximum(tone * h + m, 0)) for h, m in zip(half, middle, strict=True)
    ]
    return np.asarray(cv2.merge(planes), np.uint8)


def cloudy(rng: np.random.Generator, size: int) -> Image:
    tone = octaves(rng, size, rng.uniform(0.0, 0.9))
    base = any_colour(rng)
    return tinted(tone, base - rng.uniform(5, 60), base + rng.uniform(5, 60))


def leaves(rng: np.random.Generator, size: int) -> Image:
    """Dead leaves: opaque shapes of every size over one another, as things occlude things."""
    image = np.empty((size, size, 3), np.uint8)
    image[:] = any_colour(rng)
    palette = np.array([any_colour(rng) for _ in range(rng.integers(3, 9))])
    count = int(rng.integers(30, 140))
    radii = size * 0.03 * (1 + rng.pareto(1.1, count)) * rng.uniform(0.4, 1.4)
    middles = rng.uniform(-0.05, 1.05, (count, 2)) * size
    colours = palette[rng.integers(len(palette), size=count)] + rng.normal(0, 12, (count, 3))
    manner = rng.integers(3)
    for radius, middle, colour in zip(np.minimum(radii, size * 0.4), middles, colours, strict=True):
        corners = 14 if manner == 0 else int(rng.integers(3, 7))
        angles = np.sort(rng.uniform(0, 2 * np.pi, corners))
        points = np.stack([np.cos(angles), np.sin(angles)], 1) * radius * (1, rng.uniform(0.3, 1))
        fixed = np.rint((points + middle) * 16).astype(np.int32)
        cv2.fillPoly(image, [fixed], np.clip(colour, 0, 255).tolist(), cv2.LINE_AA, 4)
    return image


def sheets(rng: np.random.Generator, size: int) -> Image:
    """A table with papers, lines of print on them."""
    image = cloudy(rng, size)
    for _ in range(rng.integers(1, 5)):
        extent = rng.uniform(0.15, 0.5, 2) * size
        middle = rng.uniform(0, 1, 2) * size
        paper = rng.uniform(170, 252, 3) if rng.random() < 0.8 else any_colour(rng)
        turn = cv2.getRotationMatrix2D((0, 0), rng.uniform(-40, 40), 1.0)[:, :2]
        corners = np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)]) * extent
        _polygon(image, corners @ turn + middle, paper)
        ink = np.clip(paper - rng.uniform(60, 200), 0, 255)
        for y in np.arange(-0.85, 0.85, rng.uniform(0.08, 0.25)):
            ends = np.array([(-0.85, y), (rng.uniform(-0.3, 0.9), y)]) * extent
            start, stop = np.rint(ends @ turn + middle).astype(int).tolist()
            cv2.line(image, start, stop, ink.tolist(), max(1, size // 180), cv2.LINE_AA)
    return image


def _polygon(
    image: Image, points: npt.NDArray[np.float64], colour: npt.NDArray[np.floating[Any]]
) -> None:
    fixed = np.rint(points * 16).astype(np.int32)
    cv2.fillPoly(image, [fixed], colour.tolist(), cv2.LINE_AA, 4)


def plain(rng: np.random.Generator, size: int) -> Image:
    tone = cv2.resize(rng.normal(0, 1, (2, 2)).astype(np.float32), (size, size))
    base = any_colour(rng)
    return tinted(tone, base - 25, base + 25)


def ribbed(rng: np.random.Generator, size: int) -> Image:
    """Rollers, slats or a belt's weave: a wave along one direction, under dirt."""
    angle, length = rng.uniform(0, np.pi), size * rng.uniform(0.02, 0.2)
    axis = np.arange(size, dtype=np.float32)
    along = axis * np.cos(angle) + axis[:, None] * np.sin(angle)
    wave = np.sin(along * np.float32(2 * np.pi / length)).astype(np.float32)
    if rng.random() < 0.4:
        wave = np.sign(wave)
    base = any_colour(rng)
    tone = wave * np.float32(rng.uniform(0.3, 1)) + octaves(rng, size, 0.5) * np.float32(0.4)
    return tinted(tone, base - 30, base + 30)


def grained(rng: np.random.Generator, size: int) -> Image:
    """Wood: noise drawn out along one direction, in planks."""
    coarse = rng.standard_normal((int(rng.integers(24, 90)), 4), np.float32)
    tone = np.asarray(cv2.resize(coarse, (size, size), interpolation=cv2.INTER_CUBIC), np.float32)
    tone += cv2.resize(rng.standard_normal((size, 12), np.float32), (size, size)) * 0.5
    planks = int(rng.integers(1, 6))
    step = size / planks
    for n in range(planks):
        tone[int(n * step) : int((n + 1) * step)] += np.float32(rng.normal(0, 0.5))
        tone[int(n * step)] -= 2
    base = any_colour(rng)
    image = tinted(tone, base - 25, base + 25)
    return np.ascontiguousarray(image.transpose(1, 0, 2)) if rng.random() < 0.5 else image


def tiles(rng: np.random.Generator, size: int) -> Image:
    """Bricks, tiles or shelves: a lattice of cells, each of its own shade."""
    rows, columns = (int(n) for n in rng.integers(2, 14, 2))
    cells = rng.normal(0, rng.uniform(0.1, 0.9), (rows, columns)).astype(np.float32)
    tone = np.asarray(cv2.resize(cells, (size, size), interpolation=cv2.INTER_NEAREST), np.float32)
    tone += octaves(rng, size, 0.7) * np.float32(0.3)
    joint = np.float32(rng.uniform(-3, 2))
    wide = max(1, size // 128)
    for y in np.linspace(0, size, rows + 1)[:-1].astype(int):
        tone[y : y + wide] = joint
    for x in np.linspace(0, size, columns + 1)[:-1].astype(int):
        tone[:, x : x + wide] = joint
    base = any_colour(rng)
    return tinted(tone, base - 35, base + 35)


def mosaic(rng: np.random.Generator, size: int) -> Image:
    """Cells about random points: gravel, foliage, crowds of things."""
    seeds = np.full((size, size), 255, np.uint8)
    count = int(rng.integers(20, 260))
    seeds[rng.integers(size, size=count), rng.integers(size, size=count)] = 0
    distance, owner = cv2.distanceTransformWithLabels(seeds, cv2.DIST_L2, 3)
    palette = np.array([any_colour(rng) for _ in range(int(rng.integers(2, 7)))])
    colours = palette[rng.integers(len(palette), size=count + 1)] + rng.normal(
        0, 15, (count + 1, 3)
    )
    colours = np.clip(colours, 0, 255).astype(np.uint8)
    shade = np.clip(1.1 - distance / distance.max() * rng.uniform(0, 1), 0, 1)
    return np.asarray(cv2.multiply(colours[owner], cv2.merge([shade] * 3), dtype=cv2.CV_8U))


TEXTURES: tuple[Texture, ...] = (cloudy, leaves, sheets, plain, ribbed)
OTHER_TEXTURES: tuple[Texture, ...] = (grained, tiles, mosaic)
