"""GoogLeNet (Szegedy and others, 2015) at small width."""

from __future__ import annotations

from torch import nn

from models.training.networks.blocks import Classifier, Inception, conv
from models.training.networks.family import Family


def build(classes: int) -> Classifier:
    features = nn.Sequential(
        conv(3, 24, stride=2),
        nn.MaxPool2d(2),
        conv(24, 24, 1),
        conv(24, 48),
        nn.MaxPool2d(2),
        Inception(48, (16, 24, 32, 8, 8, 8)),
        Inception(64, (32, 32, 48, 8, 24, 16)),
        nn.MaxPool2d(2),
        Inception(120, (48, 40, 64, 8, 24, 24)),
        Inception(160, (48, 40, 72, 12, 24, 24)),
    )
    return Classifier(features, 168, classes)


CLASSIFIER = Family(
    title="GoogLeNet, small",
    paper="Going deeper with convolutions (Szegedy and others, 2015)",
    task="classify",
    decoder="classify",
    build=build,
    side=64,
    stride=16,
    learning_rate=2e-3,
    steps=8000,
    batch=64,
)
