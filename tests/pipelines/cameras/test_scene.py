from __future__ import annotations

import tracemalloc

import numpy as np
import pytest

from pipelines.cameras.scene import ConveyorScene

COLOURS = {  # the channel that leads in each sticker: blue, green, red
    "circle": 2,
    "square": 0,
    "star": 1,
    "triangle": 2,
}


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
        assert sum(found.label == "parcel" for found in truth) >= 2
        for found in truth:
            assert found.score == 1
            assert found.box is not None
            left, top, right, bottom = found.box
            assert 0 <= left < right <= 640
            assert 0 <= top < bottom <= 360


def test_what_the_truth_names_is_to_be_seen_there(scene: ConveyorScene) -> None:
    image = blank()
    seen = set()
    for time_s in range(0, 40, 4):
        for found in scene.render(float(time_s), image):
            if found.label not in COLOURS or found.box is None or found.box.right >= 640:
                continue
            x = int(found.box.left + found.box.right) // 2
            y = int(found.box.top + found.box.bottom) // 2 + (found.label == "triangle")
            assert image[y, x].argmax() == COLOURS[found.label], found
            seen.add(found.label)
    assert seen == set(COLOURS)


def test_objects_move_with_the_belt(scene: ConveyorScene) -> None:
    image = blank()
    before = {found.box for found in scene.render(5.0, image) if found.label == "parcel"}
    after = {found.box for found in scene.render(5.4, image) if found.label == "parcel"}
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
