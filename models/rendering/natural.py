"""Grounds with the statistics of natural images, and light on what is laid on them.

Things hide things, and their radii r follow r⁻³, so that a part of such a picture looks like the
whole: the dead leaves model (Lee, Mumford and Huang, "Occlusion models for natural images", 2001).
Here each leaf shows a piece of a texture, in a shade of its own.
"""

from __future__ import annotations

import cv2
import numpy as np

from models.rendering.pen import Mask
from models.rendering.scene import Scene
from models.rendering.stickers import Sticker
from models.rendering.textures import Image, Texture, Tone, octaves

_LEAVES = 255  # at most: as many as a byte can number beside what lies below them
_LEAST, _MOST = (0.015, 0.06), 0.6  # radii, of the picture's side; the least differs
_ROUND = 16  # corners
_SURFACES = 3


def natural(rng: np.random.Generator, size: int, textures: tuple[Texture, ...]) -> Image:
    """A picture of things before things, (size, size, 3) BGR, the far ones out of focus."""
    owner = _leaves(rng, size)
    image = _surface(rng, size, textures)
    of_leaf = rng.integers(_SURFACES, size=_LEAVES + 1).astype(np.uint8)
    for number in range(1, _SURFACES):
        cv2.copyTo(_surface(rng, size, textures), _picked(owner, of_leaf == number), image)
    shaded = _shaded(rng, owner, image)
    if rng.random() < 0.3:
        sharp = _picked(owner, np.arange(_LEAVES + 1) > rng.integers(_LEAVES))
        blurred = cv2.GaussianBlur(shaded, (0, 0), rng.uniform(0.5, 2) * size / 256)
        cv2.copyTo(blurred, cv2.bitwise_not(sharp), shaded)
    # An edge falls between pixels, as in any photograph.
    return np.asarray(cv2.GaussianBlur(shaded, (3, 3), rng.uniform(0.25, 0.6)), np.uint8)


def _leaves(rng: np.random.Generator, size: int) -> Mask:
    """Which leaf each pixel shows, 1 the lowest; 0 where there is none. (size, size)."""
    least, most = rng.uniform(*_LEAST) * size, _MOST * size
    share = rng.random((_LEAVES, 1))
    # The inverse of the distribution function of a density of r⁻³ between the two.
    radius = (share / least**2 + (1 - share) / most**2) ** -0.5
    middle = rng.uniform(-0.1, 1.1, (_LEAVES, 1, 2)) * size
    corners = rng.choice((3, 4, 4, 5, _ROUND), (_LEAVES, 1))
    # Polygons with fewer corners have some of them more than once.
    corner = np.arange(_ROUND) * corners // _ROUND
    uneven = np.take_along_axis(rng.uniform(0, 0.9, (_LEAVES, _ROUND)), corner, 1)
    angle = (corner + uneven * (corners < _ROUND)) * 2 * np.pi / corners
    x, y = radius * np.cos(angle), radius * np.sin(angle) * rng.uniform(0.15, 1, (_LEAVES, 1))
    lean = rng.normal(rng.uniform(0, np.pi), rng.choice((0.2, 3.0)), (_LEAVES, 1))
    turned = np.stack((x * np.cos(lean) - y * np.sin(lean), x * np.sin(lean) + y * np.cos(lean)), 2)
    owner = np.zeros((size, size), np.uint8)
    fixed = np.rint((turned + middle) * 16).astype(np.int32)
    for number, leaf in enumerate(fixed[: rng.integers(10, _LEAVES + 1)], 1):
        cv2.fillPoly(owner, [leaf], number, cv2.LINE_8, 4)
    return owner


def _surface(rng: np.random.Generator, size: int, textures: tuple[Texture, ...]) -> Image:
    """A texture from nearer or farther away, turned; mirrored where it ends."""
    texture = textures[rng.integers(len(textures))](rng, size)
    zoom = float(np.exp(rng.uniform(-1.6, 0.3)))
    turn = cv2.getRotationMatrix2D((size / 2, size / 2), rng.uniform(0, 360), zoom)
    way = cv2.INTER_AREA if zoom < 0.6 else cv2.INTER_LINEAR
    moved = cv2.warpAffine(texture, turn, (size, size), flags=way, borderMode=cv2.BORDER_REFLECT)
    return np.asarray(moved, np.uint8)


def _shaded(rng: np.random.Generator, owner: Mask, image: Image) -> Image:
    """Each leaf in a colour of its own, brighter on one of its sides, more or less rough."""
    count, size = _LEAVES + 1, owner.shape[0]
    own = np.exp(rng.normal(0, rng.uniform(0.1, 0.5), (count, 1)) + rng.normal(0, 0.08, (count, 3)))
    slope = rng.normal(0, rng.uniform(0, 0.4), (count, 2)).astype(np.float32)
    axis = np.linspace(-1, 1, size, dtype=np.float32)
    falling = 1 + slope[:, 0][owner] * axis + slope[:, 1][owner] * axis[:, None]
    rough = rng.uniform(0, rng.uniform(0.1, 0.7), count).astype(np.float32)[owner]
    falling *= 1 + rough * octaves(rng, size, rng.uniform(0.7, 1.1))
    gain = own.astype(np.float32)[owner] * np.clip(falling, 0.2, 1.9)[..., None]
    return np.asarray(cv2.multiply(image, gain, dtype=cv2.CV_8U), np.uint8)


def _picked(owner: Mask, leaves: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> Mask:
    """255 where one of the *leaves* is seen."""
    return np.asarray(cv2.LUT(owner, leaves.astype(np.uint8) * 255), np.uint8)


class ShadedScene(Scene):
    """A ground that dims what is laid on it where it is dark itself, by a share drawn at random.

    Edges are as soft as the ground's, or not, and paper hides it quite or nearly. Photographs that
    labels are laid in for evaluation have a manner of their own, in linear light.
    """

    def __init__(self, rng: np.random.Generator, image: Image) -> None:
        super().__init__(image)
        grey = cv2.cvtColor(image, cv2.COLOR_BGR2GRAY).astype(np.float32)
        broad = cv2.blur(grey, (max(3, int(image.shape[0] * rng.uniform(0.04, 0.25))),) * 2)
        depth = np.float32(rng.uniform(0, 0.6))
        shade = 1 - depth + depth * broad / np.float32(max(float(broad.max()), 1))
        self._shade: Tone = np.asarray(shade, np.float32)
        self._softness = int(rng.choice((0, 3, 5), p=(0.4, 0.45, 0.15)))
        self._opacity = np.float32(rng.uniform(0.9, 1))

    def _blend(self, place: tuple[slice, slice], sticker: Sticker, light: Tone) -> None:
        under = self.image[place]
        opacity, colour = sticker.over(under)
        if self._softness:
            soft = cv2.GaussianBlur(opacity, (self._softness,) * 2, 0)
            opacity = np.asarray(soft[..., None], np.float32)
        lit = np.minimum(colour * light * self._shade[place][..., None], 255)
        under[:] = np.rint(under + self._opacity * opacity * (lit - under))
