"""Results as an annotated video, encoded by a thread of its own so that the worker never waits."""

from __future__ import annotations

import logging
import queue
import threading
from pathlib import Path

import cv2

from app.annotate import annotate
from models.detection import Detection
from models.errors import InputError
from pipelines.live.frame import Image, Inference

log = logging.getLogger(__name__)

_CODECS = {".mp4": "mp4v", ".mkv": "mp4v", ".avi": "MJPG"}
_QUEUED = 8
_Item = tuple[Image, tuple[Detection, ...], float]


class Recorder:
    """Writes what `offer` gets to *path*.

    *fps*: the video's rate. A live result is repeated until the next one is due, so that the
    video plays at the speed of life; with *every_frame* each result is one picture and the
    worker waits for the encoder, otherwise what the encoder cannot keep up with is left out.
    """

    def __init__(self, path: Path, fps: float, *, every_frame: bool) -> None:
        codec = _CODECS.get(path.suffix.lower())
        if codec is None:
            raise InputError(
                f"{path}: a video's name ends in {', '.join(_CODECS)}, not in {path.suffix!r}"
            )
        self._path = path
        self._fourcc = cv2.VideoWriter.fourcc(*codec)
        self._fps = fps
        self._every_frame = every_frame
        self._queue: queue.Queue[_Item | None] = queue.Queue(_QUEUED)
        self._left_out = 0
        self._thread = threading.Thread(target=self._run, name="recorder", daemon=True)
        self._thread.start()

    def offer(self, inference: Inference) -> None:
        """Called by the worker after every frame."""
        frame = inference.frame
        item = (frame.image.copy(), inference.detections, frame.captured_s)
        if self._every_frame:
            self._queue.put(item)
            return
        try:
            self._queue.put_nowait(item)
        except queue.Full:
            self._left_out += 1

    def close(self) -> None:
        """Finish the file."""
        self._queue.put(None)
        self._thread.join()
        if self._left_out:
            log.warning("%s: %d results were left out", self._path, self._left_out)

    def _run(self) -> None:
        writer: cv2.VideoWriter | None = None
        start_s = 0.0
        written = 0
        size = (0, 0)
        while (item := self._queue.get()) is not None:
            image, detections, captured_s = item
            if writer is None:
                start_s = captured_s
                size = (image.shape[1], image.shape[0])
                writer = cv2.VideoWriter(str(self._path), self._fourcc, self._fps, size)
                if not writer.isOpened():
                    log.error("%s: the video cannot be written", self._path)
            picture: cv2.typing.MatLike = annotate(image, detections)
            if (picture.shape[1], picture.shape[0]) != size:
                picture = cv2.resize(picture, size)
            due = written + 1
            if not self._every_frame:
                due = max(due, round((captured_s - start_s) * self._fps) + 1)
            for _ in range(due - written):
                writer.write(picture)
            written = due
        if writer is not None:
            writer.release()
