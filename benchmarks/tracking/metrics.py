"""Tracks against true ones: CLEAR MOT and identity scores.

Bernardin and Stiefelhagen, "Evaluating Multiple Object Tracking Performance: The CLEAR MOT
Metrics", 2008; Ristani et al., "Performance Measures and a Data Set for Multi-Target, Multi-Camera
Tracking", 2016.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import linear_sum_assignment

from models.detection import Detection, overlap
from pipelines.live.truth import MIN_IOU

# One frame: findings with the numbers of their tracks.
Frame = Sequence[Detection]


@dataclass(frozen=True, slots=True)
class Scores:
    """*switches*: how often a true thing went on under another number. *tracks*: numbers given."""

    objects: int
    things: int
    tracks: int
    missed: int
    extra: int
    switches: int
    idf1: float

    @property
    def mota(self) -> float:
        """1 - (missed + extra + switches) / objects; below 0 where the errors are more."""
        return 1 - (self.missed + self.extra + self.switches) / max(1, self.objects)


def score(truth: Sequence[Frame], found: Sequence[Frame]) -> Scores:
    """The scores of *found* against *truth*, frame by frame; both with numbers, labels, boxes.

    A finding fits a true thing of its label from an intersection over union of 0.5 on.
    """
    number_of: dict[int, int] = {}  # the number under which a true thing was found last
    missed = extra = switches = 0
    together: Counter[tuple[int, int]] = Counter()
    true_lengths: Counter[int] = Counter()
    found_lengths: Counter[int] = Counter()
    for true, there in zip(truth, found, strict=True):
        fits = np.array([[_fit(one, other) for other in there] for one in true])
        fits = fits.reshape(len(true), len(there))
        for row, one in enumerate(true):
            true_lengths[_number(one)] += 1
            for column, other in enumerate(there):
                if fits[row, column]:
                    together[_number(one), _number(other)] += 1
        found_lengths.update(_number(other) for other in there)
        # Whoever was together stays so while it fits; only then the overlaps decide.
        kept = np.array(
            [[number_of.get(_number(one)) == other.track for other in there] for one in true], bool
        ).reshape(fits.shape)
        rows, columns = linear_sum_assignment(fits + 10.0 * (kept & (fits > 0)), maximize=True)
        pairs = [pair for pair in zip(rows, columns, strict=True) if fits[pair]]
        for row, column in pairs:
            thing, number = _number(true[row]), _number(there[column])
            switches += number_of.get(thing, number) != number
            number_of[thing] = number
        missed += len(true) - len(pairs)
        extra += len(there) - len(pairs)
    return Scores(
        objects=sum(true_lengths.values()),
        things=len(true_lengths),
        tracks=len(found_lengths),
        missed=missed,
        extra=extra,
        switches=switches,
        idf1=_idf1(together, true_lengths, found_lengths),
    )


def _idf1(
    together: Counter[tuple[int, int]], true_lengths: Counter[int], found_lengths: Counter[int]
) -> float:
    """2 · IDTP / (true + found), with the one-to-one assignment that has the most in common."""
    rows = {number: row for row, number in enumerate(true_lengths)}
    columns = {number: column for column, number in enumerate(found_lengths)}
    common = np.zeros((len(rows), len(columns)))
    for (one, other), frames in together.items():
        common[rows[one], columns[other]] = frames
    right = common[linear_sum_assignment(common, maximize=True)].sum()
    total = sum(true_lengths.values()) + sum(found_lengths.values())
    return float(2 * right / total) if total else 1.0


def _fit(one: Detection, other: Detection) -> float:
    both = overlap(one.box, other.box) if one.label == other.label else 0.0
    return both if both >= MIN_IOU else 0.0


def _number(found: Detection) -> int:
    assert found.track is not None
    return found.track
