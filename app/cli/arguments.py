"""Numbers of the command line: what is refused says what would be right."""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable


def whole(most: int | None = None) -> Callable[[str], int]:
    """From 1 to *most*."""
    wanted = "a whole number above 0" if most is None else f"a whole number from 1 to {most}"

    def read(text: str) -> int:
        value = int(text) if text.isdecimal() else 0
        if not 1 <= value <= (most or math.inf):
            raise argparse.ArgumentTypeError(f"expected {wanted}, not {text!r}")
        return value

    return read


def above_zero(text: str) -> float:
    """A number above 0."""
    return _within(text, "a number above 0", lambda value: 0 < value < math.inf)


def seconds(text: str) -> float:
    """A number of seconds above 0."""
    return _within(text, "a number of seconds above 0", lambda value: 0 < value < math.inf)


def fraction(text: str) -> float:
    """Above 0, up to 1."""
    return _within(text, "a fraction above 0, up to 1", lambda value: 0 < value <= 1)


def points(text: str) -> float:
    """Percentage points."""
    return _within(text, "points from 0 to 100", lambda value: 0 <= value <= 100)


def _within(text: str, wanted: str, allowed: Callable[[float], bool]) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not allowed(value):
        raise argparse.ArgumentTypeError(f"expected {wanted}, not {text!r}")
    return value
