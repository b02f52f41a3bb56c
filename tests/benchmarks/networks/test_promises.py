from __future__ import annotations

import msgspec
import pytest

from benchmarks.networks.figures import Conveyor, Interval
from benchmarks.networks.promises import promises
from tests.benchmarks.networks.reports import detector, report

HEAVY = detector("heavy", 0.88, 700, 12.0)
LIGHT = detector("light", 0.7, 70, 1.5)


def change(figures, **changes):
    return msgspec.structs.replace(figures, **changes)


def scored(figures, name, value):
    return change(figures, accuracy=figures.accuracy | {name: Interval(value, 0.01)})


def test_all_hold_where_all_is_well():
    every = list(promises(report()))
    assert [each.says for each in every if not each.holds] == []
    assert len(every) == 11


@pytest.mark.parametrize(
    ("detectors", "verdict"),
    [
        # On the drawings it was trained on too little.
        ((scored(HEAVY, "seeds", 0.84), LIGHT), "falls short by 1.0 points: 84.0 %, `heavy`"),
        # 18 points lie between them as long as the light one is no better.
        (
            (HEAVY, detector("light", 0.75, 70, 1.5)),
            "falls short by 2.0 points: 13.0 points, `light` and `heavy`",
        ),
        # 12 ms against 4 ms.
        (
            (HEAVY, change(LIGHT, milliseconds={"onnxruntime": 4.0})),
            "falls short by 3.0 times: 3.0 times, `light` and `heavy`",
        ),
        # The worse of the best two counts.
        (
            (HEAVY, scored(LIGHT, "composites", 0.65)),
            "falls short by 2.0 points: 5.0 points, `light`",
        ),
        ((HEAVY, change(LIGHT, false_alarms=0.45)), "falls short by 0.25: 0.45, `light`"),
        # The conveyor is shown through the default network, heavy.
        (
            (change(HEAVY, conveyor=Conveyor(0.853, 0.8, 0.5)), LIGHT),
            "falls short by 4.7 points: 85.3 %, `heavy`",
        ),
        ((change(HEAVY, bytes=20_000_000), LIGHT), "falls short by 7.0 MB: 32.0 MB"),
    ],
)
def test_one_that_is_broken_says_by_how_much(detectors, verdict):
    every = list(promises(report(*detectors)))
    assert [each.verdict for each in every if not each.holds] == [verdict]


def test_networks_in_8_bits_do_not_compete():
    better = detector("int8", 0.99, 10, 20.0, precision="int8")
    assert all(each.holds for each in promises(report(HEAVY, LIGHT, better)))


def test_what_was_not_measured_does_not_hold():
    bare = [
        change(
            each,
            accuracy={name: each.accuracy[name] for name in ("seeds", "held-out")},
            false_alarms=None,
            milliseconds={"onnxruntime": None},
        )
        for each in (HEAVY, LIGHT)
    ]
    every = [each for each in promises(report(*bare)) if not each.holds]
    assert [each.verdict for each in every] == ["not measured"] * 3
