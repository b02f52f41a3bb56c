"""Parcels for the synthetic scene: cardboard boxes with labels, drawn once, pasted often."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from models.detection import Box
from models.image import Image
from models.rendering.frames import FRAMES
from models.rendering.pen import Pen
from models.rendering.stickers import Sticker, paste_up, placed
from models.rendering.style import TRAIN

Points = npt.NDArray[np.float32]
Mark = tuple[str, Points]  # a label and its outline in pixels of a texture

# How an orthographic camera above and before the belt shortens depth and height.
DEPTH, HEIGHT = 0.82, 0.56

_OVERSAMPLING = 2
_TEXELS = 1.5  # texture pixels per unit of a face
_CARDBOARD = ((112, 158, 196), (96, 142, 182), (128, 172, 208), (118, 150, 178), (206, 210, 212))
_PRINTS = (  # paper and ink, as the label makers have them
    ((246, 247, 247), (30, 28, 28)),
    ((246, 247, 247), (30, 28, 28)),
    ((244, 246, 247), (38, 34, 196)),
    ((30, 196, 246), (26, 24, 24)),
    ((28, 126, 240), (26, 24, 24)),
    ((44, 40, 200), (246, 247, 247)),
    ((150, 84, 28), (246, 247, 247)),
    ((92, 132, 36), (246, 247, 247)),
)


@dataclass(frozen=True, slots=True)
class Sprite:
    """A picture to lay over another one: `over · keep / 255 + colour`.

    *left* and *top* say where its corner lies from the parcel's middle on the belt. *marks* are
    the visible labels, name and box, in pixels of the sprite.
    """

    colour: Image
    keep: Image
    left: int
    top: int
    marks: tuple[tuple[str, Box], ...]


@dataclass(frozen=True, slots=True)
class _Face:
    corners: Points  # on the sprite's canvas: top left, top right, bottom right, bottom left
    texture: Image
    light: float
    marks: tuple[Mark, ...]


def draw_parcel(rng: np.random.Generator, scale: float, labels: Iterator[str]) -> Sprite:
    """A random parcel with its shadow, and up to three *labels*, taken as they come.

    *scale* is pixels per unit: height of the picture / 720.
    """
    size = rng.uniform((156, 112, 44), (240, 162, 112))
    yaw = math.radians(rng.uniform(-13, 13))
    paper = _CARDBOARD[rng.choice(len(_CARDBOARD), p=(0.27, 0.24, 0.2, 0.17, 0.12))]

    unit = scale * _OVERSAMPLING
    reach = np.hypot(size[0], size[1]) / 2 + size[2] / 2 + 20
    width = height = math.ceil(2 * reach * scale) * _OVERSAMPLING
    middle = _points((width / 2, height / 2 + size[2] * HEIGHT * unit / 2))

    corners = _project(size, yaw, unit) + middle
    colour = np.zeros((height, width, 3), np.uint8)
    solid = np.zeros((height, width), np.uint8)
    marks = []
    for face in _faces(rng, size, corners, paper, labels):
        matrix = _onto(face)
        lit = cv2.convertScaleAbs(face.texture, alpha=face.light)
        cv2.warpPerspective(
            lit, matrix, (width, height), colour, cv2.INTER_LINEAR, cv2.BORDER_TRANSPARENT
        )
        cv2.fillConvexPoly(solid, np.rint(face.corners * 16).astype(np.int32), 255, cv2.LINE_AA, 4)
        marks += [
            (label, cv2.perspectiveTransform(outline[None], matrix)[0])
            for label, outline in face.marks
        ]

    coarse = 2 * _OVERSAMPLING
    shadow = _shadow(
        _points(corners / coarse),
        size[2] * unit / coarse,
        3 * scale,
        (width // coarse, height // coarse),
    )
    return _sprite(colour, solid, shadow, marks, middle)


def _points(values: npt.ArrayLike) -> Points:
    return np.asarray(values, np.float32)


def _project(size: npt.NDArray[np.float64], yaw: float, unit: float) -> Points:
    """The eight corners on the screen: four of the bottom, then four of the top."""
    width, depth, height = size
    ground = np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)]) * (width / 2, depth / 2)
    turn = np.array([(math.cos(yaw), math.sin(yaw)), (-math.sin(yaw), math.cos(yaw))])
    bottom = (ground @ turn) * (1, DEPTH)
    return ((np.vstack([bottom, bottom - (0, height * HEIGHT)])) * unit).astype(np.float32)


def _faces(
    rng: np.random.Generator,
    size: npt.NDArray[np.float64],
    corners: Points,
    paper: tuple[int, int, int],
    labels: Iterator[str],
) -> list[_Face]:
    """The faces that the camera sees, the top one last."""
    width, depth, height = size
    bottom, top = corners[:4], corners[4:]
    faces = []
    # Each side is named by the two ground corners that it stands on, left to right.
    for left, right, length, light in ((3, 2, width, 0.8), (2, 1, depth, 0.62), (0, 3, depth, 0.9)):
        if bottom[left][0] >= bottom[right][0]:
            continue  # turned away
        texture = _cardboard(rng, length, height, paper)
        marks: tuple[Mark, ...] = ()
        if left != 3:
            _tape(texture.transpose(1, 0, 2))
        elif height > 82:
            marks = (_stick(rng, texture, next(labels), rng.uniform(0.05, 0.48)),)
        outline = np.stack([top[left], top[right], bottom[right], bottom[left]])
        faces.append(_Face(outline, texture, light, marks))
    texture = _cardboard(rng, width, depth, paper)
    _tape(texture)
    marks = (_stick(rng, texture, next(labels), 0.5),)
    if rng.random() < 0.6:
        _address_label(rng, texture)
    else:
        marks = (_stick(rng, texture, next(labels), 0.03), *marks)
    faces.append(_Face(top, texture, 1.06, marks))
    return faces


def _cardboard(
    rng: np.random.Generator, width: float, height: float, paper: tuple[int, int, int]
) -> Image:
    """Paper with fibres, its edges worn darker."""
    w, h = round(width * _TEXELS), round(height * _TEXELS)
    tone = 2.2 * rng.standard_normal((h, w), np.float32)
    tone += cv2.resize(4 * rng.standard_normal((h, w // 6), np.float32), (w, h))
    tone += cv2.resize(5 * rng.standard_normal((4, 5), np.float32), (w, h))
    x = np.minimum(np.arange(w), np.arange(w)[::-1])
    y = np.minimum(np.arange(h), np.arange(h)[::-1])[:, None]
    tone -= 14 * np.exp(-np.minimum(x, y) / np.float32(4))
    return np.dstack([cv2.convertScaleAbs(tone + channel) for channel in paper])


def _tape(texture: Image) -> None:
    """A strip of clear packing tape along the middle row: lighter, with bright edges."""
    middle = texture.shape[0] // 2
    band = texture[middle - 11 : middle + 11]
    band[:] = cv2.convertScaleAbs(band, alpha=0.9, beta=24)
    band[0] = band[-1] = cv2.convertScaleAbs(band[0], beta=16).reshape(-1, 3)


def _address_label(rng: np.random.Generator, texture: Image) -> None:
    """A white label with lines of print and a bar code, in the left half."""
    h, w = texture.shape[:2]
    left, top = int(w * rng.uniform(0.06, 0.1)), int(h * rng.uniform(0.1, 0.22))
    right, bottom = left + int(w * 0.36), top + int(h * 0.6)
    cv2.rectangle(texture, (left + 1, top + 2), (right + 2, bottom + 2), (70, 88, 104), -1)
    cv2.rectangle(texture, (left, top), (right, bottom), (242, 244, 245), -1)
    for line in range(4):
        y = top + 8 + line * 7
        end = left + 7 + int((right - left - 14) * rng.uniform(0.35, 0.95))
        cv2.line(texture, (left + 7, y), (end, y), (96, 92, 90), 2)
    x = left + 7
    while x < right - 8:
        bar = int(rng.integers(1, 4))
        cv2.rectangle(texture, (x, top + 40), (x + bar - 1, bottom - 7), (38, 36, 36), -1)
        x += bar + int(rng.integers(2, 5))


def _stick(rng: np.random.Generator, texture: Image, label: str, left: float) -> Mark:
    """Stick a label as large as fits where *left* of the width is to its left."""
    h, w = texture.shape[:2]
    side = min(0.9 * h, 0.46 * w)
    x = left * w + side / 2 + rng.uniform(0, 0.46 * w - side)
    y = 0.03 * h + side / 2 + rng.uniform(0, 0.94 * h - side)
    return label, stick_label(rng, texture, label, (x, y), side)


def stick_label(
    rng: np.random.Generator, texture: Image, label: str, middle: tuple[float, float], side: float
) -> Points:
    """Put one label's middle on a place of the texture; returns its outline there."""
    # A stream of its own: what is printed does not change where everything else is.
    flat = _print(np.random.default_rng(rng.integers(1 << 32)), label, round(side))
    turn = cv2.getRotationMatrix2D((side / 2, side / 2), rng.normal(0, 3), 1.0)
    turn[:, 2] += np.subtract(middle, side / 2).astype(turn.dtype)
    size = texture.shape[1::-1]
    cover, ink = (
        np.asarray(cv2.warpAffine(layer, turn, size), np.uint8) for layer in (flat.cover, flat.ink)
    )
    shade = cv2.GaussianBlur(np.roll(cover, (2, 1), axis=(0, 1)), (0, 0), 2)
    texture[:] = cv2.multiply(texture, cv2.merge([255 - shade // 3] * 3), scale=1 / 255)
    opacity, colour = Sticker(cover, ink, flat.paper, flat.ink_colour).over(texture)
    texture[:] = np.rint(texture + opacity * (colour - texture))
    solid = np.argwhere(cover > 127)[:, ::-1].astype(np.float32)
    return _points(cv2.convexHull(solid)[:, 0] + 0.5)


def _print(rng: np.random.Generator, label: str, side: int) -> Sticker:
    """The label in one of its drawings, on paper of any shape and colour."""
    frame = FRAMES[rng.integers(len(FRAMES))]
    paper, ink = (_points(colour) for colour in _PRINTS[rng.integers(len(_PRINTS))])
    pen = Pen(rng)
    TRAIN.drawings[rng.integers(len(TRAIN.drawings))][label](pen)
    paths = placed(rng, pen.paths, frame.fit * 0.96, frame.drop)
    return paste_up(paths, frame, rng.uniform(0.02, 0.04), 0.03, (paper, ink), side)


def _onto(face: _Face) -> npt.NDArray[np.float64]:
    h, w = face.texture.shape[:2]
    flat = _points([(0, 0), (w, 0), (w, h), (0, h)])
    return np.asarray(cv2.getPerspectiveTransform(flat, face.corners), np.float64)


def _shadow(corners: Points, height: float, sigma: float, size: tuple[int, int]) -> Image:
    """Opacity of the cast shadow and of the dark seam where the parcel meets the belt.

    *size* (width, height) is that of the coarse picture it is drawn in; a shadow is soft anyway.
    """
    tips = corners[:4] + _points((0.42 * height, 0.1 * height))
    opacity = np.zeros(size[::-1], np.uint8)
    for points, darkness, softness in (
        (np.vstack([corners[:4], tips]), 150, sigma),
        (corners[:4], 190, 0.4 * sigma),
    ):
        layer = np.zeros_like(opacity)
        hull = np.rint(cv2.convexHull(points) * 16).astype(np.int32)
        cv2.fillConvexPoly(layer, hull, darkness, cv2.LINE_AA, 4)
        opacity = np.maximum(opacity, cv2.GaussianBlur(layer, (0, 0), softness).astype(np.uint8))
    return opacity


def _sprite(
    colour: Image,
    solid: Image,
    shadow: Image,
    marks: list[tuple[str, Points]],
    middle: Points,
) -> Sprite:
    """Shrink to the scene's pixels, mix parcel and shadow, and cut the empty margin off."""
    h, w = solid.shape[0] // _OVERSAMPLING, solid.shape[1] // _OVERSAMPLING
    painted = cv2.multiply(colour, cv2.merge([solid] * 3), scale=1 / 255)
    painted = cv2.resize(painted, (w, h), interpolation=cv2.INTER_AREA)
    uncovered = 255 - cv2.resize(solid, (w, h), interpolation=cv2.INTER_AREA)
    keep = cv2.multiply(uncovered, 255 - cv2.resize(shadow, (w, h)), scale=1 / 255)
    rows, columns = (np.flatnonzero((keep < 254).any(axis)) for axis in (1, 0))
    top, bottom, left, right = rows[0], rows[-1] + 1, columns[0], columns[-1] + 1
    cut = np.s_[top:bottom, left:right]
    boxes = []
    for label, points in marks:
        low, high = points.min(0) / _OVERSAMPLING, points.max(0) / _OVERSAMPLING
        boxes.append(
            (label, Box(*map(float, (low[0] - left, low[1] - top, high[0] - left, high[1] - top))))
        )
    return Sprite(
        colour=np.array(painted[cut], np.uint8),
        keep=np.dstack([np.array(keep[cut], np.uint8)] * 3),
        left=int(left - middle[0] / _OVERSAMPLING),
        top=int(top - middle[1] / _OVERSAMPLING),
        marks=tuple(boxes),
    )
