"""Tiny-YOLO (Redmon and Farhadi, 2017) at small width: the fast one."""

from __future__ import annotations

from torch import Tensor, nn

from models.training.networks.blocks import conv, plain
from models.training.networks.detector import DefaultBox, Detector, Level
from models.training.networks.family import Family


class Backbone(nn.Module):
    """Convolutions whose width doubles with every pooling; two grids, one cell in 8 and 16.

    ReLU stands in for the paper's leaky ReLU, which pruning could not scale. The second layer is
    no wider than the first: the widths are multiples of 16, as engines compute 16 channels at once
    on large maps even where fewer are wanted.
    """

    widths = (48, 96)

    def __init__(self) -> None:
        super().__init__()
        fine, coarse = self.widths
        self.stem = nn.Sequential(conv(3, 16, stride=2), plain(16, (16,)))
        self.stride8 = plain(16, (fine,))
        self.stride16 = plain(fine, (coarse, coarse))

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        fine = self.stride8(self.stem(x))
        return fine, self.stride16(fine)


def build(classes: int) -> Detector:
    fine, coarse = Backbone.widths
    levels = (
        Level(8, fine, (DefaultBox(28, 0, 52),)),
        Level(16, coarse, (DefaultBox(72, 44, 1e5),)),
    )
    return Detector(Backbone(), levels, classes, hidden=32)


YOLO = Family(
    title="Tiny-YOLO, small",
    paper="Tiny YOLO (Redmon and Farhadi, 2017)",
    task="detect",
    decoder="yolo",
    build=build,
    side=256,
    stride=16,
    learning_rate=4e-3,
    steps=12000,
)
