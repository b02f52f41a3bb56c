"""The blocks that the papers build their networks of, each with batch-norm and ReLU."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn


def conv(
    inputs: int, outputs: int, kernel: int = 3, stride: int = 1, groups: int = 1
) -> nn.Sequential:
    """Convolution, batch-norm, ReLU; the borders are padded so that only *stride* shrinks."""
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, groups=groups, bias=False),
        nn.BatchNorm2d(outputs),
        nn.ReLU(inplace=True),
    )


def plain(inputs: int, widths: Sequence[int], pool: bool = True) -> nn.Sequential:
    """VGG's stage: halve by max-pooling, then a 3×3 convolution for each of *widths*."""
    layers: list[nn.Module] = [nn.MaxPool2d(2)] if pool else []
    for width in widths:
        layers.append(conv(inputs, width))
        inputs = width
    return nn.Sequential(*layers)


class CRelu(nn.Module):
    """PVANet's C.ReLU: a convolution and its negative side by side, 2 × *half* channels.

    Early kernels come in opposite pairs, so half of them suffice.
    """

    def __init__(self, inputs: int, half: int, kernel: int = 3, stride: int = 1) -> None:
        super().__init__()
        self.conv = nn.Conv2d(inputs, half, kernel, stride, kernel // 2, bias=False)
        # Behind the negation, as in the paper, so that both signs get their own threshold.
        self.norm = nn.BatchNorm2d(2 * half)

    def forward(self, x: Tensor) -> Tensor:
        found = self.conv(x)
        return torch.relu(self.norm(torch.cat((found, -found), 1)))


class Fire(nn.Module):
    """SqueezeNet's Fire module: 1×1 squeeze, then 1×1 and 3×3 expansions side by side."""

    def __init__(self, inputs: int, squeeze: int, expand: int) -> None:
        super().__init__()
        self.squeeze = conv(inputs, squeeze, 1)
        self.narrow = conv(squeeze, expand, 1)
        self.wide = conv(squeeze, expand, 3)

    def forward(self, x: Tensor) -> Tensor:
        squeezed = self.squeeze(x)
        return torch.cat((self.narrow(squeezed), self.wide(squeezed)), 1)


class Inception(nn.Module):
    """Inception: 1×1, 3×3, two 3×3 for 5×5, and optionally a pooled 1×1, side by side.

    *widths*: the channels of the 1×1; of the 3×3's reduction and the 3×3; of the 5×5's
    reduction and the 5×5; of the pooled 1×1, 0 for none. The output has 1×1 + 3×3 + 5×5 + pooled.
    """

    def __init__(self, inputs: int, widths: tuple[int, int, int, int, int, int]) -> None:
        super().__init__()
        one, reduce3, three, reduce5, five, pooled = widths
        self.branches = nn.ModuleList(
            (
                conv(inputs, one, 1),
                nn.Sequential(conv(inputs, reduce3, 1), conv(reduce3, three)),
                nn.Sequential(conv(inputs, reduce5, 1), conv(reduce5, five), conv(five, five)),
            )
        )
        if pooled:
            self.branches.append(nn.Sequential(nn.MaxPool2d(3, 1, 1), conv(inputs, pooled, 1)))

    def forward(self, x: Tensor) -> Tensor:
        return torch.cat([branch(x) for branch in self.branches], 1)


class Separable(nn.Module):
    """MobileNet's block: a 3×3 convolution of every channel by itself, then a 1×1."""

    def __init__(self, inputs: int, outputs: int, stride: int = 1) -> None:
        super().__init__()
        self.depthwise = conv(inputs, inputs, 3, stride, groups=inputs)
        self.pointwise = conv(inputs, outputs, 1)

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.pointwise(self.depthwise(x))
        return out


class Classifier(nn.Module):
    """*features*, averaged over the image, then one linear layer: logits, (batch, classes)."""

    def __init__(self, features: nn.Module, width: int, classes: int) -> None:
        super().__init__()
        self.features = features
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.linear = nn.Linear(width, classes)

    @property
    def outputs(self) -> tuple[nn.Module, ...]:
        """The layers with an output for each class."""
        return (self.linear,)

    def forward(self, x: Tensor) -> Tensor:
        logits: Tensor = self.linear(self.pool(self.features(x)).flatten(1))
        return logits
