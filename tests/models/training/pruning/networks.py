"""Small networks with what makes slicing hard, and masks to compare a slice with."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn

from models.training.networks.blocks import CRelu, conv
from models.training.pruning.blocks import block_of, put
from models.training.pruning.wiring import Kept, Wiring


class Masked(nn.Module):
    """A block whose kernels' maps are multiplied by a fixed *mask*."""

    def __init__(self, block: nn.Module, mask: Tensor) -> None:
        super().__init__()
        self.block, self.mask = block, mask

    def forward(self, x: Tensor) -> Tensor:
        return self.block(x) * self.mask[None, :, None, None]


def masked(module: nn.Module, wiring: Wiring, kept: Kept) -> nn.Module:
    """*module* itself, every block's channels multiplied by 1 where they are *kept*, else by 0."""
    for layer in wiring.blocks:
        block = module.get_submodule(layer.name)
        mask = torch.from_numpy(kept[layer.outputs]).float().repeat(block_of(block).copies)
        put(module, layer.name, Masked(block, mask))
    return module


def half_gone(wiring: Wiring, seed: int = 0) -> Kept:
    """About half of what can go has gone, and something of every layer has stayed."""
    random = np.random.default_rng(seed)
    kept = wiring.all.copy()
    for layer in wiring.blocks:
        free = [number for number in set(layer.outputs.tolist()) if number not in wiring.pinned]
        kept[random.permutation(free)[1:][: len(free) // 2]] = False
    return kept


def lively(module: nn.Module, seed: int = 0) -> nn.Module:
    """*module* with batch-norms that all differ, as training leaves them; no output is constant."""
    torch.manual_seed(seed)
    for layer in module.modules():
        if isinstance(layer, nn.BatchNorm2d):
            nn.init.uniform_(layer.weight, 0.5, 1.5)
            nn.init.normal_(layer.bias, std=0.3)
            nn.init.normal_(layer.running_mean, std=0.3)
            nn.init.uniform_(layer.running_var, 0.5, 2)
    return module.eval()


class Residual(nn.Module):
    """Two blocks around a sum, then a third: what is added must keep the same kernels."""

    def __init__(self) -> None:
        super().__init__()
        self.stem, self.branch = conv(3, 8), conv(8, 8)
        self.tail, self.last = conv(8, 6), nn.Conv2d(6, 4, 1)

    def forward(self, x: Tensor) -> Tensor:
        first = self.stem(x)
        return self.last(self.tail(first + self.branch(first)))


class Joined(nn.Module):
    """A concatenation of three maps, one of them a C.ReLU's, one twice; flattened, and linear."""

    def __init__(self) -> None:
        super().__init__()
        self.stem, self.signs, self.pointwise = conv(3, 6, stride=2), CRelu(6, 5), conv(6, 4, 1)
        self.pool, self.linear = nn.AdaptiveAvgPool2d(2), nn.Linear((10 + 4 + 4) * 4, 3)

    def forward(self, x: Tensor) -> Tensor:
        found = self.stem(x)
        narrow = self.pointwise(found)
        return self.linear(self.pool(torch.cat((self.signs(found), narrow, narrow), 1)).flatten(1))


class Shared(nn.Module):
    """The same block twice."""

    def __init__(self) -> None:
        super().__init__()
        self.stem, self.twice, self.free = conv(3, 8), conv(8, 8), conv(8, 6)
        self.last = nn.Conv2d(6, 2, 1)

    def forward(self, x: Tensor) -> Tensor:
        return self.last(self.free(self.twice(self.twice(self.stem(x)))))


class Tied(nn.Module):
    """Two blocks with the same weights."""

    def __init__(self) -> None:
        super().__init__()
        self.one, self.other, self.free = conv(3, 6), conv(3, 6), conv(12, 6)
        self.other[0].weight = self.one[0].weight
        self.last = nn.Conv2d(6, 2, 1)

    def forward(self, x: Tensor) -> Tensor:
        return self.last(self.free(torch.cat((self.one(x), self.other(x)), 1)))


class Grouped(nn.Module):
    """Convolutions in groups: one in two, one with a kernel for each channel."""

    def __init__(self) -> None:
        super().__init__()
        self.stem, self.pairs = conv(3, 8), conv(8, 8, groups=2)
        self.pointwise, self.depthwise = conv(8, 6, 1), conv(6, 6, groups=6)
        self.last = nn.Conv2d(6, 2, 1)

    def forward(self, x: Tensor) -> Tensor:
        return self.last(self.depthwise(self.pointwise(self.pairs(self.stem(x)))))


class Seen(nn.Module):
    """A block that the output shows, too."""

    def __init__(self) -> None:
        super().__init__()
        self.shown, self.free, self.last = conv(3, 6), conv(6, 6), nn.Conv2d(6, 6, 1)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        shown = self.shown(x)
        return shown, self.last(self.free(shown))


class Bare(nn.Module):
    """No block at all."""

    def __init__(self) -> None:
        super().__init__()
        self.one, self.other = nn.Conv2d(3, 6, 3), nn.Conv2d(6, 2, 1)

    def forward(self, x: Tensor) -> Tensor:
        return self.other(torch.sigmoid(self.one(x)))


class Undecided(nn.Module):
    """What is computed depends on what is computed."""

    def __init__(self) -> None:
        super().__init__()
        self.block = conv(3, 6)

    def forward(self, x: Tensor) -> Tensor:
        return self.block(x) if x.sum() > 0 else x
