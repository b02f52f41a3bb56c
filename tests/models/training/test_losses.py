from __future__ import annotations

import torch

from models.training.losses import assign, detection_loss, overlaps
from models.training.networks import FAMILIES
from models.training.networks.detector import corners
from models.training.networks.tinyyolo import build


def defaults():
    return build(3).defaults(64, 64)


def test_default_boxes_lie_row_by_row_the_fine_grid_first():
    found = defaults()
    assert len(found.x) == 8 * 8 + 4 * 4
    assert found.x[:3].tolist() == [4, 12, 20]
    assert found.y[:9].tolist() == [4] * 8 + [12]
    assert found.stride[-1] == 16


def test_a_truth_goes_to_near_default_boxes_of_its_size():
    found = defaults()
    boxes = torch.tensor([[[10.0, 10.0, 30.0, 30.0], [0.0, 0.0, 0.0, 0.0]]])
    picked = assign(found, boxes, torch.tensor([[2, -1]]))[0]
    chosen = torch.nonzero(picked == 0)[:, 0]
    assert len(chosen) == 9  # three by three cells of stride 8 around (20, 20)
    assert set(found.stride[chosen].tolist()) == {8}
    assert ((found.x[chosen] - 20).abs() < 12).all()
    assert (picked <= 0).all(), "the padding must not be assigned"


def test_of_two_truths_the_smaller_gets_the_default_box():
    found = defaults()
    boxes = torch.tensor([[[4.0, 4.0, 36.0, 36.0], [14.0, 14.0, 26.0, 26.0]]])
    picked = assign(found, boxes, torch.tensor([[0, 1]]))[0]
    at_centre = (found.x == 20) & (found.y == 20)
    assert picked[at_centre].tolist() == [1]


def test_overlaps_by_hand():
    one = torch.tensor([[0.0, 0.0, 2.0, 2.0], [0.0, 0.0, 1.0, 1.0]])
    two = torch.tensor([[1.0, 0.0, 3.0, 2.0], [3.0, 0.0, 4.0, 1.0]])
    iou, generalised = overlaps(one, two)
    assert torch.allclose(iou, torch.tensor([2 / 6, 0.0]))
    # Apart, the generalised one falls with the empty part of the hull: 2 of 4.
    assert torch.allclose(generalised, torch.tensor([2 / 6, -0.5]))


def perfect(found, boxes, classes):
    """Raw outputs that say exactly the truth."""
    raw = torch.zeros(1, len(found.x), 8)
    raw[..., 4] = -12.0
    picked = assign(found, boxes, classes)[0]
    for index in torch.nonzero(picked >= 0)[:, 0]:
        box = boxes[0, picked[index]]
        size = box[2:] - box[:2]
        centre = (box[:2] + box[2:]) / 2
        raw[0, index, 0] = (centre[0] - found.x[index]) / found.stride[index]
        raw[0, index, 1] = (centre[1] - found.y[index]) / found.stride[index]
        raw[0, index, 2:4] = torch.log(size / found.side[index])
        raw[0, index, 4] = 12.0
        raw[0, index, 5 + classes[0, picked[index]]] = 20.0
    return raw


def test_the_truth_costs_nothing_and_every_error_costs():
    found = defaults()
    boxes = torch.tensor([[[10.0, 10.0, 30.0, 34.0]]])
    classes = torch.tensor([[1]])
    raw = perfect(found, boxes, classes)
    assert torch.allclose(corners(raw[0, raw[0, :, 4] > 0, :4][:1], _first(found, raw)), boxes[0])
    assert detection_loss(raw, found, boxes, classes) < 1e-3
    for column, change in ((0, 0.5), (2, 0.5), (4, -20.0), (6, -30.0)):
        wrong = raw.clone()
        wrong[..., column] += change
        assert detection_loss(wrong, found, boxes, classes) > 0.1, column


def test_a_picture_of_nothing_teaches_too():
    found = defaults()
    raw = torch.zeros(2, len(found.x), 8, requires_grad=True)
    boxes, classes = torch.zeros(2, 1, 4), torch.full((2, 1), -1)
    detection_loss(raw, found, boxes, classes).backward()
    assert (raw.grad[..., 4] > 0).all()


def test_every_family_gives_the_shape_it_promises():
    for name in FAMILIES.names():
        family = FAMILIES.load(name)
        side = family.stride * 4
        module = family.build(5).eval()
        with torch.no_grad():
            out = module(torch.zeros(2, 3, side, side))
        if family.task == "classify":
            assert out.shape == (2, 5), name
        else:
            assert out.shape == (2, len(module.defaults(side, side).x), 10), name


def _first(found, raw):
    index = torch.nonzero(raw[0, :, 4] > 0)[:1, 0]
    return type(found)(*(getattr(found, name)[index] for name in found.__slots__))
