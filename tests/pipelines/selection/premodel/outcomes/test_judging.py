from __future__ import annotations

import pytest

from models.detection import Box, Detection
from pipelines.selection.premodel.outcomes.judging import certainty, floor, quality

BOX, OTHER = Box(0, 0, 10, 10), Box(20, 0, 30, 10)
CAT, DOG = Detection("cat", 0.8, BOX), Detection("dog", 0.6, OTHER)


@pytest.mark.parametrize(
    ("top", "right"),
    [(1, 0.0), (2, 1.0), (3, 1.0)],
)
def test_a_classifier_is_right_among_its_best(top, right):
    found = (Detection("cat", 0.5), Detection("dog", 0.3), Detection("owl", 0.1))
    assert quality(found, (Detection("dog", 1.0),), "classify", top) == right


@pytest.mark.parametrize(
    ("found", "truth", "f1"),
    [
        ((CAT, DOG), (CAT, DOG), 1.0),
        ((CAT,), (CAT, DOG), 2 / 3),  # one of two is missed
        ((CAT, DOG), (CAT,), 2 / 3),  # one too many
        ((Detection("dog", 0.9, BOX),), (CAT,), 0.0),  # the wrong label
        ((Detection("cat", 0.9, OTHER),), (CAT,), 0.0),  # the wrong place
        ((CAT, CAT), (CAT,), 2 / 3),  # an object counts once
        ((), (CAT,), 0.0),
        ((CAT,), (), 0.0),
        ((), (), 1.0),  # rightly nothing
    ],
)
def test_a_detector_has_the_f1_of_the_picture(found, truth, f1):
    assert quality(found, truth, "detect", 1) == pytest.approx(f1)


def test_a_classifier_is_as_sure_as_its_best_classes():
    found = (Detection("cat", 0.5), Detection("dog", 0.3), Detection("owl", 0.1))
    assert certainty(found, "classify", 1, 0.35) == 0.5
    assert certainty(found, "classify", 2, 0.35) == pytest.approx(0.8)
    assert certainty((), "classify", 1, 0.35) == 0


def test_a_detector_that_sees_nothing_at_all_is_certain():
    assert certainty((), "detect", 1, 0.4) == 1


def test_a_detector_is_surer_the_higher_what_it_shows_scores():
    sure = [certainty((Detection("cat", s, BOX),), "detect", 1, 0.4) for s in (0.4, 0.6, 0.99)]
    assert sure == sorted(sure)
    assert sure[-1] > 0.95


def test_findings_just_under_the_threshold_make_it_doubt():
    shown = (Detection("cat", 0.9, BOX),)
    doubts = (*shown, Detection("dog", 0.35, OTHER), Detection("dog", 0.3, OTHER))
    assert certainty(doubts, "detect", 1, 0.4) < certainty(shown, "detect", 1, 0.4) - 0.1
    # (2 · 0.9 + 0.5) / (1 shown + 0.9 + 0.35 + 0.3 possible + 0.5)
    assert certainty(doubts, "detect", 1, 0.4) == pytest.approx(2.3 / 3.05)


def test_what_tells_of_doubt_lies_under_the_threshold():
    assert 0 < floor(0.4, "detect") < 0.4
    assert floor(0.4, "classify") == 0
