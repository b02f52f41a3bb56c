"""Snapshots: the latest frame of every camera with its results, as picture files."""

from __future__ import annotations

import logging
from datetime import datetime
from pathlib import Path

import cv2

from app.annotate import annotate
from app.files import numbered, write_whole
from app.names import safe_name
from models.errors import ConfigError, SaccadeError
from models.image import Image
from pipelines.live.pipeline import Pipeline

log = logging.getLogger(__name__)

_FORMATS = (".png", ".jpg", ".jpeg")


def picture(pipeline: Pipeline) -> Image | None:
    """The annotated latest frame; None before the first."""
    latest = pipeline.latest.copy()
    return None if latest is None else annotate(*latest)


def jpeg(image: Image) -> bytes:
    """*image* as JPEG, quality 85."""
    _, data = cv2.imencode(".jpg", image, (cv2.IMWRITE_JPEG_QUALITY, 85))
    return data.tobytes()


def check_format(path: Path) -> None:
    """Raises ConfigError for a kind of picture that is not written."""
    if path.suffix.lower() not in _FORMATS:
        raise ConfigError(
            f"{path}: a snapshot's name ends in {', '.join(_FORMATS)}, not in {path.suffix!r}"
        )


def write_snapshots(folder: Path, pipelines: tuple[Pipeline, ...]) -> tuple[Path, ...]:
    """One file per camera in *folder*, named by time and camera. Raises SaccadeError."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SaccadeError(
            f"{folder}: the folder for snapshots cannot be made: {error.strerror}"
        ) from error
    now = datetime.now().strftime("%Y%m%d-%H%M%S-%f")[:-3]
    written = []
    for index, pipeline in enumerate(pipelines):
        image = picture(pipeline)
        if image is not None:
            path = folder / f"saccade-{now}-{safe_name(pipeline.name)}.png"
            written.append(_write(numbered(path, index, len(pipelines)), image))
    return tuple(written)


def write_snapshot(path: Path, pipelines: tuple[Pipeline, ...]) -> None:
    """The file that `run --snapshot` names; with several cameras, numbered ones."""
    for index, pipeline in enumerate(pipelines):
        image = picture(pipeline)
        if image is None:
            log.warning("%s: no snapshot: no frame was processed", pipeline.name)
            continue
        _write(numbered(path, index, len(pipelines)), image)


def _write(path: Path, image: Image) -> Path:
    encoded, data = cv2.imencode(path.suffix.lower(), image)
    if not encoded:
        raise SaccadeError(f"{path}: the picture could not be encoded")
    write_whole(path, data.tobytes())
    return path
