"""A Raspberry Pi camera, through picamera2."""

from __future__ import annotations

import concurrent.futures
import logging
import threading
import time
from typing import TYPE_CHECKING, Any

import numpy as np

from models.errors import CameraError, CameraStalled, InputError, MissingExtra
from models.image import Image
from pipelines.cameras import CameraOptions
from pipelines.cameras.timestamps import believable
from pipelines.shot import Shot

if TYPE_CHECKING:
    from picamera2 import Picamera2

_log = logging.getLogger(__name__)
_INSTALL = "sudo apt install python3-picamera2, in an environment that sees the system's packages"
# One that the sensor fills, one that waits, one that is read, one on its way back.
_BUFFERS = 4


class PiCamera:
    """`picamera:N`, the N-th camera that libcamera knows; 1280×720 at 30 fps unless told.

    A camera whose cable or sensor has failed makes libcamera wait for good, so every request has
    a time-out, and what is left of a failed camera is shut down in a thread of its own.
    """

    def __init__(self, source: str, options: CameraOptions) -> None:
        if not source.isdigit():
            raise InputError(f"picamera:{source} is no Pi camera; write picamera:0")
        self._name = f"picamera:{source}"
        self._picamera2 = _import_picamera2(self._name)
        self._index = int(source)
        # libcamera wants even numbers.
        self._size = ((options.width or 1280) & ~1, (options.height or 720) & ~1)
        self._fps = options.fps or 30.0
        self._timeout_s = options.timeout_s
        self._camera: Picamera2 | None = None
        self._due_s = 0.0

    @property
    def fps(self) -> float:
        return self._fps

    def open(self) -> tuple[int, int]:
        picamera2 = self._picamera2
        try:
            found = len(picamera2.Picamera2.global_camera_info())
            if self._index >= found:
                raise CameraError(
                    f"there is no {self._name}: libcamera finds {found} in all; check the cable"
                )
            self._camera = camera = picamera2.Picamera2(self._index)
            period_us = round(1e6 / self._fps)
            configuration = camera.create_video_configuration(
                main={"format": "RGB888", "size": self._size},  # in memory: blue, green, red
                buffer_count=_BUFFERS,
                controls={"FrameDurationLimits": (period_us, period_us)},
            )
            camera.configure(configuration)
            width, height = camera.camera_configuration()["main"]["size"]
            camera.start()
        except CameraError:
            raise
        except Exception as error:  # picamera2 raises whatever its layers raise
            _log.debug("%s", self._name, exc_info=True)
            raise CameraError(
                f"{self._name} cannot be started, most likely because another program uses it "
                f"({_line(error)})"
            ) from error
        self._due_s = 0.0
        return height, width

    def read(self, buffer: Image) -> Shot:
        camera = self._camera
        if camera is None:
            raise CameraError(f"{self._name} was read before it was opened")
        try:
            # picamera2 keeps one finished frame. To a reader that stayed away it would be old.
            flush = True if time.monotonic() > self._due_s else None
            request = camera.capture_request(wait=self._timeout_s, flush=flush)
            try:
                shot = _copy(request, buffer)
            finally:
                request.release()
        except concurrent.futures.TimeoutError as error:
            raise CameraStalled(
                f"{self._name} has delivered nothing for {self._timeout_s:.1f} s"
            ) from error
        except Exception as error:
            _log.debug("%s", self._name, exc_info=True)
            raise CameraError(f"{self._name} has failed: {_line(error)}") from error
        self._due_s = time.monotonic() + 2 / self._fps
        return shot

    def close(self) -> None:
        camera, self._camera = self._camera, None
        if camera is None:
            return
        shutdown = threading.Thread(target=self._shut_down, args=(camera,), daemon=True)
        shutdown.start()
        shutdown.join(self._timeout_s)
        if shutdown.is_alive():
            _log.warning("%s does not stop; its driver hangs", self._name)

    def _shut_down(self, camera: Picamera2) -> None:
        try:
            # A request that timed out stands before the order to stop, and would block it.
            camera.cancel_all_and_flush()
            camera.close()
        except Exception:
            _log.debug("%s", self._name, exc_info=True)


def count_picameras() -> int:
    """How many cameras libcamera finds here; 0 also without picamera2."""
    try:
        return len(_import_picamera2("picamera").Picamera2.global_camera_info())
    except Exception:
        return 0


def _copy(request: Any, buffer: Image) -> Shot:
    """The request's picture and the moment its first row was exposed."""
    from picamera2 import MappedArray

    captured_s = on_monotonic(request.get_metadata().get("SensorTimestamp"))
    with MappedArray(request, "main", write=False) as mapped:
        if mapped.array.shape == buffer.shape:
            np.copyto(buffer, mapped.array)
        else:
            buffer = np.array(mapped.array, np.uint8)
    return Shot(buffer, captured_s)


def on_monotonic(sensor_ns: int | None) -> float:
    """libcamera's stamps count suspended time too, the kernel's capture stamps do not."""
    now_s = time.monotonic()
    if sensor_ns is not None:
        for clock_s in (now_s, time.clock_gettime(time.CLOCK_BOOTTIME)):
            if believable(sensor_ns / 1e9, clock_s):
                return now_s - (clock_s - sensor_ns / 1e9)
    return now_s


def _import_picamera2(name: str) -> Any:
    try:
        import picamera2
    except ModuleNotFoundError as error:
        raise MissingExtra(
            f"{name} needs the Python module {error.name!r}, which is not installed: {_INSTALL}"
        ) from error
    except Exception as error:  # a library of another numpy or libcamera
        raise MissingExtra(
            f"{name}: picamera2 is installed but cannot be loaded: {error}"
        ) from error
    return picamera2


def _line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]
