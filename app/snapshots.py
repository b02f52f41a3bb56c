"""Snapshots: the latest frame of every camera with its results, as PNG files."""

from __future__ import annotations

import logging
from datetime import datetime
from pathlib import Path

import cv2

from app.annotate import annotate
from models.errors import SaccadeError
from pipelines.live.frame import Image
from pipelines.live.pipeline import Pipeline

log = logging.getLogger(__name__)


def picture(pipeline: Pipeline) -> Image | None:
    """The annotated latest frame; None before the first."""
    with pipeline.latest.pinned() as inference:
        if inference is None:
            return None
        return annotate(inference.frame.image, inference.detections)


def jpeg(image: Image) -> bytes:
    """*image* as JPEG, quality 85."""
    _, data = cv2.imencode(".jpg", image, (cv2.IMWRITE_JPEG_QUALITY, 85))
    return data.tobytes()


class SnapshotWriter:
    """Writes into *folder*, which is made when it is first needed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def write(self, pipelines: tuple[Pipeline, ...]) -> tuple[Path, ...]:
        """One file per camera, named by time and camera. Raises SaccadeError."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise SaccadeError(
                f"{self._folder}: the folder for snapshots cannot be made: {error.strerror}"
            ) from error
        now = datetime.now().strftime("%Y%m%d-%H%M%S-%f")[:-3]
        written = []
        for pipeline in pipelines:
            image = picture(pipeline)
            if image is not None:
                name = "".join(c if c.isalnum() or c in "-_" else "-" for c in pipeline.name)
                written.append(_write(self._folder / f"saccade-{now}-{name}.png", image))
        return tuple(written)

    def write_to(self, path: Path, pipelines: tuple[Pipeline, ...]) -> None:
        """The file that `run --snapshot` names; with several cameras, numbered ones."""
        for number, pipeline in enumerate(pipelines, 1):
            image = picture(pipeline)
            if image is None:
                log.warning("%s: no snapshot: no frame was processed", pipeline.name)
                continue
            _write(path if len(pipelines) == 1 else path.with_stem(f"{path.stem}-{number}"), image)


def _write(path: Path, image: Image) -> Path:
    encoded, data = cv2.imencode(".png", image)
    if not encoded:
        raise SaccadeError(f"{path}: the picture could not be encoded")
    try:
        path.write_bytes(data.tobytes())
    except OSError as error:
        raise SaccadeError(f"{path}: cannot be written: {error.strerror}") from error
    return path
