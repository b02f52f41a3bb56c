"""How well the network finds what a source knows to be there: the rendered scene's truth."""

from __future__ import annotations

import threading
from dataclasses import dataclass

from models.detection import Detection, overlap
from pipelines.live.frame import Inference

# A finding counts for an object that it overlaps by this intersection over union, as in AP50.
MIN_IOU = 0.5


@dataclass(frozen=True, slots=True)
class Found:
    """Counts over the processed frames whose truth is known.

    *objects*: those there were; *found*: those that a finding of the same label lies on;
    *extra*: findings that lie on none.
    """

    objects: int
    found: int
    extra: int

    @property
    def recall(self) -> float | None:
        """The share of the objects that were found; None without any."""
        return self.found / self.objects if self.objects else None


class TruthMeter:
    """Written by the worker (`record`), read by anyone."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: Found | None = None

    def record(self, inference: Inference) -> None:
        """Compare one frame's findings with its truth, if it has one."""
        truth = inference.frame.truth
        if truth is None or inference.candidate is None:
            return
        hits = match(inference.detections, truth)
        with self._lock:
            before = self._counts or Found(0, 0, 0)
            self._counts = Found(
                before.objects + len(truth),
                before.found + hits,
                before.extra + len(inference.detections) - hits,
            )

    def found(self) -> Found | None:
        """Over the whole run; None for a source that knows no truth."""
        with self._lock:
            return self._counts


def match(findings: tuple[Detection, ...], truth: tuple[Detection, ...]) -> int:
    """How many objects of *truth* are found, each by one finding, the surest first."""
    left = list(truth)
    for finding in sorted(findings, key=lambda finding: -finding.score):
        overlaps = [
            (overlap(finding.box, there.box), index)
            for index, there in enumerate(left)
            if there.label == finding.label
        ]
        best, index = max(overlaps, default=(0.0, 0))
        if best >= MIN_IOU:
            del left[index]
    return len(truth) - len(left)
