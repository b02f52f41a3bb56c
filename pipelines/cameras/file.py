"""A video file: as a live camera at its own rate, in a loop, or each frame once."""

from __future__ import annotations

import os
from pathlib import Path

import cv2

from models.errors import CameraError, EndOfStream, InputError
from models.image import Image
from pipelines.cameras import CameraOptions
from pipelines.cameras.opencv import OpenCvReader
from pipelines.cameras.pacing import Pacer, Unpaced, start_pacer
from pipelines.shot import Shot

_USUAL_FPS = 30.0  # for files that state no rate, or an absurd one


class FileCamera:
    """`PATH` of a video that FFmpeg can decode.

    Paced, it plays at `options.fps` or its own rate and begins again at its end, or where it is
    broken: what can be shown of a damaged recording is shown. A frame's time is the moment it
    was due at. Its size is its own: width and height of the options do not apply.

    It is opened when it is built, so that a wrong file is an InputError before anything starts.
    One that vanishes later is a CameraError: it may come back.
    """

    def __init__(self, source: str, options: CameraOptions) -> None:
        self._path = Path(source)
        self._options = options
        self._fps: float | None = None
        self._reader: OpenCvReader | None = None
        self._held = False  # `open` has fetched a frame that is still to be delivered
        self._pacer: Pacer | Unpaced = Unpaced()
        try:
            self.open()
        except CameraError as error:
            raise InputError(str(error)) from None
        finally:
            self.close()

    @property
    def fps(self) -> float | None:
        return self._fps

    def open(self) -> tuple[int, int]:
        height, width = self._start().shape[:2]
        self._held = True
        own = self._reader.get(cv2.CAP_PROP_FPS) if self._reader else 0.0
        self._fps = self._options.fps or (own if 0 < own <= 1000 else _USUAL_FPS)
        self._pacer = start_pacer(self._fps, self._options)
        return height, width

    def read(self, buffer: Image) -> Shot:
        if self._reader is None:
            raise CameraError(f"the video {self._path} was read before it was opened")
        _, captured_s = self._pacer.wait()
        image = None
        if self._held or self._reader.grab():
            self._held = False
            image = self._reader.retrieve(buffer)
        if image is None and not self._options.paced:
            raise EndOfStream(f"the video {self._path} is at its end")
        if image is None:
            image = self._start(buffer)
        return Shot(image, captured_s)

    def close(self) -> None:
        self._pacer.stop()
        self._release()

    def _start(self, buffer: Image | None = None) -> Image:
        """Open the file and decode its first frame."""
        self._release()
        if not self._path.is_file():
            raise CameraError(f"there is no video file {self._path}")
        if not os.access(self._path, os.R_OK):
            raise CameraError(f"the video {self._path} may not be read by this user")
        if not self._path.stat().st_size:
            raise CameraError(f"the video {self._path} is empty (0 bytes)")
        self._reader = OpenCvReader(str(self._path), cv2.CAP_FFMPEG)
        image = self._reader.retrieve(buffer) if self._reader.grab() else None
        if image is None:
            self._release()
            raise CameraError(
                f"{self._path} is not a video that can be decoded: it is damaged, cut short, or "
                f"another kind of file"
            )
        return image

    def _release(self) -> None:
        if self._reader is not None:
            self._reader.release()
            self._reader = None
