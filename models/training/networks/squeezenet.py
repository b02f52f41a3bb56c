"""SqueezeNet (Iandola and others, 2016) at small width: backbone of an SSD, and classifier."""

from __future__ import annotations

from torch import nn

from models.training.networks.blocks import Classifier, Fire, conv
from models.training.networks.detector import Detector
from models.training.networks.family import Family
from models.training.networks.ssd import Pyramid, ssd


def build(classes: int) -> Detector:
    """Fire modules behind one convolution, with the pooling early, as in version 1.1."""
    stem = nn.Sequential(conv(3, 24, stride=2), nn.MaxPool2d(2), Fire(24, 16, 32), Fire(64, 16, 32))
    stages = (
        nn.Sequential(nn.MaxPool2d(2), Fire(64, 24, 48), Fire(96, 24, 48)),
        nn.Sequential(nn.MaxPool2d(2), Fire(96, 32, 64), Fire(128, 32, 64)),
        nn.Sequential(nn.MaxPool2d(2), Fire(128, 40, 80), Fire(160, 40, 80)),
    )
    return ssd(Pyramid(stem, stages, (96, 128, 160)), classes, hidden=40)


def classifier(classes: int) -> Classifier:
    """The lightest of the bundled networks, on purpose: a third of the SSD's width."""
    features = nn.Sequential(
        conv(3, 8, stride=2),
        nn.MaxPool2d(2),
        Fire(8, 4, 8),
        Fire(16, 4, 8),
        nn.MaxPool2d(2),
        Fire(16, 6, 16),
        Fire(32, 6, 16),
        nn.MaxPool2d(2),
        Fire(32, 8, 24),
    )
    return Classifier(features, 48, classes)


SSD = Family(
    title="SqueezeNet-SSD, small",
    paper="SqueezeNet (Iandola and others, 2016) with SSD (Liu and others, 2016)",
    task="detect",
    decoder="ssd",
    build=build,
    side=256,
    stride=32,
    learning_rate=3e-3,
    steps=12000,
)
CLASSIFIER = Family(
    title="SqueezeNet, tiny",
    paper="SqueezeNet (Iandola and others, 2016)",
    task="classify",
    decoder="classify",
    build=classifier,
    side=64,
    stride=16,
    learning_rate=3e-3,
    steps=8000,
    batch=64,
)
