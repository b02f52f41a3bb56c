"""Network in Network (Lin, Chen and Yan, 2014) at small width."""

from __future__ import annotations

from torch import Tensor, nn

from models.training.networks.blocks import conv
from models.training.networks.family import Family


def _mlpconv(inputs: int, outputs: int, kernel: int, stride: int = 1) -> nn.Sequential:
    """A convolution, and a small perceptron of 1×1 convolutions slid over its output."""
    return nn.Sequential(
        conv(inputs, outputs, kernel, stride), conv(outputs, outputs, 1), conv(outputs, outputs, 1)
    )


class NetworkInNetwork(nn.Module):
    """The last convolution has a map for each class; its average over the image is the score."""

    def __init__(self, classes: int) -> None:
        super().__init__()
        self.features = nn.Sequential(
            _mlpconv(3, 16, 5, stride=2),
            nn.MaxPool2d(2),
            _mlpconv(16, 32, 5),
            nn.MaxPool2d(2),
            _mlpconv(32, 64, 3),
            nn.Conv2d(64, classes, 1),
        )
        self.pool = nn.AdaptiveAvgPool2d(1)

    @property
    def outputs(self) -> tuple[nn.Module, ...]:
        """The layers with an output for each class."""
        return (self.features[-1],)

    def forward(self, x: Tensor) -> Tensor:
        logits: Tensor = self.pool(self.features(x)).flatten(1)
        return logits


CLASSIFIER = Family(
    title="Network in Network, small",
    paper="Network in Network (Lin, Chen and Yan, 2014)",
    task="classify",
    decoder="classify",
    build=NetworkInNetwork,
    side=64,
    stride=16,
    learning_rate=3e-3,
    steps=8000,
    batch=64,
)
