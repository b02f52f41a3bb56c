"""Pictures with their truth for training and evaluation: `render`, `composite`, `render_crop`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
import numpy.typing as npt

from models.rendering.composites import LitScene, retake
from models.rendering.natural import ShadedScene, natural
from models.rendering.parcels import Face, seen_faces
from models.rendering.pen import Drawing
from models.rendering.photometry import photograph
from models.rendering.scene import Quad, Scene
from models.rendering.stickers import Sticker, draw_bar_code, draw_label, draw_text
from models.rendering.style import CLASSES, FAMILIAR, HELD_OUT, TRAIN, Style
from models.rendering.textures import Image, Texture, Tone, any_colour, octaves, tinted

__all__ = [
    "CLASSES",
    "FAMILIAR",
    "HELD_OUT",
    "TRAIN",
    "Rendered",
    "Style",
    "composite",
    "render",
    "render_crop",
]

_MIN_CONTRAST = 18.0  # of grey values, between print and paper in the finished picture
_ATTEMPTS = 4
_SIDES = (18.0, 112.0)  # of labels in a picture of 256 pixels, before perspective
_OCCLUDED = 0.35  # of the pictures
_ASLANT = 0.97  # of a side is left on the average parcel: what lies flat is made that much smaller
_KEPT = 120  # surfaces, for crops


@dataclass(frozen=True, slots=True)
class Rendered:
    """*image* (size, size, 3) BGR; *boxes* (n, 4) left, top, right, bottom in pixels."""

    image: Image
    boxes: npt.NDArray[np.float32]
    classes: npt.NDArray[np.intp]


def render(seed: int, size: int = 256, style: Style = TRAIN) -> Rendered:
    """A picture of labels on parcels and other things; the same seed, the same picture."""
    rng = np.random.default_rng([style.stream, seed])
    for _ in range(_ATTEMPTS):
        scene = _compose(rng, size, style)
        image = _develop(rng, scene, style)
        if _readable(image, scene):
            break
    return Rendered(image, *scene.truth())


def _compose(rng: np.random.Generator, size: int, style: Style) -> Scene:
    if style.strewn and rng.random() < style.strewn:
        return _strew(rng, size, style)
    scene = Scene(_surface(rng, size, style))
    faces: list[Face] = []
    for _ in range(int(rng.choice((0, 1, 2, 3), p=(0.2, 0.4, 0.25, 0.15)))):
        parcel = seen_faces(rng, size)
        texture = _cardboard(rng, size, style)
        for face in parcel:
            scene.cover(face.corners.astype(float), texture, face.light)
        faces += parcel
        for _ in range(int(rng.integers(1, 5))):
            _put_something(rng, scene, parcel, style)
    for _ in range(int(rng.integers(0, 5))):
        _put_something(rng, scene, faces, style)
    if rng.random() < _OCCLUDED:
        _occlude(rng, scene, _cardboard(rng, size, style))
    return scene


def _strew(rng: np.random.Generator, size: int, style: Style) -> Scene:
    """Things on no parcel, but straight on a ground as full as a photograph, in its light."""
    ground = natural(rng, size, style.textures)
    scene = ShadedScene(rng, ground.copy())
    for _ in range(int(rng.integers(0, 7))):
        _put_something(rng, scene, [], style, _ASLANT)
    if rng.random() < _OCCLUDED:
        _occlude(rng, scene, np.ascontiguousarray(ground[::-1, ::-1]))
    return scene


def composite(seed: int, photo: Image, size: int = 256) -> Rendered:
    """A real photograph (h, w, 3) BGR with held-out labels in it, lit as the photograph is.

    Neither the way they are laid in nor the drawings are those of `render` in the style TRAIN.
    Sizes, views, occlusion and what counts as readable are, so that a network's loss against
    `render` is due to the photograph.
    """
    rng = np.random.default_rng([HELD_OUT.stream, 2, seed])
    ground = _square(rng, photo, size)
    for _ in range(_ATTEMPTS):
        scene = LitScene(ground.copy())
        for _ in range(int(rng.integers(1, 7))):
            _put_something(rng, scene, [], HELD_OUT, _ASLANT)
        if rng.random() < _OCCLUDED:
            _occlude(rng, scene, np.ascontiguousarray(ground[::-1, ::-1]))
        image = retake(rng, scene.image)
        if _readable(image, scene):
            break
    return Rendered(image, *scene.truth())


def _square(rng: np.random.Generator, photo: Image, size: int) -> Image:
    """A square part of the photograph, at least three quarters of its shorter side."""
    side = int(min(photo.shape[:2]) * rng.uniform(0.75, 1))
    top, left = (int(rng.integers(length - side + 1)) for length in photo.shape[:2])
    part = photo[top : top + side, left : left + side]
    way = cv2.INTER_AREA if side > size else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(part, (size, size), interpolation=way), np.uint8)


def render_crop(seed: int, size: int = 64, style: Style = TRAIN) -> tuple[Image, int]:
    """A picture that one label nearly fills, (size, size, 3) BGR, and its class."""
    rng = np.random.default_rng([style.stream, 1, seed])
    label = seed % len(CLASSES)
    native = int(np.exp(rng.uniform(np.log(14), np.log(110))))
    side = native / rng.uniform(0.72, 1.0)
    extent = max(12, round(side))
    scene = Scene(_cutting(rng, extent, style))
    middle = extent / 2 + rng.uniform(-0.06, 0.06, 2) * extent
    sticker = draw_label(rng, _drawing(rng, style, label), _pixels(rng, native, style))
    quad = _askew(rng, middle, native * 0.94, style)
    scene.lay(sticker, quad, label, _light(rng, 1.0, style))
    if rng.random() < 0.2:
        _occlude(rng, scene, _cardboard(rng, extent, style), 0.12)
    image = _develop(rng, scene, style)
    shrink = cv2.INTER_AREA if extent > size else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(image, (size, size), interpolation=shrink), np.uint8), label


def _cutting(rng: np.random.Generator, size: int, style: Style) -> Image:
    """A piece of a surface that is kept: one drawn for every crop would cost more than the crop."""
    whole = _kept(style.textures, int(rng.integers(_KEPT)))
    top, left = rng.integers(whole.shape[0] - size + 1, size=2)
    part = whole[top : top + size, left : left + size][:: rng.choice((-1, 1))]
    tint = np.exp(rng.normal(0, 0.3) + rng.normal(0, 0.12, 3)).astype(np.float32)
    return np.asarray(np.minimum(part * tint, 255), np.uint8)


@lru_cache(maxsize=2 * _KEPT)
def _kept(textures: tuple[Texture, ...], number: int) -> Image:
    return textures[number % len(textures)](np.random.default_rng([3, number]), 256)


def _surface(rng: np.random.Generator, size: int, style: Style) -> Image:
    return style.textures[rng.integers(len(style.textures))](rng, size)


def _cardboard(rng: np.random.Generator, size: int, style: Style) -> Image:
    """A parcel's paper: mostly brown or white, sometimes anything."""
    manner = rng.random()
    if manner < 0.12:
        return _surface(rng, size, style)
    if manner < 0.7:
        base = rng.uniform((70, 110, 140), (150, 190, 225)).astype(np.float32)
    else:
        base = any_colour(rng)
    spread = np.float32(rng.uniform(3, 22))
    return tinted(octaves(rng, size, rng.uniform(0.2, 1.0)), base - spread, base + spread)


def _drawing(rng: np.random.Generator, style: Style, label: int) -> Drawing:
    drawings = style.drawings[rng.integers(len(style.drawings))]
    return drawings[CLASSES[label]]


def _pixels(rng: np.random.Generator, side: float, style: Style) -> int:
    """The size to draw a sticker of *side* in: a little finer than it will be seen, or worse."""
    fine = rng.uniform(0.5, 1) if style.worn and rng.random() < 0.25 else 1.15
    return int(np.clip(side * fine, 16, 256))


def _light(rng: np.random.Generator, light: float, style: Style) -> Tone:
    """What falls on a sticker where the surface has *light*: uneven on creased, dirty paper."""
    if not style.worn:
        return np.full((1, 1), light, np.float32)
    light *= float(np.exp(rng.normal(0, 0.12)))
    field = _uneven(rng, 2, rng.uniform(0, 0.15))
    if rng.random() < 0.4:
        field += _uneven(rng, int(rng.choice((6, 12, 24))), rng.uniform(0.02, 0.14))
    return np.asarray(np.maximum(np.float32(light) * (1 + field), 0.1), np.float32)


def _uneven(rng: np.random.Generator, cells: int, deviation: float) -> Tone:
    spots = (rng.standard_normal((cells, cells)) * deviation).astype(np.float32)
    return np.asarray(cv2.resize(spots, (24, 24)), np.float32)


def _something(
    rng: np.random.Generator, style: Style, side: float, framed: bool | None
) -> tuple[Sticker, int | None]:
    kind, pixels = rng.random(), _pixels(rng, side, style)
    if kind < 0.68:
        label = int(rng.integers(len(CLASSES)))
        return draw_label(rng, _drawing(rng, style, label), pixels, framed), label
    if kind < 0.86:
        drawing = style.look_alikes[rng.integers(len(style.look_alikes))]
        return draw_label(rng, drawing, pixels, framed), None
    if kind < 0.93:
        return draw_bar_code(rng, pixels), None
    return draw_text(rng, style.lettering, pixels), None


def _put_something(
    rng: np.random.Generator, scene: Scene, faces: list[Face], style: Style, scale: float = 1.0
) -> None:
    """A label or something else on one of the faces, or on the ground where none has room."""
    size = scene.image.shape[0]
    side = float(rng.uniform(*np.sqrt(_SIDES))) ** 2 * size / 256 * scale
    roomy = [
        face for face in faces if face.frontal > 0.4 and side < 0.95 * min(face.width, face.height)
    ]
    for _ in range(6):
        if roomy and rng.random() < 0.85:
            face = roomy[rng.integers(len(roomy))]
            room = (np.array((face.width, face.height)) - side) * rng.uniform(0, 1, 2)
            x, y = room + side / 2
            quad, light = face.place(x, y, side, _tilt(rng, style)), face.light
        else:
            quad, light = _askew(rng, rng.uniform(0.04, 0.96, 2) * size, side, style), 1.0
        if scene.free(quad):
            framed = None if scene.calm(quad) else True
            sticker, label = _something(rng, style, side, framed)
            scene.lay(sticker, quad, label, _light(rng, light, style))
            return


def _tilt(rng: np.random.Generator, style: Style) -> float:
    """Degrees: nearly upright mostly, a quarter turn now and then."""
    quarter = float(rng.choice((90, -90, 180), p=(0.4, 0.4, 0.2)))
    return quarter * (rng.random() < style.turned) + float(rng.normal(0, 9))


def _askew(
    rng: np.random.Generator, middle: npt.NDArray[np.float64], side: float, style: Style
) -> Quad:
    """A square about *middle* as seen from somewhere else."""
    square = np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)]) * side / 2
    square = square * rng.uniform((0.75, 0.75), (1, 1)) + rng.normal(0, 0.03, (4, 2)) * side
    spin = cv2.getRotationMatrix2D((0, 0), _tilt(rng, style), 1.0)[:, :2]
    return (square @ spin + middle).astype(np.float32)


def _occlude(rng: np.random.Generator, scene: Scene, texture: Image, reach: float = 0.3) -> None:
    """Straps, tools, hands: something before everything else."""
    size = scene.image.shape[0]
    for _ in range(int(rng.integers(1, 3))):
        middle = rng.uniform(0, 1, 2) * size
        long, thin = (
            size * rng.uniform(0.5 * reach, 3 * reach),
            size * rng.uniform(0.02, 0.5 * reach),
        )
        angles = np.linspace(0, 2 * np.pi, 4 if rng.random() < 0.6 else 16, endpoint=False) + 0.7
        points = np.stack([np.cos(angles) * long, np.sin(angles) * thin], 1)
        spin = cv2.getRotationMatrix2D((0, 0), rng.uniform(0, 180), 1.0)[:, :2]
        scene.cover(points @ spin + middle, texture, rng.uniform(0.4, 1.1))


def _develop(rng: np.random.Generator, scene: Scene, style: Style) -> Image:
    """Photograph the scene so that every label of the truth can still be made out."""
    state = rng.bit_generator.state
    for strength in (1.0, 0.5, 0.2):
        rng.bit_generator.state = state
        image = photograph(rng, scene.image, strength, style.worn)
        if _readable(image, scene):
            break
    return image


def _readable(image: Image, scene: Scene) -> bool:
    """Whether no label of the truth has drowned in the dark, the glare or its own colours."""
    return all(contrast >= _MIN_CONTRAST for contrast in scene.contrasts(image))
