"""VGG-16 (Simonyan and Zisserman, 2015) at small width, as the backbone of an SSD."""

from __future__ import annotations

from torch import Tensor, nn

from models.training.networks.blocks import conv, plain
from models.training.networks.default_boxes import THREE_LEVELS
from models.training.networks.detector import Detector, Level
from models.training.networks.family import Family


class Backbone(nn.Module):
    """3×3 convolutions and pooling only. Unlike the paper's, the first layer has stride 2:

    at full resolution it would cost as much as half of the network.
    """

    widths = (112, 144, 160)

    def __init__(self) -> None:
        super().__init__()
        first, second, third = self.widths
        self.stem = nn.Sequential(conv(3, 24, stride=2), conv(24, 32), plain(32, (64, 64)))
        self.stride8 = plain(64, (first, first))
        self.stride16 = plain(first, (second, second))
        self.stride32 = plain(second, (third, third))

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        first = self.stride8(self.stem(x))
        second = self.stride16(first)
        return first, second, self.stride32(second)


def build(classes: int) -> Detector:
    levels = [
        Level(stride, width, boxes)
        for (stride, boxes), width in zip(THREE_LEVELS, Backbone.widths, strict=True)
    ]
    return Detector(Backbone(), levels, classes, hidden=64)


SSD = Family(
    title="VGG-SSD, small",
    paper="VGG-16 (Simonyan and Zisserman, 2015) with SSD (Liu and others, 2016)",
    task="detect",
    decoder="ssd",
    build=build,
    side=256,
    stride=32,
    learning_rate=2e-3,
    steps=12000,
)
