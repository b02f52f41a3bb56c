"""The frames of a source as examples."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from models.errors import EndOfStream
from pipelines.cameras import CameraOptions
from pipelines.cameras.source import open_camera
from pipelines.selection.premodel.outcomes.examples import Example

# Neighbouring frames are alike: as many stay together where halves are drawn, and a router that
# looks back begins anew after them.
STRETCH = 50


class Frames:
    """The first *count* frames of *source*, each once, for that many *networks*.

    Raises InputError for what is no source, and CameraError where it cannot be read at all.
    """

    def __init__(self, source: str, count: int, networks: int) -> None:
        self._camera = open_camera(source, CameraOptions(paced=False))
        self._count = count
        self._networks = networks
        self._delivered = 0

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[Example]:
        height, width = self._camera.open()
        buffer = np.empty((height, width, 3), np.uint8)
        try:
            while self._delivered < self._count:
                shot = self._camera.read(buffer)
                truth = None if shot.truth is None else (shot.truth,) * self._networks
                yield Example(shot.image, truth, self._delivered // STRETCH)
                self._delivered += 1
        except EndOfStream:
            pass
        finally:
            self._camera.close()

    def notes(self) -> tuple[str, ...]:
        """As in `Examples`."""
        if self._delivered == self._count:
            return ()
        return (f"there were only {self._delivered} frames",)
