"""Small videos and pictures for tests, each frame telling its number."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import cv2
import numpy as np

Picture = np.ndarray[Any, np.dtype[np.uint8]]


def numbered(number: int, height: int = 96, width: int = 128) -> Picture:
    """A picture whose brightness is 10 × *number* + 20, with a darker corner."""
    image = np.full((height, width, 3), 10 * number + 20, np.uint8)
    image[: height // 4, : width // 4] //= 2
    return image


def number_of(image: Picture) -> int:
    return round((float(image[image.shape[0] // 2 :].mean()) - 20) / 10)


def write_video(path: Path, frames: int = 12, fps: float = 50, codec: str = "mp4v") -> Path:
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*codec), fps, (128, 96))
    assert writer.isOpened()
    for number in range(frames):
        writer.write(numbered(number))
    writer.release()
    return path


def write_pictures(folder: Path, count: int = 3) -> Path:
    folder.mkdir()
    for number in range(count):
        cv2.imwrite(str(folder / f"{number:03}.png"), numbered(number))
    return folder
