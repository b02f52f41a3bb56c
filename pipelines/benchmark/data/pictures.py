"""The pictures that candidates are timed on: some of the user's, or rendered ones."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import cv2

from models.errors import InputError, SaccadeError

# Enough to be all different in one sample of 100 frames, as the source's method has it.
MOST = 100
# Decoded, they are held in the measuring process's memory: 92 MB are 100 pictures of 640×480.
_MOST_BYTES = 100_000_000
_SIDE = 640


def some_of(paths: Sequence[str]) -> tuple[str, ...]:
    """At most MOST readable pictures, evenly taken. Raises InputError where there is none."""
    chosen: list[str] = []
    size = 0
    step = max(1.0, len(paths) / MOST)
    for number in range(min(len(paths), MOST)):
        path = paths[int(number * step)]
        image = cv2.imread(path, cv2.IMREAD_COLOR)
        if image is None:
            continue
        size += image.nbytes
        if chosen and size > _MOST_BYTES:
            break
        chosen.append(path)
    if not chosen:
        raise InputError(f"{paths[0]}: cannot be read as a picture, and neither can the others")
    return tuple(chosen)


def rendered(folder: Path, count: int = 32) -> tuple[str, ...]:
    """The same rendered pictures every time, written into *folder*. Raises SaccadeError."""
    from models.rendering.dataset import HELD_OUT, render

    paths = []
    for seed in range(count):
        # Uncompressed: it is read for every sample.
        path = folder / f"{seed}.bmp"
        try:
            written = cv2.imwrite(str(path), render(seed, _SIDE, HELD_OUT).image)
        except cv2.error:
            written = False
        if not written or not path.stat().st_size:
            raise SaccadeError(f"{folder}: a picture cannot be written there; is the disk full?")
        paths.append(str(path))
    return tuple(paths)
