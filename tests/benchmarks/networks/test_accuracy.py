from __future__ import annotations

import numpy as np
import pytest

from benchmarks.networks.accuracy import accuracy, conveyor, false_alarms
from tests.benchmarks.networks.constant import classifier, detector, sample


class Count:
    def __init__(self) -> None:
        self.pictures = 0

    def __call__(self, pictures: int) -> None:
        self.pictures += pictures


@pytest.mark.parametrize(("label", "value"), [(0, 1.0), (1, 0.0)])
def test_accuracy_is_that_of_the_whole_set(tmp_path, label, value):
    count = Count()
    found = accuracy(detector(tmp_path, 0.9), [sample(label) for _ in range(20)], count)
    assert found.value == pytest.approx(value)
    assert found.half == 0
    assert str(found) == f"{value * 100:.1f} ± 0.0"
    assert count.pictures == 20


def test_a_detectors_interval_shows_how_the_parts_differ(tmp_path):
    # In every other part the label lies where nothing is found.
    samples = [sample(0, left=64 * (n % 2)) for n in range(20)]
    found = accuracy(detector(tmp_path, 0.9), samples, Count())
    assert 0 < found.value < 1
    # Ten parts with 0 or 1 deviate by 0.527 from their mean; 2.262 is Student's t.
    assert found.half == pytest.approx(2.262 * 0.527 / 10**0.5, abs=0.001)


def test_a_classifiers_interval_is_binomial(tmp_path):
    found = accuracy(classifier(tmp_path), [sample(n % 4) for n in range(100)], Count())
    assert found.value == 0.25
    assert found.half == pytest.approx(1.96 * (0.25 * 0.75 / 100) ** 0.5)


@pytest.mark.parametrize(("score", "alarms"), [(0.9, 1.0), (0.4, 0.0)])
def test_false_alarms_are_counted_at_the_networks_own_threshold(tmp_path, score, alarms):
    count = Count()
    photos = [np.zeros((90, 120, 3), np.uint8)] * 3
    assert false_alarms(detector(tmp_path, score), photos, count) == alarms
    assert count.pictures == 3


def test_what_lies_on_no_label_of_the_conveyor_is_extra(tmp_path):
    count = Count()
    found = conveyor(detector(tmp_path, 0.9), count)
    # The left upper corner of the scene is the hall, where no label ever is.
    assert (found.recall, found.worst, found.extra) == (0, 0, 1)
    assert count.pictures == 150
