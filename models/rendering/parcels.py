"""Boxes before a pinhole camera: which faces are seen, and where."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from models.rendering.scene import Quad


@dataclass(frozen=True, slots=True)
class Face:
    """A side of a parcel, *width* × *height* in pixels as seen from straight ahead."""

    corners: Quad
    width: float
    height: float
    light: float

    @property
    def frontal(self) -> float:
        """The share of the side's area that the view leaves: 1 is seen from straight ahead."""
        return _signed_area(self.corners) / (self.width * self.height)

    def place(self, x: float, y: float, side: float, turn: float) -> Quad:
        """Where a square of *side* about (x, y) of the face, *turn*ed by degrees, is seen."""
        square = np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)]) * side / 2
        spin = cv2.getRotationMatrix2D((0, 0), turn, 1.0)[:, :2]
        flat = np.array([(0, 0), (1, 0), (1, 1), (0, 1)], np.float32) * (self.width, self.height)
        matrix = cv2.getPerspectiveTransform(flat.astype(np.float32), self.corners)
        points = (square @ spin + (x, y)).astype(np.float32)
        return np.asarray(cv2.perspectiveTransform(points[None], matrix)[0], np.float32)


_CORNERS = (
    np.array(
        [
            (-1, -1, -1),
            (1, -1, -1),
            (1, 1, -1),
            (-1, 1, -1),
            (-1, -1, 1),
            (1, -1, 1),
            (1, 1, 1),
            (-1, 1, 1),
        ]
    )
    / 2
)
# Corners of each side seen from outside, clockwise from the top left, and the axes of its extent.
_SIDES = (
    ((0, 1, 2, 3), 0, 1),
    ((1, 5, 6, 2), 2, 1),
    ((5, 4, 7, 6), 0, 1),
    ((4, 0, 3, 7), 2, 1),
    ((4, 5, 1, 0), 0, 2),
    ((3, 2, 6, 7), 0, 2),
)


def seen_faces(rng: np.random.Generator, size: int) -> list[Face]:
    """The visible sides of one random parcel in a picture of *size* pixels, the farthest first."""
    extent = rng.uniform(0.3, 1.0, 3) * size * rng.uniform(0.4, 1.1)
    turn = _turn(rng.uniform(-0.75, 0.75), 1) @ _turn(rng.uniform(-0.2, 1.1), 0)
    turn = turn @ _turn(rng.normal(0, 0.12), 2)
    far = rng.uniform(2.0, 5.0) * size
    points = (_CORNERS * extent) @ turn
    depth = points[:, 2:] + far
    middle = rng.uniform(0.2, 0.8, 2) * size
    seen = (points[:, :2] * far / depth + middle).astype(np.float32)
    lamp = rng.normal(0, 1, 3)
    faces = []
    for indices, across, down in _SIDES:
        corners = seen[list(indices)]
        if _signed_area(corners) < 40:  # turned away, or too slanted to carry anything
            continue
        normal = np.cross(
            points[indices[1]] - points[indices[0]], points[indices[3]] - points[indices[0]]
        )
        facing = float(normal @ lamp / np.linalg.norm(normal) / np.linalg.norm(lamp))
        faces.append(Face(corners, extent[across], extent[down], 0.85 + 0.25 * facing))
    return faces


def _turn(angle: float, axis: int) -> npt.NDArray[np.float64]:
    first, second = (n for n in range(3) if n != axis)
    matrix = np.eye(3)
    matrix[[first, second], [first, second]] = np.cos(angle)
    matrix[first, second], matrix[second, first] = np.sin(angle), -np.sin(angle)
    return matrix


def _signed_area(corners: Quad) -> float:
    x, y = corners[:, 0], corners[:, 1]
    return float(x @ np.roll(y, -1) - y @ np.roll(x, -1)) / 2
