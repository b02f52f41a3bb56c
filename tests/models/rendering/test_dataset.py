from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
import numpy.typing as npt
import pytest

from models.rendering.dataset import (
    CLASSES,
    FAMILIAR,
    HELD_OUT,
    TRAIN,
    Rendered,
    Style,
    composite,
    render,
    render_crop,
)
from models.rendering.stickers import draw_label, luma
from models.rendering.textures import Image, leaves

PHOTO = leaves(np.random.default_rng(0), 300)[:240]

Make = Callable[[int], Rendered]
MAKERS: dict[str, Make] = {
    "train": render,
    "held out": lambda seed: render(seed, style=HELD_OUT),
    "composite": lambda seed: composite(seed, PHOTO),
}


@pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS)
def test_a_seed_makes_one_picture(make: Make) -> None:
    one, same, other = make(7), make(7), make(8)
    assert np.array_equal(one.image, same.image)
    assert np.array_equal(one.boxes, same.boxes)
    assert np.array_equal(one.classes, same.classes)
    assert not np.array_equal(one.image, other.image)


@pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS)
def test_every_label_of_the_truth_can_be_seen(make: Make) -> None:
    count = 0
    for seed in range(40):
        rendered = make(seed)
        assert rendered.image.shape == (256, 256, 3)
        assert rendered.image.dtype == np.uint8
        assert rendered.boxes.shape == (len(rendered.classes), 4)
        grey = cv2.cvtColor(rendered.image, cv2.COLOR_BGR2GRAY)
        for left, top, right, bottom in rendered.boxes.astype(int).tolist():
            assert min(right - left, bottom - top) >= 10
            assert min(left, top) >= 0
            assert max(right, bottom) <= 256
            assert grey[top:bottom, left:right].std() > 5
            count += 1
    assert count > 50


@pytest.mark.parametrize("size", [96, 160, 416])
def test_any_size_can_be_rendered(size: int) -> None:
    for seed in range(6):
        rendered = render(seed, size)
        assert rendered.image.shape == (size, size, 3)
        assert (rendered.boxes <= size).all()


def test_some_pictures_are_empty_and_none_is_crowded() -> None:
    counts = [len(render(seed).boxes) for seed in range(80)]
    assert min(counts) == 0
    assert 1.5 < np.mean(counts) < 4
    assert max(counts) < 16


@pytest.mark.parametrize("style", [TRAIN, HELD_OUT], ids=["train", "held out"])
def test_classes_are_balanced(style: Style) -> None:
    classes = np.concatenate([render(seed, 128, style).classes for seed in range(300)])
    shares = np.bincount(classes, minlength=len(CLASSES)) / len(classes)
    assert len(classes) > 400
    assert shares.min() > 0.04
    assert shares.max() < 0.14


def test_crops_deal_the_classes_in_turn() -> None:
    crops = [render_crop(seed, 48) for seed in range(24)]
    assert [label for _, label in crops] == [*range(12), *range(12)]
    assert {image.shape for image, _ in crops} == {(48, 48, 3)}
    assert np.array_equal(crops[5][0], render_crop(5, 48)[0])
    assert not np.array_equal(crops[5][0], render_crop(5, 48, HELD_OUT)[0])


def nearest_centroid(features: npt.NDArray[np.float64], classes: npt.NDArray[np.intp]) -> float:
    """How many of the second half are nearest to the mean of their class in the first half."""
    half = len(features) // 2
    spread = features.std(axis=0) + 1e-9
    means = np.stack([features[:half][classes[:half] == n].mean(0) for n in range(len(CLASSES))])
    distance = np.linalg.norm((features[half:, None] - means) / spread, axis=2)
    return float((distance.argmin(axis=1) == classes[half:]).mean())


@pytest.mark.parametrize("style", [TRAIN, HELD_OUT], ids=["train", "held out"])
def test_neither_frame_nor_colours_give_the_class_away(style: Style) -> None:
    classes = np.arange(2400) % len(CLASSES)
    frames, colours = [], []
    for seed, label in enumerate(classes):
        rng = np.random.default_rng(seed)
        drawing = style.drawings[seed % len(style.drawings)][CLASSES[label]]
        sticker = draw_label(rng, drawing, 24, framed=True)
        assert sticker.paper is not None
        assert sticker.ink_colour is not None
        frames.append(cv2.resize(sticker.cover, (8, 8), interpolation=cv2.INTER_AREA).ravel())
        colours.append(np.concatenate([sticker.paper, sticker.ink_colour]))
        assert abs(luma(sticker.paper) - luma(sticker.ink_colour)) >= 59
    for features in (frames, colours):
        assert nearest_centroid(np.array(features, float), classes) < 0.13  # chance is 0.083


def test_the_mean_colour_of_a_crop_says_next_to_nothing() -> None:
    crops = [render_crop(seed, 32) for seed in range(900)]
    features = np.array([[*image.mean((0, 1)), *image.std((0, 1))] for image, _ in crops])
    classes = np.array([label for _, label in crops])
    assert nearest_centroid(features, classes) < 0.2


def test_the_familiar_set_has_the_drawings_of_the_training_and_the_camera_of_the_held_out() -> None:
    assert FAMILIAR.drawings == TRAIN.drawings
    assert FAMILIAR.textures == TRAIN.textures
    assert (FAMILIAR.turned, FAMILIAR.worn) == (HELD_OUT.turned, HELD_OUT.worn)
    assert len({style.stream for style in (TRAIN, HELD_OUT, FAMILIAR)}) == 3
    for style in (TRAIN, FAMILIAR):
        mine = {draw for drawings in style.drawings for draw in drawings.values()}
        others = {draw for drawings in HELD_OUT.drawings for draw in drawings.values()}
        assert not mine & others
        assert not set(style.textures) & set(HELD_OUT.textures)


def test_composites_are_as_hard_as_the_held_out_pictures() -> None:
    sizes = []
    for make in (MAKERS["held out"], MAKERS["composite"]):
        pictures = [make(seed) for seed in range(150)]
        boxes = np.concatenate([picture.boxes for picture in pictures])
        sides = np.sqrt((boxes[:, 2:] - boxes[:, :2]).prod(1))
        sizes.append((len(boxes) / len(pictures), *np.percentile(sides, (25, 50, 75))))
    assert sizes[0] == pytest.approx(sizes[1], rel=0.2)


def test_a_composite_leaves_the_photograph_where_nothing_lies() -> None:
    flat: Image = np.full((200, 300, 3), 120, np.uint8)
    rendered = composite(3, flat, 128)
    assert rendered.image.shape == (128, 128, 3)
    untouched = np.abs(rendered.image.astype(int) - 120).max(axis=2) < 40
    assert untouched.mean() > 0.5
    assert not untouched.all()
