"""How right a network is on images whose truth is known, as the application would run it."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from models.detection import Detection
from models.image import Image

_NEAR_BEST = 0.995
_MOSTLY_RIGHT = 2 / 3
# Below this no detection changes the average precision by what can be seen.
LEAST_SCORE = 0.02


class Truth(Protocol):
    """An image with its boxes, (n, 4) left top right bottom in pixels, and their classes."""

    @property
    def image(self) -> Image: ...
    @property
    def boxes(self) -> npt.NDArray[np.float32]: ...
    @property
    def classes(self) -> npt.NDArray[np.intp]: ...


class Predicts(Protocol):
    """What is evaluated: a `Predictor`, with a threshold of LEAST_SCORE for a detector."""

    def predict(self, image: Image) -> Any: ...


class Precision(NamedTuple):
    """COCO's average precision, fractions: at IoU 0.5, and the mean over 0.50 … 0.95.

    *threshold*: the score above which precision and recall, at IoU 0.5, balance best (F1).
    """

    ap50: float
    ap: float
    threshold: float | None = None


def average_precision(
    predictor: Predicts, truths: Iterable[Truth], labels: Sequence[str]
) -> Precision:
    """COCO's metrics by pycocotools, over the classes that the truths have. 0 if they have none."""
    from pycocotools.coco import COCO
    from pycocotools.cocoeval import COCOeval

    images: list[dict[str, Any]] = []
    annotations: list[dict[str, Any]] = []
    found: list[dict[str, Any]] = []
    for number, truth in enumerate(truths, 1):
        height, width = truth.image.shape[:2]
        images.append({"id": number, "width": width, "height": height})
        for box, index in zip(truth.boxes.tolist(), truth.classes.tolist(), strict=True):
            annotation = _annotation(number, index, box)
            annotation |= {"id": len(annotations) + 1, "iscrowd": 0}
            annotations.append(annotation | {"area": annotation["bbox"][2] * annotation["bbox"][3]})
        for detection in predictor.predict(truth.image).detections:
            index = labels.index(detection.label)
            found.append(_annotation(number, index, detection.box) | {"score": detection.score})
    if not annotations or not found:
        return Precision(0.0, 0.0)
    with contextlib.redirect_stdout(io.StringIO()):
        coco = COCO()
        coco.dataset = {
            "images": images,
            "annotations": annotations,
            "categories": [{"id": n, "name": label} for n, label in enumerate(labels)],
            "info": {},
        }
        coco.createIndex()
        evaluation = COCOeval(coco, coco.loadRes(found), "bbox")
        evaluation.evaluate()
        evaluation.accumulate()
        evaluation.summarize()
    threshold = _threshold(evaluation.evalImgs, evaluation.params.areaRng[0], len(annotations))
    return Precision(float(evaluation.stats[1]), float(evaluation.stats[0]), threshold)


def top1(predictor: Predicts, truths: Iterable[Truth], labels: Sequence[str]) -> float:
    """The fraction of images whose best class is the truth's first."""
    right, count = 0, 0
    for truth in truths:
        detections: Sequence[Detection] = predictor.predict(truth.image).detections
        right += bool(detections) and detections[0].label == labels[int(truth.classes[0])]
        count += 1
    return right / max(1, count)


def _threshold(images: Sequence[Any], area: Sequence[float], boxes: int) -> float:
    """The lowest threshold of the near-best F1, of those above which most that is found is right.

    F1 is flat around its top: what is missed weighs more there than what is found twice. *images*
    are COCOeval's, for each class and picture; of those for *area*, the first IoU (0.5) counts.
    *boxes* is the number of true ones.
    """
    known = [each for each in images if each is not None and each["aRng"] == area]
    scores = np.concatenate([each["dtScores"] for each in known])
    right = np.concatenate([each["dtMatches"][0] > 0 for each in known])
    steps = np.arange(5, 96) / 100
    found = np.array([(scores >= step).sum() for step in steps])
    hits = np.array([(right & (scores >= step)).sum() for step in steps])
    precision = hits / np.maximum(found, 1)
    f1 = 2 * hits / (found + boxes)
    allowed = precision >= min(_MOSTLY_RIGHT, precision.max())
    f1 = np.where(allowed, f1, 0)
    return float(steps[(f1 >= _NEAR_BEST * f1.max()).argmax()])


def _annotation(image: int, category: int, box: Sequence[float]) -> dict[str, Any]:
    left, top, right, bottom = box
    return {
        "image_id": image,
        "category_id": category,
        "bbox": [left, top, right - left, bottom - top],
    }
