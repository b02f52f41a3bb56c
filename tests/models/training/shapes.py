"""Pictures that a network learns in seconds: squares on noise with one of three signs in them."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from models.training.data import Data
from models.training.samples import Sample

LABELS = ("disc", "slash", "block")


@dataclass(frozen=True)
class Shapes:
    """A source of samples; *first* keeps its pictures apart from those of another."""

    count: int
    side: int
    first: int = 0

    @property
    def name(self) -> str:
        return f"shapes-{self.side}-{self.first}"

    def __len__(self) -> int:
        return self.count

    def __call__(self, index: int) -> Sample:
        random = np.random.default_rng(self.first + index)
        noise = random.integers(0, 255, (16, 16, 3), np.uint8)
        image = cv2.resize(noise, (self.side, self.side), interpolation=cv2.INTER_CUBIC)
        boxes: list[tuple[int, int, int, int]] = []
        classes = []
        for _ in range(random.integers(1, 4)):
            size = int(np.exp(random.uniform(np.log(12), np.log(self.side / 2.5))))
            x, y = (int(value) for value in random.integers(0, self.side - size, 2))
            box = (x, y, x + size, y + size)
            if any(_touch(box, other) for other in boxes):
                continue
            label = int(random.integers(len(LABELS)))
            _draw(image[y : y + size, x : x + size], label)
            boxes.append(box)
            classes.append(label)
        return Sample(image, np.array(boxes, np.float32).reshape(-1, 4), np.array(classes, np.intp))


def shapes(side: int = 128, count: int = 512) -> Data:
    return Data(
        "shapes",
        LABELS,
        Shapes(count, side),
        Shapes(48, side, 1_000_000),
        Shapes(96, side, 2_000_000),
    )


def _draw(patch: np.ndarray, label: int) -> None:
    size = len(patch)
    patch[:] = 255
    if label == 0:
        cv2.circle(patch, (size // 2, size // 2), size // 3, (0, 0, 0), -1)
    elif label == 1:
        cv2.line(patch, (2, 2), (size - 3, size - 3), (0, 0, 0), max(1, size // 6))
    else:
        patch[size // 3 : 2 * size // 3, size // 3 : 2 * size // 3] = 0


def _touch(a: tuple[int, int, int, int], b: tuple[int, int, int, int]) -> bool:
    return min(a[2], b[2]) > max(a[0], b[0]) and min(a[3], b[3]) > max(a[1], b[1])
