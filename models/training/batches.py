"""From samples to batches: which ones, changed how. Everything follows from (seed, step)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from models.manifest import Input
from models.training.samples import FloatArray, Sample

# What networks are fed with; the manifest says the same to whoever runs them.
MEAN, STD = 127.5, 64.0
PAD = 114.0

CLOSER = 4  # times smaller than a picture is a close-up
_CLOSE_UPS = 8  # in place of one picture

_ZOOM = 0.3
_SHIFT = 0.15
_GAIN = 0.15
_INVERTED = 0.1
_VISIBLE = 0.55  # of a truth's area: less than that inside the image, and it need not be found
_SMALLEST = 8.0  # pixels


@dataclass(frozen=True, slots=True)
class Batch:
    """*images*: (batch, 3, side, side), normalised. *boxes*: (batch, most, 4) in pixels.

    *classes*: (batch, most), where −1 pads; for a classifier (batch, 1).
    """

    images: Tensor
    boxes: Tensor
    classes: Tensor


def manifest_input(width: int, height: int) -> Input:
    """How a manifest tells what networks are fed with."""
    return Input(
        width=width,
        height=height,
        fit="letterbox",
        colour="bgr",
        mean=(MEAN, MEAN, MEAN),
        std=(STD, STD, STD),
        pad=PAD,
    )


def training_batch(
    samples: Sequence[Sample], size: int, seed: int, step: int, close: bool = False
) -> Batch:
    """The batch of that step: every epoch takes all samples once, in its own order, varied.

    *close*: close-ups of samples drawn at random instead, for about the same work.
    """
    random = np.random.default_rng((seed, step))
    if close:
        side = samples[0].image.shape[0] // CLOSER
        drawn = random.integers(len(samples), size=size * _CLOSE_UPS)
        return collate([close_up(samples[index], random, side) for index in drawn], random)
    epochs = -(-size // len(samples)) + 1
    first = step * size
    epoch = first // len(samples)
    order = np.concatenate(
        [
            np.random.default_rng((seed, 1, epoch + n)).permutation(len(samples))
            for n in range(epochs)
        ]
    )
    start = first - epoch * len(samples)
    chosen = [varied(samples[index], random) for index in order[start : start + size]]
    return collate(chosen, random)


def close_up(sample: Sample, random: np.random.Generator, side: int) -> Sample:
    """A side × side picture of one of the sample's truths, in a size drawn anew.

    Learning classes from whole pictures is slow, as most of a picture is background; papers
    train their backbones on pictures of one thing first, and so do close-ups.
    """
    whole = sample.image.shape[0]
    if len(sample.boxes):
        box = sample.boxes[random.integers(len(sample.boxes))]
        size = np.exp(random.uniform(np.log(1.3 * _SMALLEST), np.log(0.9 * side)))
        # Enlarged more than twice it would show nothing that a network will ever see.
        zoom = min(2.0, size / max(box[2:] - box[:2]))
        centre = (box[:2] + box[2:]) / 2 + random.uniform(-0.2, 0.2, 2) * side / zoom
    else:
        zoom = np.exp(random.uniform(np.log(side / whole), 0))
        centre = random.uniform(0.25, 0.75, 2) * whole
    return _moved(sample, zoom, side / 2 - zoom * centre, side, PAD, cv2.BORDER_REPLICATE)


def varied(sample: Sample, random: np.random.Generator) -> Sample:
    """The sample zoomed and shifted a little."""
    side = sample.image.shape[0]
    zoom = np.exp(random.uniform(-_ZOOM, _ZOOM))
    shift = random.uniform(-_SHIFT, _SHIFT, 2) * side + (1 - zoom) * side / 2
    if not sample.boxes.size:
        # A classifier's crop is filled by its label, which a large shift would cut off.
        zoom, shift = np.exp(random.uniform(-0.15, 0.15)), random.uniform(-0.06, 0.06, 2) * side
        shift = shift + (1 - zoom) * side / 2
    grey = random.uniform(0, 255) if random.random() < 0.5 else PAD
    border = cv2.BORDER_REPLICATE if random.random() < 0.5 else cv2.BORDER_CONSTANT
    return _moved(sample, float(zoom), shift, side, grey, border)


def _moved(
    sample: Sample,
    zoom: float,
    shift: npt.NDArray[np.float64],
    side: int,
    grey: float,
    border: int,
) -> Sample:
    """The sample zoomed, then shifted, in side × side; truths that leave it are dropped."""
    image = cv2.warpAffine(
        sample.image,
        np.array(((zoom, 0, shift[0]), (0, zoom, shift[1]))),
        (side, side),
        flags=cv2.INTER_AREA if zoom < 0.6 else cv2.INTER_LINEAR,
        borderMode=border,
        borderValue=(grey, grey, grey),
    ).astype(np.uint8, copy=False)
    if not sample.boxes.size:
        return Sample(image, sample.boxes, sample.classes)
    moved = sample.boxes * np.float32(zoom) + np.tile(shift, 2).astype(np.float32)
    inside: FloatArray = np.clip(moved, 0, side)
    size, whole = inside[:, 2:] - inside[:, :2], moved[:, 2:] - moved[:, :2]
    kept = (size.prod(1) >= _VISIBLE * whole.prod(1)) & (size.min(1) >= _SMALLEST)
    return Sample(image, inside[kept], sample.classes[kept])


def collate(samples: Sequence[Sample], random: np.random.Generator | None = None) -> Batch:
    """Samples as one batch; *random* varies their colours."""
    most = max(1, *(len(sample.classes) for sample in samples))
    boxes = np.zeros((len(samples), most, 4), np.float32)
    classes = np.full((len(samples), most), -1, np.int64)
    for row, sample in enumerate(samples):
        boxes[row, : len(sample.boxes)] = sample.boxes
        classes[row, : len(sample.classes)] = sample.classes
    images = torch.from_numpy(np.stack([sample.image for sample in samples]))
    # (batch, height, width, 3) in memory is what PyTorch calls channels last.
    pixels = images.permute(0, 3, 1, 2).float()
    if random is not None:
        gain = random.uniform(1 - _GAIN, 1 + _GAIN, (len(samples), 3, 1, 1))
        inverted = random.random(len(samples)) < _INVERTED
        sign = np.where(inverted, -1.0, 1.0)[:, None, None, None]
        offset = np.where(inverted, 255.0, 0.0)[:, None, None, None]
        pixels.mul_(torch.from_numpy(np.float32(gain * sign)))
        pixels.add_(torch.from_numpy(np.float32(offset))).clamp_(0, 255)
    pixels.sub_(MEAN).div_(STD)
    return Batch(pixels, torch.from_numpy(boxes), torch.from_numpy(classes))
