from __future__ import annotations

import itertools
import tracemalloc

import numpy as np
import pytest

from models.rendering.dataset import CLASSES
from pipelines.cameras.parcels import Sprite, draw_parcel, stick_label
from pipelines.cameras.scene import ConveyorScene


@pytest.fixture(scope="module")
def scene() -> ConveyorScene:
    return ConveyorScene(640, 360, seed=4)


def blank(width: int = 640, height: int = 360) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    return np.zeros((height, width, 3), np.uint8)


def test_the_same_seed_and_moment_give_the_same_picture_and_truth(scene: ConveyorScene) -> None:
    one, two = blank(), blank()
    truth = scene.render(12.3, one)
    scene.render(4.0, two)  # what was drawn before does not matter
    assert ConveyorScene(640, 360, seed=4).render(12.3, two) == truth
    assert np.array_equal(one, two)


def test_another_seed_and_another_moment_give_another_picture(scene: ConveyorScene) -> None:
    one, two = blank(), blank()
    scene.render(1.0, one)
    scene.render(1.0 + 1 / 30, two)
    assert not np.array_equal(one, two)
    ConveyorScene(640, 360, seed=5).render(1.0, two)
    assert not np.array_equal(one, two)


def test_truth_is_inside_the_picture_and_lasts_for_ever(scene: ConveyorScene) -> None:
    image = blank()
    for time_s in (0.0, 0.5, 7.7, 3600.0, 1e6):
        truth = scene.render(time_s, image)
        assert len(truth) >= 2
        for found in truth:
            assert found.score == 1
            assert found.box is not None
            left, top, right, bottom = found.box
            assert 0 <= left < right <= 640
            assert 0 <= top < bottom <= 360


def parcel(seed: int, *labels: str) -> Sprite:
    return draw_parcel(np.random.default_rng(seed), 1.0, itertools.cycle(labels))


@pytest.mark.parametrize("seed", range(6))
def test_a_label_lies_in_its_box_and_nowhere_else(seed: int) -> None:
    one, other = parcel(seed, "toxic"), parcel(seed, "no entry")
    assert [box for _, box in one.marks] == [box for _, box in other.marks]
    differs = (one.colour != other.colour).any(axis=2)
    for _, box in one.marks:
        left, top, right, bottom = (round(edge) for edge in box)
        inside = differs[top - 1 : bottom + 1, left - 1 : right + 1]
        assert inside.mean() > 0.05  # another symbol is printed here
        inside[:] = False
    assert not differs.any()


@pytest.mark.parametrize("seed", range(20))
def test_the_outline_of_a_label_is_tight(seed: int) -> None:
    texture = np.full((120, 140, 3), 70, np.uint8)
    outline = stick_label(np.random.default_rng(seed), texture, "recycle", (70.5, 58.0), 61.0)
    # The label's shadow makes nothing darker than 46; the prints have darker and brighter inks.
    rows, columns = np.nonzero(((texture > 90) | (texture < 40)).any(axis=2))
    assert outline.min(0) == pytest.approx((columns.min(), rows.min()), abs=1.5)
    assert outline.max(0) == pytest.approx((columns.max() + 1, rows.max() + 1), abs=1.5)


def test_every_label_is_on_the_belt(scene: ConveyorScene) -> None:
    image = blank()
    seen = {found.label for t in range(0, 60, 4) for found in scene.render(float(t), image)}
    assert seen == set(CLASSES)


def test_objects_move_with_the_belt(scene: ConveyorScene) -> None:
    image = blank()
    before = {found.box for found in scene.render(5.0, image)}
    after = {found.box for found in scene.render(5.4, image)}
    lefts = {round(box.left) for box in after if box}
    # 150 units a second at half a pixel a unit, over 0.4 s.
    moved = [box for box in before if box and box.left > 0 and round(box.left) + 30 in lefts]
    assert moved


def test_rendering_allocates_nothing_large() -> None:
    scene, image = ConveyorScene(1280, 720), blank(1280, 720)
    scene.render(0.0, image)
    tracemalloc.start()
    for frame in range(5):
        scene.render(frame / 30, image)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 100_000


@pytest.mark.parametrize(("width", "height"), [(16, 16), (333, 77), (90, 640), (1921, 1081)])
def test_any_size_can_be_drawn(width: int, height: int) -> None:
    image = blank(width, height)
    ConveyorScene(width, height).render(3.0, image)
    assert image.any()
