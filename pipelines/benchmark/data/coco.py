"""Labelled pictures in COCO's format: boxes in a JSON file (https://cocodataset.org/#format-data)."""

from __future__ import annotations

from pathlib import Path

import msgspec
from msgspec import Struct

from models.errors import InputError
from pipelines.benchmark.data.labelled import Labelled, Object, Picture


class _CocoImage(Struct):
    id: int
    file_name: str
    width: int | None = None
    height: int | None = None


class _CocoCategory(Struct):
    id: int
    name: str


class _CocoAnnotation(Struct):
    image_id: int
    category_id: int
    bbox: tuple[float, float, float, float]
    iscrowd: int = 0


class _Coco(Struct):
    images: tuple[_CocoImage, ...]
    categories: tuple[_CocoCategory, ...]
    annotations: tuple[_CocoAnnotation, ...]


def read_coco(file: Path) -> Labelled:
    """Boxes in COCO's format; the pictures lie beside the file or in its folder `images`.

    What is wrong with single entries is left out and noted: boxes outside their picture, of
    categories or pictures that the file does not have, or of crowds. Raises InputError.
    """
    try:
        coco = msgspec.json.decode(file.read_bytes(), type=_Coco)
    except OSError as error:
        raise InputError(f"{file}: cannot be read: {error.strerror}") from error
    except msgspec.DecodeError as error:
        raise InputError(f"{file}: is not in COCO's format: {error}") from error
    categories = {entry.id: number for number, entry in enumerate(coco.categories)}
    pictures = {entry.id: (_find(file, entry.file_name), entry) for entry in coco.images}
    missing = [entry.file_name for path, entry in pictures.values() if path is None]
    objects: dict[int, list[Object]] = {entry.id: [] for entry in coco.images}
    lost: dict[str, int] = {}
    for entry in coco.annotations:
        reason, box = _judge(entry, categories, pictures)
        if box is None:
            lost[reason] = lost.get(reason, 0) + 1
        else:
            objects[entry.image_id].append(Object(categories[entry.category_id], box))
    if not any(objects.values()):
        raise InputError(f"{file}: has no box that could be used{_counts(lost)}")
    found = tuple(
        Picture(str(path), tuple(objects[number]))
        for number, (path, _) in pictures.items()
        if path is not None
    )
    if not found:
        raise InputError(f"{file}: its pictures are neither beside it nor in {file.parent}/images")
    notes = [f"{file}: boxes left out: {count} {reason}" for reason, count in lost.items()]
    if missing:
        notes.append(f"{file}: pictures that are not there: {len(missing)}, such as {missing[0]}")
    names = tuple((entry.name,) for entry in coco.categories)
    title = f"{len(found)} pictures of {file.parent.name}/{file.name}"
    return Labelled(title, "detect", names, found, notes=tuple(notes))


def _judge(
    entry: _CocoAnnotation,
    categories: dict[int, int],
    pictures: dict[int, tuple[Path | None, _CocoImage]],
) -> tuple[str, tuple[float, float, float, float] | None]:
    """Why a box cannot be used; or "" and the box, cut at its picture's edges."""
    if entry.image_id not in pictures:
        return "of pictures that it does not list", None
    if entry.category_id not in categories:
        return "of categories that it does not list", None
    if entry.iscrowd:
        return "of crowds", None
    image = pictures[entry.image_id][1]
    left, top, width, height = entry.bbox
    right, bottom = left + max(0.0, width), top + max(0.0, height)
    left, top = max(0.0, left), max(0.0, top)
    if image.width and image.height:
        right, bottom = min(right, image.width), min(bottom, image.height)
    if not (right - left >= 1 and bottom - top >= 1):
        return "empty or outside of their picture", None
    return "", (left, top, right, bottom)


def _find(file: Path, name: str) -> Path | None:
    for folder in (file.parent, file.parent / "images"):
        path = (folder / name).resolve()
        if path.is_file():
            return path
    return None


def _counts(lost: dict[str, int]) -> str:
    return "".join(f"; {count} {reason}" for reason, count in lost.items())
