"""What several cameras share of OpenCV: its reader, made quiet and safe to release."""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence

import cv2
import numpy as np

from models.image import Image
from models.opencv_log import silence

# FFmpeg's own messages could hold a password too. Its level is read when it is first used.
os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")
silence()


class OpenCvReader:
    """`cv2.VideoCapture` that prints nothing, and that any thread may release at any time.

    A release waits for a read under way in another thread, which the reads' time-outs bound.
    """

    def __init__(self, target: str | int, backend: int, parameters: Sequence[int] = ()) -> None:
        """Open *target*; *parameters* are pairs of a property's number and value."""
        self._lock = threading.Lock()
        self._capture = cv2.VideoCapture()
        try:
            if isinstance(target, int):
                self.opened = self._capture.open(target, backend, list(parameters))
            else:
                self.opened = self._capture.open(target, backend, list(parameters))
        except cv2.error:
            self.opened = False

    def get(self, number: int) -> float:
        """A property's value; 0 where the source does not know it."""
        with self._lock:
            return self._capture.get(number)

    def set(self, number: int, value: float) -> bool:
        """Ask for a property; False where the source will not have it."""
        with self._lock:
            try:
                return self._capture.set(number, value)
            except cv2.error:
                return False

    def grab(self) -> bool:
        """Fetch the next frame without converting it; False at the end or on failure."""
        with self._lock:
            try:
                return self._capture.grab()
            except cv2.error:
                return False

    def grab_within(self, timeout_s: float) -> bool:
        """The same for a V4L2 device, whose own time-out is fixed."""
        with self._lock:
            try:
                return cv2.VideoCapture.waitAny([self._capture], int(timeout_s * 1e9))[0]
            except cv2.error:
                return False

    def retrieve(self, buffer: Image | None = None) -> Image | None:
        """The frame that was grabbed: in *buffer* itself where it fits; None if it is broken."""
        with self._lock:
            try:
                if buffer is None:
                    done, image = self._capture.retrieve()
                else:
                    done, image = self._capture.retrieve(buffer)
            except cv2.error:
                return None
        return np.asarray(image, np.uint8) if done else None

    def release(self) -> None:
        """Give the source back; every later read fails."""
        with self._lock:
            self._capture.release()
