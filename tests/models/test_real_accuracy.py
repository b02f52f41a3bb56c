"""Every network on real images, with every engine that the cross-check trusts with it.

The expected figures were measured by others with the same images and other code; see the README of
the folder of real data. Within one point means that pre-processing, engine and decoder are right:
a wrong colour order, an offset of half a cell or boxes off by a few pixels cost more.
"""

from __future__ import annotations

import contextlib
import io
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

from models.crosscheck import compare
from models.engines import EngineOptions, precisions
from models.errors import MissingExtra
from models.manifest import Precision
from models.predictor import Predictor, load_predictor
from tests.real_networks import real_network

AP50 = {
    "yolox-nano": 50.9,
    "nanodet-m": 42.3,
    "fastestdet": 32.9,
    "yolo-fastest-1.1": 31.9,
    "ssd-mobilenet-v1": 38.6,
    "ssd-mobilenet-v1-int8": 37.6,
    # Not in the README: the figure that was measured here when this test was written. The TFLite
    # file gives only ten boxes for an image, and one class for a place.
    "nanodet-m-int8": 37.0,
    "ssd-mobilenet-v1-quant": 31.0,
}
TOP1 = {
    "squeezenet-v1.1": 61.0,
    "squeezenet-v1.0": 62.8,
    "mobilenet-v1-0.25-128": 49.8,
    "mobilenet-v1-0.25-128-int8": 50.0,
    "mobilenet-v1-0.5-160": 67.8,
    "mobilenet-v1-0.5-160-int8": 68.0,
    "mobilenet-v1-0.75-192": 77.4,
    "mobilenet-v1-0.75-192-int8": 78.0,
    "mobilenet-v2": 88.6,
    "mobilenet-v2-int8": 89.8,
    # The same weights again.
    "mobilenet-v1-0.25-128-quant": 50.0,
    "mobilenet-v1-0.5-160-quant": 68.0,
    "mobilenet-v1-0.75-192-quant": 78.0,
    "mobilenet-v2-quant": 89.8,
}
# Which engine, and in which precision, None for the network's own.
Run = tuple[str, str, Precision | None]


def runs(names: Iterable[str], quick: str) -> list[Run]:
    """Every ONNX network on two engines; *quick* and what was made of it on the others, too.

    What the others compute in float32 is equal but for rounding where the cross-check trusts them.
    """
    found: list[Run] = []
    for name in names:
        if name.endswith("-quant"):
            found.append((name, "litert", None))
            continue
        found += [(name, engine, None) for engine in ("onnxruntime", "opencv-dnn")]
        if name.removesuffix("-int8") == quick:
            found += [(name, engine, None) for engine in ("openvino", "ncnn")]
        if name == quick:
            found += [(name, engine, "bf16") for engine in ("openvino", "ncnn")]
    return found


@contextlib.contextmanager
def trusted(run: Run, real: Path, threshold: float) -> Iterator[Predictor]:
    """The network in the engine; skips where the cross-check refuses that."""
    name, engine, precision = run
    network = real_network(name, real)
    if precision not in (None, *precisions(network, engine)):
        pytest.skip(f"this processor does not compute in {precision}")
    try:
        refused = compare(network, [engine], precision).refused
    except MissingExtra as error:
        pytest.skip(str(error))
    if engine in refused:
        pytest.skip(refused[engine])
    options = EngineOptions(threads=2, precision=precision)
    predictor = load_predictor(network, engine, options, threshold)
    with contextlib.closing(predictor):
        yield predictor


@cache
def coco(real: Path) -> Any:
    with contextlib.redirect_stdout(io.StringIO()):
        return COCO(str(real / "coco" / "instances.json"))


def read(path: Path) -> Any:
    image = cv2.imread(str(path))
    assert image is not None
    return image


@cache
def photos(real: Path) -> dict[int, Any]:
    folder = real / "coco" / "images"
    return {entry["id"]: read(folder / entry["file_name"]) for entry in coco(real).imgs.values()}


@cache
def imagenet(real: Path) -> list[tuple[int, Any]]:
    wnids = [line.split()[0] for line in (real / "imagenet/classes.txt").read_text().splitlines()]
    return [
        (wnids.index(path.parent.name), read(path))
        for path in sorted((real / "imagenet").glob("*/*.jpg"))
    ]


def check(measured: float, expected: float, run: Run) -> None:
    name, engine, precision = run
    if engine == "onnxruntime" or not (precision or name.endswith("int8")):
        assert measured == pytest.approx(expected, abs=1.0)
    else:
        # Engines round in low precision differently, for better or worse.
        assert measured == pytest.approx(expected, abs=1.5)


@pytest.mark.parametrize("run", runs(AP50, "fastestdet"), ids=str)
def test_ap50_is_within_a_point(run: Run, real: Path) -> None:
    truth = coco(real)
    category = {entry["name"]: number for number, entry in truth.cats.items()}
    found = []
    with trusted(run, real, 0.02) as predictor:
        assert predictor.network.manifest.decoder.iou_threshold == 0.45
        assert predictor.network.manifest.decoder.limit == 100
        for number, photo in photos(real).items():
            for detection in predictor.predict(photo).detections:
                assert detection.box is not None
                left, top, right, bottom = detection.box
                found.append(
                    {
                        "image_id": number,
                        "category_id": category.get(detection.label, -1),
                        "bbox": [left, top, right - left, bottom - top],
                        "score": detection.score,
                    }
                )
    with contextlib.redirect_stdout(io.StringIO()):
        evaluation = COCOeval(truth, truth.loadRes(found), "bbox")
        evaluation.evaluate()
        evaluation.accumulate()
        evaluation.summarize()
    ap, ap50 = evaluation.stats[0] * 100, evaluation.stats[1] * 100
    print(f"{run}: AP50 {ap50:.1f}, AP {ap:.1f}")
    check(ap50, AP50[run[0]], run)


@pytest.mark.parametrize("run", runs(TOP1, "mobilenet-v1-0.25-128"), ids=str)
def test_top1_is_within_a_point(run: Run, real: Path) -> None:
    with trusted(run, real, 0.0) as predictor:
        labels = predictor.network.labels
        ranks = []
        for truth, photo in imagenet(real):
            found = [detection.label for detection in predictor.predict(photo).detections]
            ranks.append(found.index(labels[truth]) if labels[truth] in found else 5)
    top1, top5 = np.mean(np.array(ranks) == 0) * 100, np.mean(np.array(ranks) < 5) * 100
    print(f"{run}: top-1 {top1:.1f}, top-5 {top5:.1f}")
    check(float(top1), TOP1[run[0]], run)
