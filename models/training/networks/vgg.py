"""VGG-16 (Simonyan and Zisserman, 2015) at small width, as the backbone of an SSD."""

from __future__ import annotations

from torch import nn

from models.training.networks.blocks import conv, plain
from models.training.networks.detector import Detector
from models.training.networks.family import Family
from models.training.networks.ssd import Pyramid, ssd


def build(classes: int) -> Detector:
    """3×3 convolutions and pooling only. Unlike the paper's, the first layer has stride 2:

    at full resolution it would cost as much as half of the network.
    """
    stem = nn.Sequential(conv(3, 24, stride=2), conv(24, 32), plain(32, (64, 64)))
    stages = (plain(64, (112, 112)), plain(112, (144, 144)), plain(144, (160, 160)))
    return ssd(Pyramid(stem, stages, (112, 144, 160)), classes, hidden=64)


SSD = Family(
    title="VGG-SSD, small",
    paper="VGG-16 (Simonyan and Zisserman, 2015) with SSD (Liu and others, 2016)",
    task="detect",
    decoder="ssd",
    build=build,
    side=256,
    stride=32,
    learning_rate=2e-3,
    steps=16000,
)
