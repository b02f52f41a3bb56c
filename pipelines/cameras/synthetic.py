"""The synthetic camera: the rendered scene, delivered as a live camera would deliver it."""

from __future__ import annotations

import re
from urllib.parse import parse_qs

import numpy as np

from models.errors import CameraError, InputError
from pipelines.cameras import CameraOptions
from pipelines.cameras.pacing import Pacer, Unpaced
from pipelines.cameras.scene import ConveyorScene
from pipelines.live.frame import Image, Shot

_ADDRESS = re.compile(
    r"((?P<width>\d+)x(?P<height>\d+))?(@(?P<fps>\d+(\.\d+)?))?(\?(?P<query>.*))?"
)


class SyntheticCamera:
    """`synthetic:[WIDTHxHEIGHT][@FPS][?seed=N]`; 1280x720@30 with seed 0 unless told.

    What the address says goes before the options. The scene's time is counted in frames: a
    reader that is too slow for the rate misses frames, as with any live camera, and never sees
    the scene slow down. Unpaced, every frame is delivered, without end.
    """

    def __init__(self, source: str, options: CameraOptions) -> None:
        match = _ADDRESS.fullmatch(source)
        query = parse_qs(match["query"] or "", keep_blank_values=True) if match else {}
        seed = query.pop("seed", ["0"])[-1]
        if match is None or query or not seed.isdigit():
            raise InputError(
                f"synthetic:{source} is no synthetic source; write synthetic:1280x720@30?seed=1, "
                f"each part optional"
            )
        self._width = int(match["width"] or options.width or 1280)
        self._height = int(match["height"] or options.height or 720)
        self._fps = float(match["fps"] or options.fps or 30)
        self._seed = int(seed)
        self._paced = options.paced
        self._scene: ConveyorScene | None = None
        self._pacer: Pacer | Unpaced = Unpaced()
        if not (16 <= self._width <= 7680 and 16 <= self._height <= 4320):
            raise InputError(
                f"a synthetic picture is 16x16 to 7680x4320, not {self._width}x{self._height}"
            )
        if not 0 < self._fps <= 1000:
            raise InputError(f"a synthetic camera has up to 1000 fps, not {self._fps:g}")

    @property
    def fps(self) -> float:
        return self._fps

    def open(self) -> tuple[int, int]:
        self._scene = ConveyorScene(self._width, self._height, self._seed)
        self._pacer = Pacer(self._fps) if self._paced else Unpaced()
        return self._height, self._width

    def read(self, buffer: Image) -> Shot:
        scene = self._scene
        if scene is None:
            raise CameraError("the synthetic camera was read before it was opened")
        number, captured_s = self._pacer.wait()
        if buffer.shape != (self._height, self._width, 3):
            buffer = np.empty((self._height, self._width, 3), np.uint8)
        truth = scene.render(number / self._fps, buffer)
        return Shot(buffer, captured_s, truth)

    def close(self) -> None:
        self._pacer.stop()
        self._scene = None
