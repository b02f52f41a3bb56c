"""The user's own pictures: a COCO file with the boxes, or a folder with one folder a class."""

from __future__ import annotations

import hashlib
import logging
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import cv2
import msgspec
import numpy as np

from models.errors import InputError
from models.manifest import Task
from models.training.batches import PAD
from models.training.data import Data
from models.training.samples import Sample

log = logging.getLogger(__name__)

_SUFFIXES = {".jpg", ".jpeg", ".png", ".bmp", ".webp"}
_LEAST = 10  # pictures, below which no part of them would be left to test with
_FEW = 500
_TEST, _VALIDATION = 0.2, 0.1
_SMALLEST = 1.0  # pixels

Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Photo:
    """*crop*: only that part of the picture. *boxes*: left top right bottom in its pixels."""

    path: Path
    classes: tuple[int, ...]
    boxes: tuple[Box, ...] = ()
    crop: Box | None = None


@dataclass(frozen=True, slots=True)
class Photos:
    """Pictures, fitted into side × side as the application fits its frames."""

    name: str
    side: int
    photos: tuple[Photo, ...]

    def __len__(self) -> int:
        return len(self.photos)

    def __call__(self, index: int) -> Sample:
        photo = self.photos[index]
        image = cv2.imread(str(photo.path))
        if image is None:
            raise InputError(f"{photo.path}: is no picture that can be read; remove or replace it")
        if photo.crop:
            left, top, right, bottom = (round(edge) for edge in photo.crop)
            image = image[max(0, top) : bottom, max(0, left) : right]
            if not image.size:
                raise InputError(f"{photo.path}: a box lies outside the picture")
        height, width = image.shape[:2]
        scale = min(self.side / width, self.side / height)
        wide, high = max(1, round(width * scale)), max(1, round(height * scale))
        x, y = (self.side - wide) // 2, (self.side - high) // 2
        canvas = np.full((self.side, self.side, 3), PAD, np.uint8)
        canvas[y : y + high, x : x + wide] = cv2.resize(
            image, (wide, high), interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
        )
        boxes = np.array(photo.boxes, np.float32).reshape(-1, 4)
        boxes = np.clip(boxes * scale + (x, y, x, y), 0, self.side).astype(np.float32)
        return Sample(canvas, boxes, np.array(photo.classes, np.intp))


class _Image(msgspec.Struct):
    id: int
    file_name: str


class _Annotation(msgspec.Struct):
    image_id: int
    category_id: int
    bbox: tuple[float, float, float, float]
    iscrowd: int = 0


class _Category(msgspec.Struct):
    id: int
    name: str


class _Coco(msgspec.Struct):
    images: list[_Image]
    annotations: list[_Annotation]
    categories: list[_Category]


def read(path: Path, task: Task, side: int) -> Data:
    """The data in *path*, split into parts. Raises InputError saying what is wrong with it."""
    if path.is_dir():
        files = sorted(path.glob("*.json"))
        if len(files) == 1:
            path = files[0]
        elif files:
            raise InputError(f"{path}: has {len(files)} JSON files; name the one to train with")
    if path.is_dir():
        if task == "detect":
            raise InputError(
                f"{path}: a detector learns from boxes, so name a COCO file; folders of pictures "
                f"are for classifiers"
            )
        labels, photos = _folders(path)
    elif path.is_file():
        labels, photos = _coco(path, task)
    else:
        raise InputError(f"{path}: there is no such file or folder")
    if len(photos) < _LEAST:
        raise InputError(f"{path}: has {len(photos)} usable pictures, and {_LEAST} are the least")
    return _split(path, labels, photos, side)


def _folders(path: Path) -> tuple[tuple[str, ...], list[Photo]]:
    classes = sorted(entry for entry in path.iterdir() if entry.is_dir())
    if len(classes) < 2:
        raise InputError(
            f"{path}: has {len(classes)} folders; a classifier learns from one folder a class, "
            f"two at least"
        )
    photos = []
    for index, folder in enumerate(classes):
        found = [file for file in sorted(folder.iterdir()) if file.suffix.lower() in _SUFFIXES]
        if not found:
            raise InputError(f"{folder}: has no pictures ({', '.join(sorted(_SUFFIXES))})")
        photos += [Photo(file, (index,)) for file in found]
    return tuple(folder.name for folder in classes), photos


def _coco(path: Path, task: Task) -> tuple[tuple[str, ...], list[Photo]]:
    try:
        coco = msgspec.json.decode(path.read_bytes(), type=_Coco)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: is no COCO file of boxes: {error}") from error
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}") from error
    boxes = _boxes(path, coco)
    files = {image.id: _locate(path.parent, image.file_name) for image in coco.images}
    missing = [image.file_name for image in coco.images if not files[image.id].is_file()]
    if missing:
        raise InputError(
            f"{path}: {len(missing)} of its {len(files)} pictures are missing, the first is "
            f"{missing[0]!r}; put them beside the file or into its folder 'images'"
        )
    used = Counter(annotation.category_id for found in boxes.values() for annotation in found)
    categories = [category for category in coco.categories if used[category.id]]
    if not categories:
        raise InputError(f"{path}: has not one usable box, so nothing can be learned from it")
    index = {category.id: number for number, category in enumerate(categories)}
    photos = []
    for image in coco.images:
        found = boxes.get(image.id, [])
        classes = tuple(index[annotation.category_id] for annotation in found)
        corners = tuple(_corners(annotation) for annotation in found)
        if task == "detect":
            photos.append(Photo(files[image.id], classes, corners))
        else:
            photos += [
                Photo(files[image.id], (label,), crop=corner)
                for label, corner in zip(classes, corners, strict=True)
                if corner[2] - corner[0] >= 8 and corner[3] - corner[1] >= 8
            ]
    return tuple(category.name for category in categories), photos


def _boxes(path: Path, coco: _Coco) -> dict[int, list[_Annotation]]:
    """The usable boxes of each picture; what is not usable is counted in the log."""
    images = {image.id for image in coco.images}
    categories = {category.id for category in coco.categories}
    boxes: dict[int, list[_Annotation]] = {}
    dropped: Counter[str] = Counter()
    for annotation in coco.annotations:
        if annotation.category_id not in categories:
            raise InputError(
                f"{path}: a box has the category {annotation.category_id}, which the file does "
                f"not define"
            )
        if annotation.image_id not in images:
            dropped["of pictures that are not listed"] += 1
        elif annotation.iscrowd:
            dropped["around crowds"] += 1
        elif not min(annotation.bbox[2:]) >= _SMALLEST:
            dropped["without an area"] += 1
        else:
            boxes.setdefault(annotation.image_id, []).append(annotation)
    for why, count in dropped.items():
        log.warning("%s: %d boxes %s are left out", path, count, why)
    return boxes


def _corners(annotation: _Annotation) -> Box:
    left, top, width, height = annotation.bbox
    return left, top, left + width, top + height


def _locate(folder: Path, name: str) -> Path:
    beside = folder / name
    return beside if beside.is_file() else folder / "images" / name


def _split(path: Path, labels: tuple[str, ...], photos: list[Photo], side: int) -> Data:
    """At random, but the same way every time, and a picture's crops stay together."""
    digest = hashlib.sha256(repr((labels, photos)).encode())
    for photo in photos:
        digest.update(repr(photo.path.stat().st_mtime_ns).encode())
    files = sorted({photo.path for photo in photos})
    order = np.random.default_rng(0).permutation(len(files))
    tested, steered = max(1, round(len(files) * _TEST)), max(1, round(len(files) * _VALIDATION))
    role = {files[n]: rank for rank, n in enumerate(order)}
    parts: dict[str, list[Photo]] = {"test": [], "validation": [], "train": []}
    for photo in photos:
        rank = role[photo.path]
        part = "test" if rank < tested else "validation" if rank < tested + steered else "train"
        parts[part].append(photo)
    name = f"{path.stem}-{digest.hexdigest()[:10]}-{side}"
    sources = {key: Photos(f"{name}-{key}", side, tuple(part)) for key, part in parts.items()}
    if len(parts["train"]) < _FEW:
        log.warning(
            "%s: %d pictures are few to learn from; do not expect much", path, len(parts["train"])
        )
    title = f"{len(parts['test'])} pictures of {path.name} kept apart from training"
    return Data(title, labels, sources["train"], sources["validation"], sources["test"])
