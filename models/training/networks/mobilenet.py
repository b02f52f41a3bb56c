"""MobileNet (Howard and others, 2017) with a width multiplier."""

from __future__ import annotations

from torch import nn

from models.training.networks.blocks import Classifier, Separable, conv
from models.training.networks.family import Family

WIDTH = 0.25


def build(classes: int, width: float = WIDTH) -> Classifier:
    """*width* multiplies the paper's number of channels in every layer."""

    def channels(full: int) -> int:
        return max(8, round(full * width / 8) * 8)

    layers: list[nn.Module] = [conv(3, channels(32), stride=2)]
    inputs = channels(32)
    for full, stride in ((64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2), (512, 1)):
        layers.append(Separable(inputs, channels(full), stride))
        inputs = channels(full)
    return Classifier(nn.Sequential(*layers), inputs, classes)


CLASSIFIER = Family(
    title=f"MobileNet {WIDTH}, small",
    paper="MobileNets (Howard and others, 2017)",
    task="classify",
    decoder="classify",
    build=build,
    side=64,
    stride=16,
    learning_rate=4e-3,
    steps=12000,
    batch=64,
    low_precision=False,
)
