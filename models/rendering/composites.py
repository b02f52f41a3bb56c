"""Labels laid into real photographs: in linear light, shaded by what the photograph shows there."""

from __future__ import annotations

import cv2
import numpy as np

from models.rendering.scene import Scene
from models.rendering.stickers import Sticker
from models.rendering.textures import Image, Tone

_GAMMA = 2.2


class LitScene(Scene):
    """A photograph whose light falls on whatever is laid on it."""

    def __init__(self, image: Image) -> None:
        super().__init__(image)
        grey = _linear(np.asarray(cv2.cvtColor(image, cv2.COLOR_BGR2GRAY), np.uint8))
        broad = cv2.GaussianBlur(grey, (0, 0), max(image.shape) / 16)
        # A dark object is not a dark place: only half of the difference counts as light.
        self._light = (0.45 + 0.55 * broad / max(float(broad.max()), 1e-3)).astype(np.float32)

    def _blend(self, place: tuple[slice, slice], sticker: Sticker, light: Tone) -> None:
        under = self.image[place]
        opacity, colour = sticker.over(under)
        soft = 0.96 * cv2.GaussianBlur(opacity, (3, 3), 0)[..., None]
        before = _linear(under)
        lit = _linear(colour) * self._light[place][..., None] * light
        mixed = np.clip(before + soft * (lit - before), 0, 1)
        under[:] = np.rint(255 * mixed ** (1 / _GAMMA))


def retake(rng: np.random.Generator, image: Image) -> Image:
    """The picture as a second camera would have taken it: a little soft, noisy and compressed."""
    size = image.shape[0]
    small = round(size * (rng.uniform(0.6, 0.95) if rng.random() < 0.4 else 1))
    soft = cv2.resize(image, (small, small), interpolation=cv2.INTER_AREA)
    soft = cv2.resize(soft, (size, size), interpolation=cv2.INTER_CUBIC)
    grainy = soft + rng.normal(0, rng.uniform(0.5, 6), image.shape)
    taken = np.clip(grainy, 0, 255).astype(np.uint8)
    _, packed = cv2.imencode(".jpg", taken, (cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(50, 96))))
    return np.asarray(cv2.imdecode(packed, cv2.IMREAD_COLOR), np.uint8)


def _linear(values: Image | Tone) -> Tone:
    return ((values / np.float32(255)) ** np.float32(_GAMMA)).astype(np.float32)
