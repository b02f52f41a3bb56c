"""Numbers for things: which finding of this result is which of the last one.

In the manner of ByteTrack (Zhang et al., "ByteTrack: Multi-Object Tracking by Associating Every
Detection Box", ECCV 2022): the sure findings are assigned to what is expected, then the unsure ones
to what is left, which they may continue and never begin. Differently from it, time is counted in
seconds, and a thing keeps its label: findings of another one do not belong to it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from models.detection import Box, Detection, overlap
from pipelines.tracking.assignment import Floats, assign
from pipelines.tracking.kalman import BoxFilter

# As in ByteTrack: from which score on a finding is sure; the least overlap with what is expected
# (intersection over union, for sure ones times the score) for known, unsure and second sights.
SURE = 0.5
_LEAST_KNOWN, _LEAST_UNSURE, _LEAST_SECOND = 0.2, 0.5, 0.3
# From this overlap on, a further finding of the label is the same thing found twice and begins no
# track: networks leave such pairs where their non-maximum suppression is lenient.
_TWICE = 0.3
# For so long a thing may be unseen: 30 frames at 30 frames a second. One result without it is at
# most half of that, however long the network takes.
_KEPT_S = 1.0
# After so long without any picture nobody knows what is what.
_GAP_S = 10.0


@dataclass(frozen=True, slots=True)
class Tracked:
    """*detections*: as they came, with their tracks' numbers. *ended*: numbers of tracks now over.

    A thing has a number from its second sight on.
    """

    detections: tuple[Detection, ...]
    ended: tuple[int, ...] = ()


@dataclass(slots=True)
class _Track:
    label: str
    number: int | None = None
    unseen_s: float = 0.0


@dataclass(frozen=True, slots=True)
class _Finding:
    """A detection with a box, and its place among all detections."""

    label: str
    score: float
    box: Box
    place: int


class Tracker:
    """Used by one thread. Numbers count from 1 and are never given twice.

    It knows labels, not networks: when the network is changed, things go on under their numbers
    where the labels are the same.
    """

    def __init__(self) -> None:
        self._filter = BoxFilter()
        self._tracks: list[_Track] = []  # in the order of the filter's rows
        self._last_number = 0
        self._at_s = 0.0
        self._looked_s = 0.0

    def update(self, detections: Sequence[Detection], now_s: float) -> Tracked:
        """What was found in the picture of *now_s*, in seconds on a clock that never goes back.

        The order of *detections* makes no difference. Those without a box pass as they are.
        """
        elapsed_s, unseen_s = now_s - self._at_s, now_s - self._looked_s
        self._at_s = self._looked_s = now_s
        ended = self._keep(()) if elapsed_s > _GAP_S else ()
        findings = _in_order(detections)
        if not findings and not self._tracks:
            return Tracked(tuple(detections), ended)
        self._filter.predict(elapsed_s)
        pairs = self._assign(findings)
        self._filter.correct(list(pairs), [finding.box for finding in pairs.values()])
        numbers = dict(self._see(pairs))
        ended += self._miss(pairs, min(unseen_s, _KEPT_S / 2))
        self._begin(findings, list(pairs.values()))
        return Tracked(
            tuple(
                replace(detection, track=numbers[place]) if place in numbers else detection
                for place, detection in enumerate(detections)
            ),
            ended,
        )

    def rest(self, now_s: float) -> None:
        """The picture of *now_s* is the last one again: nothing has moved, come or gone."""
        self._at_s = now_s
        self._filter.rest()

    def _assign(self, findings: Sequence[_Finding]) -> dict[int, _Finding]:
        """The finding of every row that has one."""
        if not self._tracks or not findings:
            return {}
        overlaps = self._overlaps(findings)
        scores = np.array([finding.score for finding in findings])
        sure = [n for n, finding in enumerate(findings) if finding.score >= SURE]
        unsure = [n for n, finding in enumerate(findings) if finding.score < SURE]
        known = [row for row, track in enumerate(self._tracks) if track.number is not None]
        new = [row for row, track in enumerate(self._tracks) if track.number is None]
        chosen = _pairs(overlaps * scores, known, sure, _LEAST_KNOWN)
        # What was unseen already must not be taken up again by what is hardly seen.
        seen = [row for row in known if row not in chosen and not self._tracks[row].unseen_s]
        chosen |= _pairs(overlaps, seen, unsure, _LEAST_UNSURE)
        left = [n for n in sure if n not in chosen.values()]
        chosen |= _pairs(overlaps * scores, new, left, _LEAST_SECOND)
        return {row: findings[n] for row, n in chosen.items()}

    def _overlaps(self, findings: Sequence[_Finding]) -> Floats:
        """Intersection over union, rows × findings; 0 where the labels differ."""
        expected = self._filter.boxes[:, None]
        found = np.array([finding.box for finding in findings])[None]
        low = np.maximum(expected[..., :2], found[..., :2])
        high = np.minimum(expected[..., 2:], found[..., 2:])
        both = np.maximum(high - low, 0).prod(-1)
        areas = [(boxes[..., 2:] - boxes[..., :2]).prod(-1) for boxes in (expected, found)]
        labels = np.array([finding.label for finding in findings])
        same = np.array([track.label for track in self._tracks])[:, None] == labels
        overlaps: Floats = same * both / (areas[0] + areas[1] - both)
        return overlaps

    def _see(self, pairs: dict[int, _Finding]) -> Iterable[tuple[int, int]]:
        """The place of every finding and the number of its track, from the second sight on."""
        for row, finding in sorted(pairs.items()):
            track = self._tracks[row]
            track.unseen_s = 0.0
            if track.number is None:
                self._last_number += 1
                track.number = self._last_number
            yield finding.place, track.number

    def _miss(self, pairs: dict[int, _Finding], elapsed_s: float) -> tuple[int, ...]:
        """Tracks without a finding, which end after a while; those seen once end at once."""
        kept = []
        for row, track in enumerate(self._tracks):
            if row not in pairs:
                track.unseen_s += elapsed_s
            if row in pairs or (track.number is not None and track.unseen_s < _KEPT_S):
                kept.append(row)
        return self._keep(kept)

    def _keep(self, rows: Sequence[int]) -> tuple[int, ...]:
        """Only these *rows*; returns the numbers of the others."""
        if len(rows) == len(self._tracks):
            return ()
        kept = set(rows)
        gone = [track for row, track in enumerate(self._tracks) if row not in kept]
        self._tracks = [self._tracks[row] for row in rows]
        self._filter.keep(rows)
        return tuple(track.number for track in gone if track.number is not None)

    def _begin(self, findings: Iterable[_Finding], taken: list[_Finding]) -> None:
        """Tracks for what is new among *findings*; those *taken* have one."""
        new = []
        for finding in findings:
            twice = any(
                finding.label == other.label and overlap(finding.box, other.box) >= _TWICE
                for other in taken
            )
            if finding.score >= SURE and not twice:
                new.append(finding)
                taken.append(finding)
        if new:
            self._tracks += [_Track(finding.label) for finding in new]
            self._filter.add([finding.box for finding in new])


def _in_order(detections: Sequence[Detection]) -> list[_Finding]:
    """Those with a box, the surest first: an order that does not depend on theirs."""
    findings = [
        _Finding(each.label, each.score, each.box, place)
        for place, each in enumerate(detections)
        if each.box is not None
        and each.box.left < each.box.right
        and each.box.top < each.box.bottom
    ]
    return sorted(findings, key=lambda each: (-each.score, each.label, each.box))


def _pairs(gain: Floats, rows: list[int], columns: list[int], least: float) -> dict[int, int]:
    if not rows or not columns:
        return {}
    pairs = assign(gain[np.ix_(rows, columns)], least)
    return {rows[row]: columns[column] for row, column in pairs}
