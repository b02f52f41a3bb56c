from __future__ import annotations

from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np
import pytest

from models.detection import Box, Detection
from models.evaluation import average_precision, top1

LABELS = ("cat", "dog")
IMAGE = np.zeros((100, 100, 3), np.uint8)


@dataclass
class Truth:
    boxes: np.ndarray
    classes: np.ndarray
    image: np.ndarray


def truth(*boxes: tuple[float, float, float, float], classes: tuple[int, ...]) -> Truth:
    return Truth(np.array(boxes, np.float32).reshape(-1, 4), np.array(classes, np.intp), IMAGE)


class Says:
    """Predicts what it was told, one answer for each image."""

    def __init__(self, *answers: tuple[Detection, ...]) -> None:
        self._answers = iter(answers)

    def predict(self, image: np.ndarray) -> SimpleNamespace:
        return SimpleNamespace(detections=next(self._answers))


CAT = Detection("cat", 0.9, Box(10, 10, 50, 50))
DOG = Detection("dog", 0.8, Box(60, 60, 90, 90))
TRUTH = truth((10, 10, 50, 50), (60, 60, 90, 90), classes=(0, 1))


@pytest.mark.parametrize(
    ("answer", "ap50"),
    [
        ((CAT, DOG), 1.0),
        ((CAT,), 0.5),  # one class of two
        ((), 0.0),
        ((Detection("dog", 0.7, CAT.box), DOG), 0.5),  # the wrong class
        ((CAT, DOG, Detection("cat", 0.1, Box(0, 0, 5, 5))), 1.0),  # wrong, but below the right
        ((Detection("cat", 0.9, Box(10, 10, 50, 31)), DOG), 1.0),  # IoU 0.525
        ((Detection("cat", 0.9, Box(10, 10, 50, 29)), DOG), 0.5),  # IoU 0.475
    ],
)
def test_average_precision_of_one_image(answer, ap50):
    assert average_precision(Says(answer), [TRUTH], LABELS).ap50 == pytest.approx(ap50)


def test_a_false_alarm_above_the_truth_costs():
    early = (Detection("cat", 0.95, Box(0, 60, 20, 80)), CAT, DOG)
    assert average_precision(Says(early), [TRUTH], LABELS).ap50 == pytest.approx(0.75)


def test_boxes_that_sit_badly_cost_only_the_stricter_metric():
    loose = (Detection("cat", 0.9, Box(10, 10, 50, 40)), DOG)
    found = average_precision(Says(loose), [TRUTH], LABELS)
    assert found.ap50 == pytest.approx(1.0)
    assert found.ap < 0.9


def test_the_threshold_lies_between_the_wrong_and_the_right():
    empty = truth(classes=())
    wrong = Detection("cat", 0.6, Box(0, 0, 9, 9))
    found = average_precision(Says((CAT, DOG), *[(wrong,)] * 5), [TRUTH, *[empty] * 5], LABELS)
    assert found.threshold is not None
    assert 0.6 < found.threshold <= 0.8


def test_most_of_what_is_found_is_right():
    """Two right at 0.5, and three wrong at 0.55: showing none of the five is better."""
    wrong = tuple(Detection("cat", 0.55, Box(0, 0, 9, 9 + n)) for n in range(3))
    late = (Detection("cat", 0.5, CAT.box), Detection("dog", 0.5, DOG.box))
    found = average_precision(Says((CAT, DOG), (*wrong, *late)), [TRUTH, TRUTH], LABELS)
    assert found.threshold is not None
    assert 0.55 < found.threshold <= 0.8


def test_without_anything_to_find_nothing_is_known():
    assert average_precision(Says((CAT,)), [truth(classes=())], LABELS) == (0, 0, None)


def test_top1_counts_the_best_class():
    answers = (
        (Detection("cat", 0.6), Detection("dog", 0.4)),
        (Detection("cat", 0.6), Detection("dog", 0.4)),
        (),
    )
    truths = [truth(classes=(0,)), truth(classes=(1,)), truth(classes=(1,))]
    assert top1(Says(*answers), truths, LABELS) == pytest.approx(1 / 3)
