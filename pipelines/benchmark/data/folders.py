"""Labelled pictures in a folder for each class."""

from __future__ import annotations

from pathlib import Path

from models.errors import InputError
from pipelines.benchmark.data.labelled import Labelled, Object, Picture

CLASSES = "classes.txt"
SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".bmp", ".webp", ".ppm", ".tif", ".tiff"})


def read_folders(folder: Path) -> Labelled:
    """A folder with one folder for each class, named as the class.

    A file `classes.txt` may list the classes in the order of the networks' outputs, one a line:
    the folder's name, then the class's names between commas. Raises InputError.
    """
    if not folder.is_dir():
        raise InputError(f"{folder}: there is no such folder")
    folders = sorted(path for path in folder.iterdir() if path.is_dir() and path.name[0] != ".")
    if not folders:
        raise InputError(f"{folder}: has no folders; put each class's pictures into a folder of it")
    listed = _read_classes(folder / CLASSES)
    classes = listed or {path.name: (path.name,) for path in folders}
    index = {name: number for number, name in enumerate(classes)}
    pictures, notes = [], []
    for path in folders:
        files = sorted(file for file in path.iterdir() if file.suffix.lower() in SUFFIXES)
        if not files:
            notes.append(f"{path}: has no pictures")
        elif path.name not in index:
            notes.append(f"{path}: the class is not in {CLASSES}; left out")
        else:
            pictures += [Picture(str(f.resolve()), (Object(index[path.name]),)) for f in files]
    if not pictures:
        raise InputError(f"{folder}: there is not one picture in its folders")
    return Labelled(
        f"{len(pictures)} pictures of {folder.name}",
        "classify",
        tuple(classes.values()),
        tuple(pictures),
        ordered=bool(listed),
        notes=tuple(notes),
    )


def _read_classes(path: Path) -> dict[str, tuple[str, ...]]:
    """The folder's name → the names of the class; empty without the file."""
    if not path.is_file():
        return {}
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: cannot be read: {error}") from error
    found: dict[str, tuple[str, ...]] = {}
    for number, line in enumerate(filter(str.strip, lines), 1):
        name, _, rest = line.strip().partition(" ")
        if name in found:
            raise InputError(f"{path}: line {number}: class {name!r} is there twice")
        found[name] = (*filter(None, map(str.strip, rest.split(","))), name)
    return found
