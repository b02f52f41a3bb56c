"""A detector: a backbone with feature maps of several strides, and a head for each of them.

Every cell of a feature map has default boxes: squares around the cell's centre, of a few sizes. For
each the head gives the truth's offset from it, an objectness, and the classes.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from models.training.networks.blocks import conv

BOX, OBJECTNESS = slice(0, 4), 4
_RARE = 0.018  # the probability of an object with which training begins: most cells have none


@dataclass(frozen=True, slots=True)
class DefaultBox:
    """A square of *side* pixels; it answers for truths whose side is in *least* … *most*."""

    side: float
    least: float
    most: float


@dataclass(frozen=True, slots=True)
class Level:
    """A feature map: its cells are *stride* pixels apart and have *channels* features."""

    stride: int
    channels: int
    boxes: tuple[DefaultBox, ...]


@dataclass(frozen=True, slots=True)
class Defaults:
    """All default boxes of an image, (n,) each: centre, stride, side and range, in pixels."""

    x: Tensor
    y: Tensor
    stride: Tensor
    side: Tensor
    least: Tensor
    most: Tensor


class Detector(nn.Module):
    """*backbone* gives one feature map for each of *levels*.

    The forward pass gives (batch, n, 5 + classes): offsets, objectness and class logits of every
    default box, the levels one after the other, each row by row.
    """

    def __init__(
        self, backbone: nn.Module, levels: Sequence[Level], classes: int, hidden: int
    ) -> None:
        super().__init__()
        self.levels = tuple(levels)
        self.classes = classes
        self.backbone = backbone
        values = 5 + classes
        self.heads = nn.ModuleList()
        for level in self.levels:
            last = nn.Conv2d(hidden, len(level.boxes) * values, 1)
            bias = torch.zeros(len(level.boxes), values)
            bias[:, OBJECTNESS] = math.log(_RARE / (1 - _RARE))
            nn.init.normal_(last.weight, std=0.01)
            last.bias = nn.Parameter(bias.flatten())
            self.heads.append(nn.Sequential(conv(level.channels, hidden), last))

    @property
    def outputs(self) -> tuple[nn.Module, ...]:
        """The layers with an output for each class."""
        return tuple(head[-1] for head in self.heads)

    def forward(self, x: Tensor) -> Tensor:
        found = [
            self._rows(head(features), len(level.boxes))
            for level, head, features in zip(self.levels, self.heads, self.backbone(x), strict=True)
        ]
        return torch.cat(found, 1)

    def _rows(self, values: Tensor, boxes: int) -> Tensor:
        """(batch, boxes · values, rows, columns) → (batch, rows · columns · boxes, values)."""
        rows = values.flatten(2).transpose(1, 2)
        return rows if boxes == 1 else rows.reshape(len(rows), -1, 5 + self.classes)

    def defaults(self, width: int, height: int) -> Defaults:
        """The default boxes of an input of that size, in the order of the forward pass."""
        rows: list[tuple[float, ...]] = [
            (
                (column + 0.5) * level.stride,
                (row + 0.5) * level.stride,
                level.stride,
                box.side,
                box.least,
                box.most,
            )
            for level in self.levels
            for row in range(height // level.stride)
            for column in range(width // level.stride)
            for box in level.boxes
        ]
        return Defaults(*torch.tensor(rows, dtype=torch.float32).T.contiguous())


def corners(offsets: Tensor, defaults: Defaults) -> Tensor:
    """(…, n, 4) offsets from the default boxes → left top right bottom in pixels.

    The centre moves in strides, the size by factors of e.
    """
    centre_x = defaults.x + offsets[..., 0] * defaults.stride
    centre_y = defaults.y + offsets[..., 1] * defaults.stride
    half_w = defaults.side * 0.5 * torch.exp(offsets[..., 2].clamp(max=4.0))
    half_h = defaults.side * 0.5 * torch.exp(offsets[..., 3].clamp(max=4.0))
    return torch.stack(
        (centre_x - half_w, centre_y - half_h, centre_x + half_w, centre_y + half_h), -1
    )
