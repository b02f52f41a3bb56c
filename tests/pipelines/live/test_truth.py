"""Findings against a known truth, on boxes drawn by hand."""

from __future__ import annotations

import numpy as np
import pytest

from models.candidate import Candidate
from models.detection import Box, Detection, overlap
from models.timing import Timing
from pipelines.live.frame import Frame, Inference
from pipelines.live.truth import Found, TruthMeter, match

SQUARE = Box(0, 0, 10, 10)
LABELS = Candidate("labels", "fp32", "onnxruntime")
THERE = Detection("fragile", 1.0, SQUARE)


def finding(box: Box = SQUARE, label: str = "fragile", score: float = 0.9) -> Detection:
    return Detection(label, score, box)


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        (SQUARE, 1.0),
        (Box(0, 0, 10, 5), 0.5),  # half of it
        (Box(5, 0, 15, 10), 1 / 3),  # shifted by half
        (Box(10, 0, 20, 10), 0.0),  # beside it: right is exclusive
        (Box(20, 20, 30, 30), 0.0),  # elsewhere
        (None, 0.0),
    ],
)
def test_overlap(other: Box | None, expected: float) -> None:
    assert overlap(SQUARE, other) == pytest.approx(expected)
    assert overlap(other, SQUARE) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("findings", "truth", "hits"),
    [
        ((), (THERE,), 0),  # missed
        ((finding(),), (), 0),  # nothing there
        ((finding(),), (THERE,), 1),
        ((finding(Box(0, 0, 10, 5)),), (THERE,), 1),  # just enough
        ((finding(Box(0, 0, 10, 4.9)),), (THERE,), 0),  # just too little
        ((finding(label="battery"),), (THERE,), 0),  # another label on the spot
        ((finding(), finding()), (THERE,), 1),  # twice on one object counts once
        ((finding(), finding()), (THERE, THERE), 2),  # two objects in one place
        # The surer one takes the object it fits, and the other takes what is left.
        (
            (finding(Box(0, 0, 10, 6), score=0.3), finding(score=0.9)),
            (THERE, Detection("fragile", 1.0, Box(0, 0, 10, 6))),
            2,
        ),
    ],
)
def test_match(findings: tuple[Detection, ...], truth: tuple[Detection, ...], hits: int) -> None:
    assert match(findings, truth) == hits


def inference(
    findings: tuple[Detection, ...],
    truth: tuple[Detection, ...] | None,
    candidate: Candidate | None = LABELS,
) -> Inference:
    frame = Frame(1, 0.0, np.zeros((4, 4, 3), np.uint8), 0, truth)
    return Inference(frame, findings, candidate, Timing(0, 0, 0), 0.0, 0)


def test_counts_of_a_run() -> None:
    meter = TruthMeter()
    meter.record(inference((finding(), finding(Box(50, 50, 60, 60))), (THERE,)))
    meter.record(inference((), (THERE, THERE)))
    assert meter.found() == Found(objects=3, found=1, extra=1)
    assert Found(3, 1, 1).recall == pytest.approx(1 / 3)


def test_unknown_is_not_nought() -> None:
    meter = TruthMeter()
    meter.record(inference((finding(),), None))  # a camera that knows no truth
    meter.record(inference((), (THERE,), candidate=None))  # no network looked
    assert meter.found() is None
    assert Found(0, 0, 2).recall is None
