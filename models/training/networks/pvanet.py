"""PVANet (Kim and others, 2016) at small width, as the backbone of an SSD."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from models.training.networks.blocks import CRelu, Inception, conv
from models.training.networks.default_boxes import THREE_LEVELS
from models.training.networks.detector import Detector, Level
from models.training.networks.family import Family


class Backbone(nn.Module):
    """C.ReLU in the early layers, Inception in the late ones; the middle sees both its sides.

    As in the paper the stride-16 map is joined with the finer one, pooled, and the coarser one,
    enlarged; the others are used as they are.
    """

    widths = (96, 96, 128)

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Sequential(
            CRelu(3, 12, kernel=5, stride=2), nn.MaxPool2d(2), CRelu(24, 24), CRelu(48, 24)
        )
        self.stride8 = nn.Sequential(nn.MaxPool2d(2), CRelu(48, 48), CRelu(96, 48))
        four = Inception(96, (32, 48, 64, 16, 32, 0))
        self.stride16 = nn.Sequential(
            nn.MaxPool2d(2), four, Inception(four.outputs, (32, 48, 64, 16, 32, 0))
        )
        self.stride32 = nn.Sequential(
            nn.MaxPool2d(2), Inception(four.outputs, (32, 48, 64, 16, 32, 0))
        )
        self.pool = nn.MaxPool2d(2)
        self.enlarge = nn.Upsample(scale_factor=2, mode="nearest")
        self.join = conv(96 + 128 + 128, 96, 1)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        first = self.stride8(self.stem(x))
        second = self.stride16(first)
        third = self.stride32(second)
        joined = torch.cat((self.pool(first), second, self.enlarge(third)), 1)
        return first, self.join(joined), third


def build(classes: int) -> Detector:
    levels = [
        Level(stride, width, boxes)
        for (stride, boxes), width in zip(THREE_LEVELS, Backbone.widths, strict=True)
    ]
    return Detector(Backbone(), levels, classes, hidden=48)


SSD = Family(
    title="PVA-SSD, small",
    paper="PVANet (Kim and others, 2016) with SSD (Liu and others, 2016)",
    task="detect",
    decoder="ssd",
    build=build,
    side=256,
    stride=32,
    learning_rate=2e-3,
    steps=12000,
)
