"""A folder of pictures, in the order of their names: a slide show, or each picture once."""

from __future__ import annotations

import logging
from pathlib import Path

import cv2
import numpy as np

from models.errors import CameraError, EndOfStream, InputError
from models.image import Image
from pipelines.cameras import CameraOptions
from pipelines.cameras.pacing import Pacer, Unpaced, start_pacer
from pipelines.cameras.source import PICTURES
from pipelines.shot import Shot

_log = logging.getLogger(__name__)
_SUFFIXES = ", ".join(sorted(PICTURES))


class ImagesCamera:
    """`FOLDER`, or one picture; every frame has its picture's own size.

    Paced, the pictures follow each other at `options.fps` (1 unless told), round and round. A
    picture that cannot be decoded is named in a warning and left out.

    It is opened when it is built, so that a wrong folder is an InputError before anything starts.
    One that vanishes later is a CameraError: it may come back.
    """

    def __init__(self, source: str, options: CameraOptions) -> None:
        self._path = Path(source)
        self._options = options
        self._fps = options.fps or 1.0
        self._files: list[Path] = []
        self._next = 0
        self._held: Image | None = None  # the first picture, which `open` has decoded
        self._pacer: Pacer | Unpaced = Unpaced()
        try:
            self.open()
        except CameraError as error:
            raise InputError(str(error)) from None
        finally:
            self.close()

    @property
    def fps(self) -> float:
        return self._fps

    def open(self) -> tuple[int, int]:
        self._files, self._next = self._find(), 0
        self._held = self._decode()
        if self._held is None:
            raise CameraError(f"none of the pictures in {self._path} can be decoded")
        self._pacer = start_pacer(self._fps, self._options)
        height, width = self._held.shape[:2]
        return height, width

    def read(self, buffer: Image) -> Shot:
        _, captured_s = self._pacer.wait()
        image, self._held = self._held, None
        if image is None:
            image = self._decode()
        if image is None and self._options.paced:
            self._next = 0
            image = self._decode()
        if image is None and self._files:
            raise EndOfStream(f"every picture in {self._path} was shown")
        if image is None:
            raise CameraError(f"no picture in {self._path} can be decoded")
        if image.shape == buffer.shape:
            np.copyto(buffer, image)
            image = buffer
        return Shot(image, captured_s)

    def close(self) -> None:
        self._pacer.stop()
        self._held = None

    def _find(self) -> list[Path]:
        if self._path.is_file():
            return [self._path]
        if not self._path.is_dir():
            raise CameraError(f"there is no folder of pictures {self._path}")
        try:
            files = sorted(f for f in self._path.iterdir() if f.suffix.lower() in PICTURES)
        except OSError as error:
            raise CameraError(f"{self._path} cannot be read: {error.strerror}") from error
        if not files:
            raise CameraError(f"the folder {self._path} holds no pictures ({_SUFFIXES})")
        return files

    def _decode(self) -> Image | None:
        """The next picture that can be decoded; None after the last one."""
        while self._next < len(self._files):
            file = self._files[self._next]
            image = decode_file(file)
            if image is not None:
                self._next += 1
                return image
            _log.warning("%s cannot be decoded and is left out", file)
            del self._files[self._next]
        return None


def decode_file(file: Path) -> Image | None:
    """The picture as BGR, turned as its EXIF data say; None if it cannot be decoded."""
    try:
        image = cv2.imread(str(file), cv2.IMREAD_COLOR)
    except cv2.error:  # larger than OpenCV allows
        return None
    return None if image is None else np.asarray(image, np.uint8)
