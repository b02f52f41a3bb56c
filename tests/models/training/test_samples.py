from __future__ import annotations

import numpy as np
import pytest

from models.errors import SaccadeError
from models.training.batches import PAD, close_up, collate, training_batch, varied
from models.training.samples import SHARD, Sample, cached
from tests.models.training.shapes import Shapes


class Counting(Shapes):
    """Notes what it was asked for."""

    def __call__(self, index: int) -> Sample:
        ASKED.append(index)
        return super().__call__(index)


ASKED: list[int] = []


def test_the_cache_gives_what_the_source_gave(tmp_path):
    source = Shapes(SHARD + 7, 64)
    samples = cached(source, tmp_path)
    assert len(samples) == SHARD + 7
    for index in (0, SHARD - 1, SHARD, SHARD + 6):
        for found, expected in zip(samples[index], source(index), strict=True):
            assert np.array_equal(found, expected)
    with pytest.raises(IndexError):
        samples[SHARD + 7]


def test_only_what_is_missing_is_made_again(tmp_path):
    source = Counting(2 * SHARD, 64)
    cached(source, tmp_path)
    (tmp_path / source.name / "shard-00001.npy").unlink()
    ASKED.clear()
    seen = []
    cached(source, tmp_path, progress=lambda done, total: seen.append((done, total)))
    assert list(range(SHARD, 2 * SHARD)) == ASKED
    assert seen == [(2 * SHARD, 2 * SHARD)]


def test_a_set_that_has_grown_has_all_its_samples(tmp_path):
    for count in (7, SHARD + 7, 12):
        samples = cached(Shapes(count, 32), tmp_path)
        assert np.array_equal(samples[count - 1].image, Shapes(count, 32)(count - 1).image)


def test_worker_processes_make_the_same(tmp_path):
    source = Shapes(2 * SHARD, 32)
    one, two = cached(source, tmp_path / "a"), cached(source, tmp_path / "b", workers=2)
    assert all(np.array_equal(one[n].image, two[n].image) for n in range(0, len(one), 37))


def test_a_cache_that_cannot_be_written_is_one_sentence(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(SaccadeError, match="training samples cannot be kept there"):
        cached(Shapes(1, 32), tmp_path / "file")


def white_square(side: int = 64) -> Sample:
    image = np.zeros((side, side, 3), np.uint8)
    image[20:44, 24:40] = 255
    return Sample(image, np.array([[24, 20, 40, 44]], np.float32), np.array([1]))


@pytest.mark.parametrize("change", [varied, lambda s, r: close_up(s, r, 64)])
def test_boxes_move_with_what_they_frame(change):
    sample, kept = white_square(), 0
    for seed in range(60):
        image, boxes, classes = change(sample, np.random.default_rng(seed))
        if not len(boxes):
            continue
        kept += 1
        assert classes.tolist() == [1]
        rows, columns = np.nonzero(image[..., 0] == 255)
        inside = (rows > 1) & (rows < 62) & (columns > 1) & (columns < 62)
        if not inside.all():
            continue  # the border's colour, or the square itself, continues beyond it
        seen = (columns.min(), rows.min(), columns.max() + 1, rows.max() + 1)
        assert np.abs(boxes[0] - seen).max() < 2.5, seed
    assert kept > 40


def test_what_leaves_the_picture_need_not_be_found():
    sample = Sample(
        np.zeros((64, 64, 3), np.uint8), np.array([[0, 0, 9, 9]], np.float32), np.array([0])
    )
    counts = [len(varied(sample, np.random.default_rng(seed)).boxes) for seed in range(40)]
    assert set(counts) == {0, 1}


def test_an_epoch_takes_every_sample_once_and_a_step_repeats():
    samples = [
        Sample(np.full((8, 8, 3), n, np.uint8), np.zeros((0, 4), np.float32), np.array([n]))
        for n in range(10)
    ]
    labels = [training_batch(samples, 4, 7, step).classes[:, 0].tolist() for step in range(5)]
    seen = [label for batch in labels for label in batch]
    assert sorted(seen[:10]) == sorted(seen[10:]) == [*range(10)]
    again = training_batch(samples, 4, 7, 3)
    assert again.images.equal(training_batch(samples, 4, 7, 3).images)


def test_a_batch_pads_truths_with_minus_one():
    empty = Sample(
        np.full((64, 64, 3), 114, np.uint8), np.zeros((0, 4), np.float32), np.zeros(0, np.intp)
    )
    batch = collate([white_square(), empty])
    assert batch.images.shape == (2, 3, 64, 64)
    assert batch.classes.tolist() == [[1], [-1]]
    assert batch.images[1].unique().tolist() == pytest.approx([(PAD - 127.5) / 64])
