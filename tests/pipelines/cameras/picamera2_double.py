"""A stand-in for picamera2, as far as it is used: the hardware is absent, its ways are kept.

A request holds one of the buffers until it is released. A camera that has stalled delivers
nothing, and the request that waited for it bars the way to closing it, until it is cancelled.
Names and parameters are compared with the real package's in a test.
"""

from __future__ import annotations

import concurrent.futures
import threading
import time
from typing import Any

import numpy as np


class Picamera2:
    """One camera; `stalled` and `taken` belong to the machine, not to an instance."""

    stalled = threading.Event()
    taken = False

    @staticmethod
    def global_camera_info() -> list[dict[str, Any]]:
        return [{"Model": "imx708", "Num": 0}]

    def __init__(
        self,
        camera_num: int = 0,
        verbose_console: object = None,
        tuning: object = None,
        allocator: object = None,
    ) -> None:
        if Picamera2.taken:
            raise RuntimeError("Camera __init__ sequence did not complete.")
        Picamera2.taken = True
        self._configuration: dict[str, Any] = {}
        self._jobs: list[str] = []
        self.out = 0

    def create_video_configuration(
        self,
        main: dict[str, Any] = {},  # noqa: B006
        lores: object = None,
        raw: object = {},
        transform: object = None,
        colour_space: object = None,
        buffer_count: int = 6,
        controls: dict[str, Any] = {},  # noqa: B006
        display: str = "main",
        encode: str = "main",
        queue: bool = True,
        sensor: object = {},
        use_case: str = "video",
    ) -> dict[str, Any]:
        return {"main": dict(main), "buffer_count": buffer_count, "controls": controls}

    def configure(self, camera_config: dict[str, Any] | None = None) -> None:
        assert camera_config is not None
        if any(side % 2 for side in camera_config["main"]["size"]):
            raise RuntimeError("width and height should be even")
        self._configuration = camera_config

    def camera_configuration(self) -> dict[str, Any]:
        return self._configuration

    def start(self, config: object = None, show_preview: object = False) -> None:
        self._number = 0

    def capture_request(
        self,
        wait: float | None = None,
        signal_function: object = None,
        flush: bool | None = None,
    ) -> CompletedRequest:
        if Picamera2.stalled.is_set() or self.out == self._configuration["buffer_count"]:
            self._jobs.append("capture")
            time.sleep(wait or 3600)
            raise concurrent.futures.TimeoutError
        period_s = self._configuration["controls"]["FrameDurationLimits"][0] / 1e6
        time.sleep(period_s)
        self.out += 1
        self._number += 1
        return CompletedRequest(self, self._number)

    def cancel_all_and_flush(self) -> None:
        self._jobs.clear()

    def close(self) -> None:
        while self._jobs:
            time.sleep(0.05)
        Picamera2.taken = False


class CompletedRequest:
    def __init__(self, request: Picamera2, picam2: int) -> None:
        self._camera, self._number = request, picam2
        self._stamp_ns = time.monotonic_ns() - 8_000_000  # exposure and transfer

    @property
    def picture(self) -> np.ndarray[Any, Any]:
        width, height = self._camera.camera_configuration()["main"]["size"]
        return np.full((height, width, 3), self._number % 256, np.uint8)

    def get_metadata(self) -> dict[str, Any]:
        return {"SensorTimestamp": self._stamp_ns, "ExposureTime": 5000}

    def release(self) -> None:
        self._camera.out -= 1


class MappedArray:
    def __init__(
        self, request: CompletedRequest, stream: str, reshape: bool = True, write: bool = True
    ) -> None:
        assert stream == "main"
        self.array = request.picture

    def __enter__(self) -> MappedArray:
        return self

    def __exit__(self, exc_type: object, exc_value: object, exc_traceback: object) -> None:
        pass
