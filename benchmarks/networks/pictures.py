"""Sample detections, drawn: held-out renders through several detectors, and the conveyor."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace

import cv2
import numpy as np

from app.annotate import annotate
from benchmarks.networks.accuracy import load, scene
from models.detection import Box, Detection
from models.image import Image
from models.manifest import Network
from models.training.rendered import Renders
from models.training.samples import Sample
from pipelines.live.truth import match

_CELL, _GAP, _HEAD = 352, 6, 34
_LEAST = 3  # labels in a picture that is shown
_WHITE = (255, 255, 255)
_FONT = cv2.FONT_HERSHEY_SIMPLEX


def held_out_sheet(networks: Sequence[Network], pictures: int) -> Image:
    """The first held-out renders with enough labels, a row each; a column for each network.

    Findings above the network's own threshold have their box and score, labels that are missed or
    taken for another a thin white frame.
    """
    samples = _samples(pictures, networks[0].manifest.input.height)
    columns = [_column(network, samples) for network in networks]
    return np.hstack([part for column in columns for part in (column, _gap(column))][:-1])


def conveyor_picture(network: Network, width: int) -> Image:
    """What *network* finds in one picture of the rendered scene."""
    image = np.empty((720, 1280, 3), np.uint8)
    truth = scene(1).render(7.0, image)
    with closing(load(network)) as predictor:
        findings = predictor.predict(image).detections
    drawn = _drawn(image, findings, truth)
    size = (width, round(width * 720 / 1280))
    return np.asarray(cv2.resize(drawn, size, interpolation=cv2.INTER_AREA), np.uint8)


def _samples(count: int, side: int) -> list[Sample]:
    found: list[Sample] = []
    source = Renders("held-out", 10 * count, side)
    for index in range(len(source)):
        sample = source(index)
        if len(sample.classes) >= _LEAST and len(found) < count:
            found.append(sample)
    return found


def _column(network: Network, samples: Sequence[Sample]) -> Image:
    head = np.full((_HEAD, _CELL, 3), 255, np.uint8)
    cv2.putText(head, network.name, (4, 23), _FONT, 0.6, (0, 0, 0), 1, cv2.LINE_AA)
    cells = [head]
    with closing(load(network)) as predictor:
        for sample in samples:
            scale = _CELL / sample.image.shape[1]
            findings = predictor.predict(sample.image).detections
            truth = tuple(
                Detection(network.labels[label], 1.0, Box(*box))
                for box, label in zip(sample.boxes.tolist(), sample.classes.tolist(), strict=True)
            )
            large = cv2.resize(sample.image, (_CELL, _CELL), interpolation=cv2.INTER_CUBIC)
            image = np.asarray(large, np.uint8)
            cells += [_drawn(image, _enlarged(findings, scale), _enlarged(truth, scale))]
            cells += [np.full((_GAP, _CELL, 3), 255, np.uint8)]
    return np.vstack(cells[:-1])


def _gap(column: Image) -> Image:
    return np.full((len(column), _GAP, 3), 255, np.uint8)


def _drawn(image: Image, findings: Sequence[Detection], truth: Sequence[Detection]) -> Image:
    drawn = annotate(image, findings)
    for label in truth:
        if label.box and not match(tuple(findings), (label,)):
            left, top, right, bottom = (round(edge) for edge in label.box)
            cv2.rectangle(drawn, (left, top), (right, bottom), (0, 0, 0), 3)
            cv2.rectangle(drawn, (left, top), (right, bottom), _WHITE, 1)
    return drawn


def _enlarged(found: Sequence[Detection], scale: float) -> tuple[Detection, ...]:
    return tuple(
        replace(one, box=Box(*(edge * scale for edge in one.box))) for one in found if one.box
    )
