"""The cells of a network that predicts one box for each cell of several grids."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from models.decoders import DecoderSpec, FloatArray


class Grid(NamedTuple):
    """(n,) float32 each: a cell's column and row, and its side in pixels of the input."""

    column: FloatArray
    row: FloatArray
    stride: FloatArray

    def boxes(self, cell: npt.NDArray[np.intp], sides: FloatArray) -> FloatArray:
        """(n, 4) left top right bottom of the boxes that *sides*, (n, 4), says of each *cell*.

        A row is the centre's offset x, y from the cell's corner and the logarithm of the width
        and height, all in cells.
        """
        x, y, width, height = sides.T
        stride = self.stride[cell]
        return around(
            (x + self.column[cell]) * stride,
            (y + self.row[cell]) * stride,
            np.exp(width) * stride,
            np.exp(height) * stride,
        )


def cells(spec: DecoderSpec, stride: int) -> int:
    """How many cells of *stride* pixels cover the input."""
    return -(-spec.width // stride) * -(-spec.height // stride)


def grid(spec: DecoderSpec, strides: tuple[int, ...]) -> Grid:
    """The cells of all *strides*, one grid after the other, each row by row."""
    parts = []
    for stride in strides:
        rows, columns = np.indices((-(-spec.height // stride), -(-spec.width // stride)))
        parts.append((columns.ravel(), rows.ravel(), np.full(rows.size, stride)))
    return Grid(*(np.concatenate(part).astype(np.float32) for part in zip(*parts, strict=True)))


def around(x: FloatArray, y: FloatArray, width: FloatArray, height: FloatArray) -> FloatArray:
    """(n, 4) left top right bottom of boxes given by centre and size."""
    half_width, half_height = width / 2, height / 2
    return np.stack((x - half_width, y - half_height, x + half_width, y + half_height), axis=1)
