from __future__ import annotations

import numpy as np
import pytest

from models.rendering.parcels import seen_faces
from models.rendering.scene import Quad, Scene
from models.rendering.stickers import Sticker

SQUARE = np.array([(20, 30), (60, 30), (60, 70), (20, 70)], np.float32)


def moved(x: float) -> Quad:
    return SQUARE + np.array((x, 0), np.float32)


def white(side: int = 40) -> Sticker:
    """White paper with a printed cross."""
    ink = np.zeros((side, side), np.uint8)
    ink[side // 3 : side // 2] = ink[:, side // 3 : side // 2] = 255
    paper, black = np.full(3, 255, np.float32), np.full(3, 60, np.float32)
    return Sticker(np.full((side, side), 255, np.uint8), ink, paper, black)


@pytest.fixture
def scene() -> Scene:
    return Scene(np.zeros((128, 128, 3), np.uint8))


def bar(left: float, right: float) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    return np.array([(left, 0), (right, 0), (right, 128), (left, 128)], float)


def test_a_box_is_the_extent_of_what_was_drawn(scene: Scene) -> None:
    scene.lay(white(), SQUARE, 3)
    boxes, classes = scene.truth()
    assert boxes.tolist() == [[20, 30, 60, 70]]
    assert classes.tolist() == [3]


@pytest.mark.parametrize("seed", range(20))
def test_a_box_is_tight_in_any_perspective(scene: Scene, seed: int) -> None:
    rng = np.random.default_rng(seed)
    scene.lay(white(), SQUARE * 1.4 + rng.normal(0, 6, (4, 2)).astype(np.float32), 0)
    rows, columns = np.nonzero(scene.image.max(axis=2) > 25)
    extent = (columns.min(), rows.min(), columns.max() + 1, rows.max() + 1)
    assert scene.truth()[0][0] == pytest.approx(extent, abs=1)


def test_what_is_laid_over_a_label_cuts_its_box(scene: Scene) -> None:
    scene.lay(white(), SQUARE, 0)
    scene.cover(bar(48, 128), np.full((128, 128, 3), 90, np.uint8))
    assert scene.truth()[0].tolist() == [[20, 30, 48, 70]]


@pytest.mark.parametrize(
    ("edge", "known"),
    [
        (46, 1),  # 65 % left
        (40, 0),  # 50 %
        (20, 0),  # nothing
    ],
)
def test_a_label_mostly_hidden_is_no_truth(scene: Scene, edge: float, known: int) -> None:
    scene.lay(white(), SQUARE, 0)
    scene.cover(bar(edge, 128), np.zeros((128, 128, 3), np.uint8))
    assert len(scene.truth()[0]) == known


def test_a_label_whose_print_is_hidden_is_no_truth(scene: Scene) -> None:
    scene.lay(white(), SQUARE, 0)
    black = np.zeros((128, 128, 3), np.uint8)
    scene.cover(bar(32, 42), black)  # three quarters of the paper are left
    scene.cover(np.array([(0, 42), (128, 42), (128, 51), (0, 51)], float), black)
    assert len(scene.truth()[0]) == 0


def test_what_lies_beyond_the_edge_is_not_visible(scene: Scene) -> None:
    scene.lay(white(), moved(-40), 0)  # half is left
    scene.lay(white(), moved(70), 1)  # 38 of 40
    scene.lay(white(), moved(900), 2)
    boxes, classes = scene.truth()
    assert classes.tolist() == [1]
    assert boxes.tolist() == [[90, 30, 128, 70]]


def test_a_crumb_is_no_truth(scene: Scene) -> None:
    scene.lay(white(), SQUARE * 9 / 40, 0)
    scene.lay(white(), SQUARE * 11 / 40 + 60, 1)
    assert scene.truth()[1].tolist() == [1]


def test_only_what_is_empty_is_free(scene: Scene) -> None:
    assert scene.free(SQUARE)
    scene.lay(white(), SQUARE)  # no label, but something
    assert not scene.free(SQUARE + 30)
    assert scene.free(moved(45))


def test_a_sticker_is_lit() -> None:
    scene = Scene(np.zeros((128, 128, 3), np.uint8))
    scene.lay(white(), SQUARE, 0, np.array([[1, 0.5], [1, 0.5]], np.float32))
    left, right = scene.image[32, 22], scene.image[32, 57]
    assert left.tolist() == [255] * 3
    assert right == pytest.approx([134] * 3, abs=12)


def test_one_prints_on_what_is_calm() -> None:
    scene = Scene(np.full((128, 128, 3), 90, np.uint8))
    assert scene.calm(SQUARE)
    scene.image[:, 20:40] = 240
    assert not scene.calm(SQUARE)
    assert not scene.calm(SQUARE + 200)  # nothing of it is in the picture


def test_contrast_is_that_of_the_print_in_the_photograph(scene: Scene) -> None:
    scene.lay(white(), SQUARE, 0)
    assert scene.contrasts(scene.image) == [pytest.approx(195, abs=15)]
    dark = (scene.image // 8).astype(np.uint8)
    assert scene.contrasts(dark) == [pytest.approx(24, abs=2)]


def test_paper_that_ends_nowhere_has_no_contrast(scene: Scene) -> None:
    scene.image[:] = 250
    plain = white()
    plain.ink[:8] = plain.ink[-8:] = plain.ink[:, :8] = plain.ink[:, -8:] = 0
    scene.lay(plain, SQUARE, 0)
    assert scene.contrasts(scene.image) == [0]


def test_one_to_three_sides_of_a_parcel_are_seen_and_labels_stay_on_them() -> None:
    for seed in range(40):
        for face in seen_faces(np.random.default_rng(seed), 256):
            assert 0 < face.frontal < 2.5
            side = 0.5 * min(face.width, face.height)
            quad = face.place(face.width / 2, face.height / 2, side, 0)
            low, high = face.corners.min(0), face.corners.max(0)
            assert (quad >= low).all()
            assert (quad <= high).all()
        assert 1 <= len(seen_faces(np.random.default_rng(seed), 256)) <= 3
