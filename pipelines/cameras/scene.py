"""A conveyor with parcels, rendered at any moment of its time, with the truth of what is seen."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator

import cv2
import numpy as np

from models.detection import Box, Detection
from models.image import Image
from models.rendering.style import CLASSES
from pipelines.cameras.backdrop import (
    BELT_PERIOD,
    LIGHT_UNITY,
    belt_rows,
    draw_belt,
    draw_hall,
    lighting,
)
from pipelines.cameras.parcels import Sprite, draw_parcel

_SPEED = 150.0  # units a second; the picture is 720 units high
_LANES = (246, 466)  # the middles of two rows of parcels
_SPACING, _JITTER = 400.0, 40.0
_KINDS = 18  # different parcels, each drawn once
_SEQUENCE = 997  # parcels of a lane before their order repeats
_REACH = 240  # no parcel or shadow extends farther from its middle
_MIN_VISIBLE = 0.5  # the share of an object's box that must be in the picture to be truth


class ConveyorScene:
    """Draws the scene at a moment of its own time; the same seed and moment, the same picture."""

    def __init__(self, width: int, height: int, seed: int = 0) -> None:
        rng = np.random.default_rng([seed, 0])
        self._width, self._height = width, height
        self._unit = height / 720
        self._rows = belt_rows(height)
        hall = draw_hall(width, height, rng)
        # Copies, so that the rows which the belt hides are freed.
        self._above = hall[: self._rows.start].copy()
        self._below = hall[self._rows.stop :].copy()
        self._belt = draw_belt(width, height, rng)
        self._light = lighting(width, height)
        # For half the picture at a time; nobody sees that the halves are alike.
        self._noise = rng.integers(0, 7, (-(-height // 2) + 61, width + 67, 3), np.uint8)
        # Dealt in turn, so that every label is on some parcel.
        deck = itertools.cycle(rng.permutation(CLASSES).tolist())
        self._parcels = [
            draw_parcel(np.random.default_rng([seed, 1, kind]), self._unit, deck)
            for kind in range(_KINDS)
        ]
        # Steps that are no multiple of the number of kinds: never the same parcel twice running.
        steps = rng.integers(1, _KINDS, (len(_LANES), _SEQUENCE))
        self._order = np.cumsum(steps, axis=1) % _KINDS
        self._shift = rng.uniform(-_JITTER, _JITTER, (len(_LANES), _SEQUENCE))

    def render(self, time_s: float, image: Image) -> tuple[Detection, ...]:
        """Draw the moment *time_s* into *image* (height × width × 3, BGR), and return the truth.

        The truth is every label of which at least half is in the picture, its box cut at the
        picture's edge.
        """
        belt = image[self._rows]
        np.copyto(image[: self._rows.start], self._above)
        np.copyto(image[self._rows.stop :], self._below)
        travel = round(time_s * _SPEED * self._unit)
        start = -travel % round(BELT_PERIOD * self._unit)
        np.copyto(belt, self._belt[:, start : start + self._width])
        truth: list[Detection] = []
        for lane, middle in enumerate(_LANES):
            for parcel, x in self._visible(lane, travel):
                truth += self._paste(parcel, image, x, round(middle * self._unit))
        cv2.multiply(belt, self._light, dst=belt, scale=1 / LIGHT_UNITY)
        for number, half in enumerate(np.array_split(image, 2)):
            row, column = (travel * 7 + 29 * number) % 61, (travel * 13 + 31 * number) % 67
            noise = self._noise[row : row + len(half), column : column + self._width]
            cv2.add(half, noise, dst=half)
        return tuple(truth)

    def _visible(self, lane: int, travel: int) -> Iterator[tuple[Sprite, int]]:
        """Each parcel of a lane that may be seen, and its middle in pixels from the left."""
        spacing, reach = _SPACING * self._unit, _REACH * self._unit
        # The parcel with number n passes the left edge when the belt has travelled n spacings.
        first = math.floor((travel - self._width - reach) / spacing) - 1
        last = math.ceil((travel + reach) / spacing) + 1
        for number in range(first, last + 1):
            entry = number % _SEQUENCE
            ahead = (number + lane / 2) * spacing - self._shift[lane, entry] * self._unit
            yield self._parcels[self._order[lane, entry]], round(travel - ahead)

    def _paste(self, sprite: Sprite, image: Image, x: int, y: int) -> list[Detection]:
        """Lay the sprite over the picture; returns its marks that can be seen there."""
        x, y = x + sprite.left, y + sprite.top
        height, width = sprite.keep.shape[:2]
        left, right = max(0, -x), min(width, self._width - x)
        top, bottom = max(0, -y), min(height, self._height - y)
        if left >= right or top >= bottom:
            return []
        under = image[y + top : y + bottom, x + left : x + right]
        cv2.multiply(under, sprite.keep[top:bottom, left:right], dst=under, scale=1 / 255)
        cv2.add(under, sprite.colour[top:bottom, left:right], dst=under)
        found = []
        for label, mark in sprite.marks:
            whole = Box(mark.left + x, mark.top + y, mark.right + x, mark.bottom + y)
            seen = Box(
                max(0.0, whole.left),
                max(0.0, whole.top),
                min(float(self._width), whole.right),
                min(float(self._height), whole.bottom),
            )
            if _area(seen) >= _MIN_VISIBLE * _area(whole):
                found.append(Detection(label, 1.0, seen))
        return found


def _area(box: Box) -> float:
    return max(0.0, box.right - box.left) * max(0.0, box.bottom - box.top)
