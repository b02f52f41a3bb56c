"""Results as an annotated video, encoded by a thread of its own so that the worker never waits."""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable
from pathlib import Path

import cv2

from app.annotate import annotate
from models.detection import Detection
from models.errors import ConfigError, SaccadeError
from models.image import Image
from pipelines.live.frame import Inference

log = logging.getLogger(__name__)

_CODECS = {".mp4": "mp4v", ".mkv": "mp4v", ".avi": "MJPG"}
_QUEUED = 8
_DEFAULT_FPS = 30.0
_LONGEST_GAP_S = 1.0
_Item = tuple[Image, tuple[Detection, ...], float]


class Recorder:
    """Writes what `offer` gets to *path*.

    *rate*: asked at the first result for the camera's frames per second. A live result is
    repeated until the next one is due, so that the video plays at the speed of life; with
    *every_frame* each result is one picture and the worker waits for the encoder, otherwise what
    the encoder cannot keep up with is left out.
    """

    def __init__(self, path: Path, rate: Callable[[], float | None], *, every_frame: bool) -> None:
        """Raises ConfigError for a kind of file that cannot be written."""
        codec = _CODECS.get(path.suffix.lower())
        if codec is None:
            raise ConfigError(
                f"{path}: a video's name ends in {', '.join(_CODECS)}, not in {path.suffix!r}"
            )
        self._path = path
        self._fourcc = cv2.VideoWriter.fourcc(*codec)
        self._rate = rate
        self._every_frame = every_frame
        self._queue: queue.Queue[_Item | None] = queue.Queue(_QUEUED)
        self._left_out = 0
        self._thread = threading.Thread(target=self._run, name="recorder", daemon=True)
        self.failure: BaseException | None = None

    def start(self) -> None:
        """Start the encoder's thread."""
        self._thread.start()

    def offer(self, inference: Inference) -> None:
        """Called by the worker after every frame."""
        if not self._every_frame and self._queue.full():
            self._left_out += 1
            return
        frame = inference.frame
        self._queue.put((frame.image.copy(), inference.detections, frame.captured_s))

    def close(self, timeout: float) -> None:
        """Finish the file; gives up after *timeout* seconds."""
        deadline = time.monotonic() + timeout
        try:
            self._queue.put(None, timeout=timeout)
        except queue.Full:
            log.warning("%s: the encoder does not end; the video is incomplete", self._path)
            return
        self._thread.join(max(0.0, deadline - time.monotonic()))
        if self._left_out:
            log.warning("%s: %d results were left out", self._path, self._left_out)

    def _run(self) -> None:
        try:
            self._record()
        except BaseException as error:
            log.error("%s: %s", self._path, error)
            self.failure = error
            # The worker must not wait for an encoder that is no more.
            while self._queue.get() is not None:
                pass

    def _record(self) -> None:
        writer: cv2.VideoWriter | None = None
        start_s = 0.0
        fps = _DEFAULT_FPS
        written = 0
        size = (0, 0)
        while (item := self._queue.get()) is not None:
            image, detections, captured_s = item
            if writer is None:
                start_s = captured_s
                fps = self._rate() or _DEFAULT_FPS
                size = (image.shape[1], image.shape[0])
                writer = cv2.VideoWriter(str(self._path), self._fourcc, fps, size)
                if not writer.isOpened():
                    raise SaccadeError(f"{self._path}: the video cannot be written")
            picture: cv2.typing.MatLike = annotate(image, detections)
            if (picture.shape[1], picture.shape[0]) != size:
                picture = cv2.resize(picture, size)
            due = written + 1
            if not self._every_frame:
                due = max(due, round((captured_s - start_s) * fps) + 1)
            if due - written > _LONGEST_GAP_S * fps:
                # A pause or a camera that was away is left out of the video.
                start_s += (due - written - 1) / fps
                due = written + 1
            for _ in range(due - written):
                writer.write(picture)
            written = due
        if writer is not None:
            writer.release()
