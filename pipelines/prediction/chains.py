"""Random small vision networks to characterise an engine with.

PreVIous characterises with one network made for it. Many random ones cover the sizes better, and
every one pays an engine's overhead per run once, as a real network does: layers timed one by one
pay it once each, and predict up to 70 % too much.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, get_args

import numpy as np

from pipelines.prediction.builder import Activation, Builder, ChainPrecision

if TYPE_CHECKING:
    import onnx

# Raised whenever the chains change, so that figures of different chains are never fitted together.
GENERATION = 2

# From a network for a micro board to one that is slow on a desktop, in multiply-accumulates.
_MACS = (1e6, 1.2e9)
_MAX_PARAMETERS = 12e6
_MAX_CHANNELS = 1024

# The share of chains whose weights are listed among the inputs, see `Builder.model`.
_LOOSE = 0.12
# The share of chains of many thin layers.
_DEEP = 0.4


@dataclass(frozen=True, slots=True)
class _Style:
    """What the layers of one chain have in common. *step*: what channels are multiples of.

    *deep*: many thin layers, as networks for phones have: only there an engine's overhead for each
    layer shows.
    """

    activation: Activation
    step: int
    kernel: int
    deep: bool


Block = Callable[[Builder, str, int, int, _Style], str]


def make_chain(seed: int, precision: ChainPrecision) -> onnx.ModelProto:
    """The chain of that number, always the same."""
    random = np.random.default_rng((GENERATION, seed))
    while True:
        builder = Builder(random, precision, loose=precision == "fp32" and random.random() < _LOOSE)
        outputs = _compose(builder)
        if _MACS[0] <= builder.macs <= _MACS[1] and builder.parameters <= _MAX_PARAMETERS:
            return builder.model(outputs)


def _compose(net: Builder) -> list[str]:
    """Stem, stages of blocks at falling resolution, and a head."""
    random = net.random
    style = _Style(
        activation=random.choice(get_args(Activation), p=[0.35, 0.25, 0.15, 0.2, 0.05]),
        step=int(random.choice([2, 4, 8, 16], p=[0.1, 0.2, 0.4, 0.3])),
        kernel=int(random.choice([3, 5], p=[0.8, 0.2])),
        deep=random.random() < _DEEP,
    )
    side = 32 * int(random.integers(3, 14))
    x = _stem(net, net.image(side, side), style)
    blocks = random.choice(len(BLOCKS), int(random.choice([1, 1, 2, 3])), replace=False)
    scales = [x]
    for _ in range(random.choice([0, 1, 2, 3, 4], p=[0.05, 0.1, 0.25, 0.3, 0.3])):
        if min(net.shapes[x][2:]) < 6:
            break
        growth = random.uniform(1.0, 2.0) if style.deep else random.uniform(1.2, 2.4)
        channels = _round(net.shapes[x][1] * growth, style)
        block = BLOCKS[random.choice(blocks)]
        if random.random() < 0.25:
            x = net.pool(x, int(random.integers(2, 4)), 2)
            x = block(net, x, channels, 1, style)
        else:
            x = block(net, x, channels, 2, style)
        for _ in range(random.integers(2, 10) if style.deep else random.integers(0, 5)):
            x = block(net, x, channels, 1, style)
        scales.append(x)
    return HEADS[random.choice(len(HEADS))](net, scales, style)


def _round(channels: float, style: _Style) -> int:
    multiple = round(min(channels, _MAX_CHANNELS) / style.step) * style.step
    return max(style.step, multiple)


def _stem(net: Builder, image: str, style: _Style) -> str:
    widest = 24 if style.deep else 64
    channels = _round(int(net.random.integers(8, widest + 1)), style)
    if net.random.random() < 0.15:
        # Every second pixel of each row and column as channels of their own, as YOLOX begins.
        side = net.shapes[image][2]
        rows = [net.slice(image, 2, start, side, 2) for start in (0, 1)]
        image = net.concat([net.slice(row, 3, start, side, 2) for row in rows for start in (0, 1)])
        return net.conv(image, channels, 3, activation=style.activation)
    kernel = int(net.random.choice([3, 3, 3, 5, 7]))
    return net.conv(image, channels, kernel, 2, activation=style.activation)


def _plain(net: Builder, x: str, channels: int, stride: int, style: _Style) -> str:
    return net.conv(x, channels, style.kernel, stride, activation=style.activation)


def _pointwise(net: Builder, x: str, channels: int, stride: int, style: _Style) -> str:
    """Network in network: a convolution and two of one pixel."""
    x = net.conv(x, channels, 3 if stride > 1 else 1, stride, activation=style.activation)
    x = net.conv(x, channels, activation=style.activation)
    return net.conv(x, channels, activation=style.activation)


def _separable(net: Builder, x: str, channels: int, stride: int, style: _Style) -> str:
    """MobileNet."""
    depth = net.shapes[x][1]
    x = net.conv(x, depth, style.kernel, stride, depth, style.activation)
    return net.conv(x, channels, activation=style.activation)


def _filters(net: Builder, x: str, channels: int, stride: int, style: _Style) -> str:
    """Filters of each channel alone: beside convolutions that mix channels they cost too little
    to be told from them. Only the first block of a stage changes the channels."""
    if net.shapes[x][1] != channels:
        x = net.conv(x, channels, activation=style.activation)
    for kernel in (style.kernel, 3):
        x = net.conv(x, channels, kernel, stride, channels, style.activation)
        stride = 1
    return x


def _inverted(net: Builder, x: str, channels: int, stride: int, style: _Style) -> str:
    """MobileNetV2: widen, filter each channel, narrow, add."""
    wide = net.shapes[x][1] * int(net.random.integers(2, 7))
    y = net.conv(x, wide, activation=style.activation)
    y = net.conv(y, wide, style.kernel, stride, wide, style.activation)
    y = net.conv(y, channels)
    return net.add(x, y) if net.shapes[x] == net.shapes[y] else y


def _residual(net: Builder, x: str, channels: int, stride: int, style: _Style) -> str:
    """ResNet, with or without a bottleneck."""
    y = x
    if net.random.random() < 0.5:
        y = net.conv(y, _round(channels / 4, style), activation=style.activation)
        y = net.conv(y, net.shapes[y][1], 3, stride, activation=style.activation)
        y = net.conv(y, channels)
    else:
        y = net.conv(y, channels, 3, stride, activation=style.activation)
        y = net.conv(y, channels, 3)
    if net.shapes[x] != net.shapes[y]:
        x = net.conv(x, channels, 1, stride)
    return net.activated(net.add(x, y), style.activation)


def _fire(net: Builder, x: str, channels: int, stride: int, style: _Style) -> str:
    """SqueezeNet: narrow, then widen by two kinds of convolution side by side."""
    if stride > 1:
        x = net.pool(x, 3, stride)
    x = net.conv(x, _round(channels / 8, style), activation=style.activation)
    half = _round(channels / 2, style)
    branches = [net.conv(x, half, kernel, activation=style.activation) for kernel in (1, 3)]
    return net.concat(branches)


def _inception(net: Builder, x: str, channels: int, stride: int, style: _Style) -> str:
    """GoogLeNet: four branches."""
    if stride > 1:
        x = net.pool(x, 3, stride)
    quarter = _round(channels / 4, style)
    branches = [net.conv(x, quarter, activation=style.activation)]
    for kernel in (3, 5):
        narrow = net.conv(x, _round(quarter / 2, style), activation=style.activation)
        branches.append(net.conv(narrow, quarter, kernel, activation=style.activation))
    branches.append(net.conv(net.pool(x, 3, 1), quarter, activation=style.activation))
    return net.concat(branches)


def _shuffled(net: Builder, x: str, channels: int, stride: int, style: _Style) -> str:
    """ShuffleNetV2: half of the channels pass by, or both halves shrink; then they mix."""
    half = max(2, channels // 2)

    def filtered(y: str) -> str:
        y = net.conv(y, half, activation=style.activation)
        y = net.conv(y, half, 3, stride, half)
        return net.conv(y, half, activation=style.activation)

    if stride == 1 and net.shapes[x][1] == 2 * half:
        kept, y = net.halves(x)
        return net.shuffle(net.concat([kept, filtered(y)]))
    other = net.conv(x, net.shapes[x][1], 3, stride, net.shapes[x][1])
    other = net.conv(other, half, activation=style.activation)
    return net.shuffle(net.concat([other, filtered(x)]))


def _partial(net: Builder, x: str, channels: int, stride: int, style: _Style) -> str:
    """CSPNet: one branch filters and adds, the other passes by."""
    if stride > 1:
        x = net.conv(x, channels, 3, stride, activation=style.activation)
    half = _round(channels / 2, style)
    one, other = (net.conv(x, half, activation=style.activation) for _ in range(2))
    deep = net.conv(one, half, activation=style.activation)
    one = net.add(one, _plain(net, deep, half, 1, style))
    return net.conv(net.concat([one, other]), channels, activation=style.activation)


BLOCKS: tuple[Block, ...] = (
    _plain, _pointwise, _separable, _filters, _inverted, _residual, _fire, _inception, _shuffled,
    _partial,
)  # fmt: skip


def _classifier(net: Builder, scales: list[str], style: _Style) -> list[str]:
    """Means of planes, then the scores: a matrix, or a convolution."""
    x = scales[-1]
    classes = int(net.random.choice([10, 100, 1000]))
    if net.random.random() < 0.4:
        x = net.conv(x, int(net.random.integers(512, 1281)), activation=style.activation)
    order = net.random.integers(3)
    if order == 0:
        return [net.softmax(net.dense(net.mean(x), classes))]
    if order == 1:
        scores = net.conv(net.mean(x), classes)
    else:
        scores = net.mean(net.conv(x, classes, activation=style.activation))
    return [net.softmax(net.reshape(scores, (1, classes)))]


def _features(net: Builder, scales: list[str], style: _Style) -> list[str]:
    """No head at all: a backbone's last feature map."""
    return [scales[-1]]


def _detector(net: Builder, scales: list[str], style: _Style) -> list[str]:
    """Predictions at two or three scales as one list of rows, with curves over some columns."""
    columns = int(net.random.choice([9, 25, 85]))
    rows = []
    for scale in scales[-3:]:
        if min(net.shapes[scale][2:]) > 60:
            continue
        found = net.conv(_separable(net, scale, net.shapes[scale][1], 1, style), columns)
        _, _, height, width = net.shapes[found]
        turned = net.transpose(found, (0, 2, 3, 1))
        rows.append(net.reshape(turned, (1, height * width, columns)))
    if not rows:
        return _classifier(net, scales, style)
    table = net.concat(rows, axis=1) if len(rows) > 1 else rows[0]
    net.precision = "fp32"  # boxes are worked out in full precision
    sizes = net.scaled(net.exp(net.slice(table, 2, 0, 4)))
    return [net.concat([sizes, net.sigmoid(net.slice(table, 2, 4, columns))], axis=2)]


def _pyramid(net: Builder, scales: list[str], style: _Style) -> list[str]:
    """Coarse maps, doubled, join finer ones; each gives an output of its own."""
    width = _round(int(net.random.integers(16, 129)), style)
    added = net.random.random() < 0.5
    outputs, above = [], ""
    for x in reversed(scales[-3:]):
        side = net.conv(x, width, activation=style.activation)
        if above and net.shapes[above][2] * 2 == net.shapes[side][2]:
            doubled = net.double(above)
            joined = net.add(side, doubled) if added else net.concat([side, doubled])
            side = _separable(net, joined, width, 1, style)
        above = side
        outputs.append(net.sigmoid(net.conv(side, int(net.random.choice([5, 32, 85])))))
    return outputs


HEADS = (_classifier, _features, _detector, _pyramid)
