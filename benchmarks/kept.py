"""Figures as JSON files, which pages are written of, and which are not measured twice."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import msgspec

from models.errors import InputError

T = TypeVar("T")


def save(path: Path, found: object) -> None:
    """Write *found*; an interruption leaves the file as it was. Raises InputError."""
    temporary = path.with_name(f".{path.name}.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_bytes(msgspec.json.format(msgspec.json.encode(found), indent=1) + b"\n")
        temporary.replace(path)
    except OSError as error:
        raise InputError(f"{path}: cannot be written: {error.strerror}") from error


def read(path: Path, kind: type[T], command: str) -> T:
    """What `save` wrote. Raises InputError, which names the *command* that measures."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=kind)
    except OSError as error:
        raise InputError(
            f"{path}: cannot be read: {error.strerror}; `{command}` measures first"
        ) from error
    except msgspec.DecodeError as error:
        raise InputError(f"{path}: has no figures of `{command}`: {error}") from error


def kept(path: Path, kind: type[T], command: str, make: Callable[[], T]) -> T:
    """What *path* keeps; where it is not there, what *make* gives, which is kept from then on."""
    if path.exists():
        return read(path, kind, command)
    found = make()
    save(path, found)
    return found
