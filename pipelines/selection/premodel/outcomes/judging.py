"""How right a network is on one picture, and how sure it is of itself."""

from __future__ import annotations

from collections.abc import Sequence

from models.detection import Detection
from models.manifest import Task
from pipelines.live.truth import match

# Of a detector's threshold: what scores less is noise, what scores more may be an object.
_HINT = 0.4


def quality(found: Sequence[Detection], truth: Sequence[Detection], task: Task, top: int) -> float:
    """A fraction; *found* has the best first.

    A classifier is right (1) or wrong (0): whether the *top* best classes have the truth's. A
    detector has its F1 for the picture: 2 · hits / (findings + objects), a hit being a finding of
    the same label at an intersection over union of 0.5; 1 where it rightly finds nothing.
    """
    if task == "classify":
        right = {thing.label for thing in truth}
        return float(any(finding.label in right for finding in found[:top]))
    if not found and not truth:
        return 1.0
    return 2 * match(tuple(found), tuple(truth)) / (len(found) + len(truth))


def floor(threshold: float, task: Task) -> float:
    """The least score of a finding that tells how sure a network is, shown or not."""
    return _HINT * threshold if task == "detect" else 0.0


def certainty(found: Sequence[Detection], task: Task, top: int, threshold: float) -> float:
    """How right a network believes to be, a fraction that is yet to be calibrated.

    *found*: everything above the `floor`, the best first. A classifier: the scores of its *top*
    classes together. A detector: the F1 that it would have if its scores were probabilities, with
    what is shown, the findings from *threshold* on, against what there may be. Half an object more
    on both sides keeps an empty picture from 0/0: nothing seen at all is certain.
    """
    if task == "classify":
        return min(1.0, sum(finding.score for finding in found[:top]))
    shown = [finding.score for finding in found if finding.score >= threshold]
    objects = sum(finding.score for finding in found)
    return (2 * sum(shown) + 0.5) / (len(shown) + objects + 0.5)
