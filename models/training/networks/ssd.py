"""SSD (Liu and others, 2016) on three feature maps, of strides 8, 16 and 32, with a head each."""

from __future__ import annotations

from collections.abc import Sequence

from torch import Tensor, nn

from models.training.networks.detector import DefaultBox, Detector, Level

# For labels of 8 to 200 pixels, nearly square. The ranges that two boxes answer for overlap a
# little, so that no size falls between them.
_LEVELS = (
    (8, DefaultBox(24, 0, 44)),
    (16, DefaultBox(60, 36, 92)),
    (32, DefaultBox(120, 76, 1e5)),
)


class Pyramid(nn.Module):
    """A backbone: three *stages* behind a *stem*, each half as fine as the one before.

    *widths*: how many channels each of the three maps has that it gives to the heads.
    """

    def __init__(
        self, stem: nn.Module, stages: Sequence[nn.Module], widths: tuple[int, int, int]
    ) -> None:
        super().__init__()
        self.stem = stem
        self.stride8, self.stride16, self.stride32 = stages
        self.widths = widths

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        first = self.stride8(self.stem(x))
        second = self.stride16(first)
        return first, second, self.stride32(second)


def ssd(backbone: Pyramid, classes: int, hidden: int) -> Detector:
    """*backbone* with SSD's heads, whose layers have *hidden* channels."""
    levels = [
        Level(stride, width, (box,))
        for (stride, box), width in zip(_LEVELS, backbone.widths, strict=True)
    ]
    return Detector(backbone, levels, classes, hidden)
