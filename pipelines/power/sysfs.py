"""Reading the kernel's one-value files."""

from __future__ import annotations

import os


class Unreadable(Exception):
    """A value cannot be had; the message is one clause for the user that says why.

    Where the file system refused, `__cause__` is its OSError.
    """


def read_text(path: str, limit: int = 4096) -> str:
    """At most *limit* bytes of a file as stripped text. Raises Unreadable."""
    # Called many times a second on slow boards: a third of the time of Path.read_text.
    try:
        descriptor = os.open(path, os.O_RDONLY)
        try:
            data = os.read(descriptor, limit)
        finally:
            os.close(descriptor)
    except OSError as problem:
        raise Unreadable(f"{path}: {problem.strerror}") from problem
    return data.decode("utf-8", "replace").strip()


def read_number(path: str) -> float:
    """The number that a file holds. Raises Unreadable."""
    text = read_text(path)
    try:
        return float(text)
    except ValueError as problem:
        raise Unreadable(f"{path}: {text[:20]!r} is not a number") from problem


def text_or_empty(path: str) -> str:
    """The file's text, "" where it cannot be read."""
    try:
        return read_text(path)
    except Unreadable:
        return ""


def number_or_none(path: str) -> float | None:
    """The file's number, None where it has none."""
    try:
        return read_number(path)
    except Unreadable:
        return None


def list_folder(path: str) -> list[str]:
    """The names in a folder, hwmon9 before hwmon10; none where it cannot be read."""
    try:
        return sorted(os.listdir(path), key=lambda name: (len(name), name))
    except OSError:
        return []
