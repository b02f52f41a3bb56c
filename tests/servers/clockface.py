"""A picture that shows the moment it was made, for eyes that know how to read it.

It needs nothing but the standard library, so that any process can draw it; `read` runs in tests.
The moment is on the monotonic clock, which all processes of a machine share.
"""

from __future__ import annotations

import time
from typing import Any

WIDTH, HEIGHT = 320, 240
_COLUMNS, _ROWS, _BLOCK = 8, 4, 40  # 32 bits, most significant first; below them: grey
_MARGIN = 8


def draw(moment_s: float) -> bytes:
    """The picture as RGB bytes, WIDTH × HEIGHT: one block for each bit of the milliseconds."""
    value = int(moment_s * 1000) & 0xFFFFFFFF
    rows = []
    for row in range(_ROWS):
        bits = (value >> (8 * (_ROWS - 1 - row))) & 0xFF
        line = b"".join(
            (b"\xe0\xe0\xe0" if bits >> (_COLUMNS - 1 - column) & 1 else b"\x20\x20\x20") * _BLOCK
            for column in range(_COLUMNS)
        )
        rows.append(line * _BLOCK)
    rows.append(b"\x80\x80\x80" * WIDTH * (HEIGHT - _ROWS * _BLOCK))
    return b"".join(rows)


def read(image: Any) -> float:
    """The moment that a picture (array of height × width × 3) shows, in seconds."""
    value = 0
    for row in range(_ROWS):
        for column in range(_COLUMNS):
            y, x = row * _BLOCK + _MARGIN, column * _BLOCK + _MARGIN
            block = image[y : y + _BLOCK - 2 * _MARGIN, x : x + _BLOCK - 2 * _MARGIN]
            value = value << 1 | int(block.mean() > 128)
    return value / 1000


def age(image: Any) -> float:
    """Seconds since the picture was made."""
    return time.monotonic() - read(image)
