"""PVANet (Kim and others, 2016) at small width, as the backbone of an SSD."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from models.training.networks.blocks import CRelu, Inception, conv
from models.training.networks.detector import Detector
from models.training.networks.family import Family
from models.training.networks.ssd import Pyramid, ssd


class Backbone(Pyramid):
    """C.ReLU in the early layers, Inception in the late ones; the middle sees both its sides.

    As in the paper the stride-16 map is joined with the finer one, pooled, and the coarser one,
    enlarged; the others are used as they are.
    """

    def __init__(self) -> None:
        stem = nn.Sequential(
            CRelu(3, 12, kernel=5, stride=2), nn.MaxPool2d(2), CRelu(24, 24), CRelu(48, 24)
        )
        widths = (32, 48, 64, 16, 32, 0)
        stages = (
            nn.Sequential(nn.MaxPool2d(2), CRelu(48, 48), CRelu(96, 48)),
            nn.Sequential(nn.MaxPool2d(2), Inception(96, widths), Inception(128, widths)),
            nn.Sequential(nn.MaxPool2d(2), Inception(128, widths)),
        )
        super().__init__(stem, stages, (96, 96, 128))
        self.pool = nn.MaxPool2d(2)
        self.enlarge = nn.Upsample(scale_factor=2, mode="nearest")
        self.join = conv(96 + 128 + 128, 96, 1)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        first, second, third = super().forward(x)
        joined = torch.cat((self.pool(first), second, self.enlarge(third)), 1)
        return first, self.join(joined), third


def build(classes: int) -> Detector:
    return ssd(Backbone(), classes, hidden=48)


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
