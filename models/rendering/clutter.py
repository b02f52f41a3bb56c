"""Backgrounds as full of edges and round things as photographs are, without a label in them."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from models.rendering.pen import smooth
from models.rendering.textures import Image, any_colour, cloudy, plain, ribbed


def heap(rng: np.random.Generator, size: int) -> Image:
    """Things before things, each with a surface of its own, the nearest ones sharp."""
    kinds = (cloudy, plain, ribbed)
    surfaces = [kinds[rng.integers(len(kinds))](rng, size) for _ in range(2)]
    image = surfaces[0].copy()
    count = int(rng.integers(10, 44))
    radii = size * np.minimum(0.06 * (1 + rng.pareto(1.6, count)), 0.5)
    for n, radius in enumerate(radii):
        corners = int(rng.choice((3, 4, 4, 5, 7, 20)))
        angles = np.sort(rng.uniform(0, 2 * np.pi, corners)) if corners < 20 else None
        if angles is None:
            angles = np.linspace(0, 2 * np.pi, corners, endpoint=False)
        extent = radius * np.array((1, rng.uniform(0.25, 1)))
        outline = np.stack([np.cos(angles), np.sin(angles)], 1) * extent
        spin = cv2.getRotationMatrix2D((0, 0), rng.uniform(0, 360), 1.0)[:, :2]
        points = outline @ spin + rng.uniform(0, size, 2)
        if corners > 5:
            points = smooth(points, closed=True)
        cut_out(rng, image, np.rint(points).astype(np.int32), surfaces[n % 2])
        if n == count // 2 and rng.random() < 0.5:
            image = np.asarray(cv2.GaussianBlur(image, (0, 0), rng.uniform(0.8, 4)), np.uint8)
    return image


def cut_out(
    rng: np.random.Generator, image: Image, points: npt.NDArray[np.int32], surface: Image
) -> None:
    """Lay a part of the surface, in a light of its own, over the image."""
    height, width = image.shape[:2]
    x, y, w, h = cv2.boundingRect(points)
    left, top, right, bottom = max(x, 0), max(y, 0), min(x + w, width), min(y + h, height)
    if left >= right or top >= bottom:
        return
    mask = np.zeros((bottom - top, right - left), np.uint8)
    cv2.fillPoly(mask, [points - np.array((left, top), np.int32)], 255)
    row = int(rng.integers(height - mask.shape[0] + 1))
    column = int(rng.integers(width - mask.shape[1] + 1))
    part = surface[row : row + mask.shape[0], column : column + mask.shape[1]]
    gain, tint = rng.uniform(0.3, 1.5), rng.normal(0, 14, 3)
    lit = np.clip(part * np.float32(gain) + tint.astype(np.float32), 0, 255).astype(np.uint8)
    cv2.copyTo(lit, mask, image[top:bottom, left:right])


def thicket(rng: np.random.Generator, size: int) -> Image:
    """Grass, hair, branches, cables: strokes of a few directions and colours."""
    image = cloudy(rng, size)
    palette = [any_colour(rng) for _ in range(int(rng.integers(2, 5)))]
    lean, spread = rng.uniform(0, np.pi), rng.choice((0.2, 0.6, 3.0))
    thick = max(1.0, size * rng.choice((0.003, 0.008, 0.02)))
    for _ in range(int(rng.integers(20, 130))):
        angle = lean + rng.normal(0, spread)
        length = size * rng.uniform(0.05, 0.5)
        along = np.array((np.cos(angle), np.sin(angle))) * length
        start = rng.uniform(-0.1, 1.1, 2) * size
        bow = np.array((-along[1], along[0])) * rng.normal(0, 0.2)
        points = smooth(np.stack([start, start + along / 2 + bow, start + along]))
        colour = np.clip(palette[rng.integers(len(palette))] + rng.normal(0, 20, 3), 0, 255)
        width = max(1, round(thick * rng.uniform(0.3, 1.5)))
        fixed = [np.rint(points * 16).astype(np.int32)]
        cv2.polylines(image, fixed, False, colour.tolist(), width, cv2.LINE_AA, 4)
    return image


def fittings(rng: np.random.Generator, size: int) -> Image:
    """Wheels, dials, lamps, windows, plates: round and square things with parts inside."""
    image = heap(rng, size) if rng.random() < 0.5 else plain(rng, size)
    for _ in range(int(rng.integers(4, 22))):
        middle = np.rint(rng.uniform(0, size, 2)).astype(int).tolist()
        reach = max(3, int(size * 0.04 * (1 + rng.pareto(1.8))))
        reach = min(reach, size // 3)
        back, front = (np.clip(any_colour(rng), 0, 255).tolist() for _ in range(2))
        if rng.random() < 0.55:
            axes = (reach, max(2, int(reach * rng.uniform(0.5, 1))))
            turn = rng.uniform(0, 180)
            cv2.ellipse(image, middle, axes, turn, 0, 360, back, -1, cv2.LINE_AA)
            for share in rng.uniform(0.2, 1, int(rng.integers(0, 4))):
                ring = (int(axes[0] * share), int(axes[1] * share))
                wide = max(1, int(reach * rng.uniform(0.03, 0.2)))
                cv2.ellipse(image, middle, ring, turn, 0, 360, front, wide, cv2.LINE_AA)
            for angle in np.arange(n := int(rng.choice((0, 0, 5, 8, 12)))) * 2 * np.pi / max(n, 1):
                tip = np.add(middle, np.multiply(axes, (np.cos(angle), np.sin(angle))))
                end = np.rint(tip).astype(int).tolist()
                cv2.line(image, middle, end, front, max(1, reach // 16), cv2.LINE_AA)
        else:
            extent = np.array((reach, int(reach * rng.uniform(0.4, 1.6))))
            low, high = (middle - extent).tolist(), (middle + extent).tolist()
            cv2.rectangle(image, low, high, back, -1)
            cv2.rectangle(image, low, high, front, max(1, reach // 10))
            for share in np.linspace(-1, 1, int(rng.integers(2, 7)))[1:-1]:
                x = int(middle[0] + share * extent[0])
                cv2.line(image, (x, low[1]), (x, high[1]), front, max(1, reach // 14))
    return image
