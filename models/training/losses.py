"""What training minimises: for detectors which default boxes shall find what, and how well."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

from models.training.networks.detector import BOX, OBJECTNESS, Defaults, corners

_RADIUS = 1.5  # strides between a default box's centre and that of a truth it may answer for
_BOX_WEIGHT = 1.5
_NOTHING = -1


def classification_loss(logits: Tensor, classes: Tensor) -> Tensor:
    """Cross-entropy with smoothed labels: (batch, classes) logits, (batch,) truths."""
    return functional.cross_entropy(logits.float(), classes, label_smoothing=0.05)


def detection_loss(found: Tensor, defaults: Defaults, boxes: Tensor, classes: Tensor) -> Tensor:
    """The loss of a batch's raw outputs, (batch, n, 5 + classes).

    *boxes*, (batch, most, 4) in pixels, and *classes*, (batch, most), are the truths; class −1
    pads images that have fewer. Objectness learns the overlap that the box reaches, so that it
    ranks boxes by how well they sit; boxes and classes learn only where there is something.
    """
    found = found.float()
    truth = assign(defaults, boxes, classes)
    image, prior = torch.nonzero(truth != _NOTHING, as_tuple=True)
    objectness = found[..., OBJECTNESS]
    wanted = torch.zeros_like(objectness)
    count = max(1, len(image))
    box_loss = class_loss = found.sum() * 0
    if len(image):
        which = truth[image, prior]
        target = boxes[image, which]
        rows = found[image, prior]
        picked = Defaults(*(getattr(defaults, name)[prior] for name in Defaults.__slots__))
        overlap, generalised = overlaps(corners(rows[:, BOX], picked), target)
        wanted[image, prior] = overlap.detach().clamp(0, 1)
        box_loss = (1 - generalised).sum() / count
        class_loss = functional.cross_entropy(rows[:, OBJECTNESS + 1 :], classes[image, which])
    loss = functional.binary_cross_entropy_with_logits(objectness, wanted, reduction="none")
    # Most boxes hold nothing and are easily seen to; they must not drown the others.
    weight = torch.where(truth == _NOTHING, torch.sigmoid(objectness.detach()) ** 2, 1.0)
    return _BOX_WEIGHT * box_loss + (loss * weight).sum() / count + class_loss


def assign(defaults: Defaults, boxes: Tensor, classes: Tensor) -> Tensor:
    """For each default box the index of the truth that it shall find, −1 for nothing: (batch, n).

    A default box answers for truths of its range of sizes whose centre is near its own; of
    several, for the smallest.
    """
    size = boxes[..., 2:] - boxes[..., :2]
    centre = boxes[..., :2] + size / 2
    area = size[..., 0] * size[..., 1]
    side = area.clamp(min=0).sqrt()[:, None]
    reach = (defaults.stride * _RADIUS)[:, None]
    fits = (
        ((defaults.x[:, None] - centre[:, None, :, 0]).abs() < reach)
        & ((defaults.y[:, None] - centre[:, None, :, 1]).abs() < reach)
        & (side >= defaults.least[:, None])
        & (side < defaults.most[:, None])
        & (classes[:, None] != _NOTHING)
    )
    smallest, index = torch.where(fits, area[:, None], torch.inf).min(-1)
    return torch.where(torch.isfinite(smallest), index, _NOTHING)


def overlaps(a: Tensor, b: Tensor) -> tuple[Tensor, Tensor]:
    """IoU and generalised IoU (Rezatofighi and others, 2019) of (n, 4) boxes, row by row."""
    inner = (torch.minimum(a[:, 2:], b[:, 2:]) - torch.maximum(a[:, :2], b[:, :2])).clamp(min=0)
    outer = torch.maximum(a[:, 2:], b[:, 2:]) - torch.minimum(a[:, :2], b[:, :2])
    shared = inner.prod(-1)
    union = (a[:, 2:] - a[:, :2]).prod(-1) + (b[:, 2:] - b[:, :2]).prod(-1) - shared
    iou = shared / union.clamp(min=1e-6)
    hull = outer.prod(-1).clamp(min=1e-6)
    return iou, iou - (hull - union) / hull
