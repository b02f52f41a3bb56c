"""The printable sheet before a camera: painted by another program, photographed by other code.

Nothing here shares code with what draws the labels. The document's PDF is painted by PDFium, which
also tells which name stands under which label; the paper is held before real photographs, seen from
aslant, unevenly lit, out of focus and noisy. The network that the application takes by itself has
to find at least ten of the twelve labels at its own threshold.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
import pytest

from app.config import CameraConfig
from app.networks import wanted
from models.engines import EngineOptions
from models.image import Image
from models.predictor import Predictor, load_predictor
from models.store import Store

PDF = Path(__file__).parents[2] / "docs" / "labels.pdf"
SCALE = 3.0  # pixels of the painted page for a printer's point
WIDTH, HEIGHT = 1280, 720
ENOUGH = 10

Points = np.ndarray  # (4, 2): the corners of a square, clockwise from the left upper one


class Sheet(NamedTuple):
    """The page, (h, w, 3), and where on it each label is."""

    image: Image
    labels: dict[str, Points]


@pytest.fixture(scope="module")
def sheet(predictor: Predictor) -> Sheet:
    pdfium = pytest.importorskip("pypdfium2", reason="pypdfium2, which paints the PDF, is missing")
    with closing(pdfium.PdfDocument(PDF)) as document:
        page = document[0]
        image = np.ascontiguousarray(page.render(scale=SCALE).to_numpy()[..., :3])
        text = page.get_textpage()
        labels = {}
        for name in predictor.network.labels:
            first, _ = text.search(name).get_next()
            left, _, _, top = text.get_charbox(first)
            labels[name] = frame_above(image, left * SCALE, len(image) - top * SCALE)
        text.close()
        page.close()
    return Sheet(image, labels)


def frame_above(image: Image, left: float, bottom: float) -> Points:
    """The corners of the square frame that a name at that place stands under."""
    side = 54 / 25.4 * 72 * SCALE
    _, _, stats, _ = cv2.connectedComponentsWithStats(np.asarray(image[..., 0] < 128, np.uint8))
    for x, y, width, height, _ in stats[1:]:
        beside, above = abs(x - left), bottom - (y + height)
        if abs(width - side) < 5 and beside < 20 and 0 < above < side / 3:
            return np.array([(x, y), (x + width, y), (x + width, y + height), (x, y + height)])
    raise AssertionError("there is no frame above the name")


@pytest.fixture(scope="module")
def photos(real: Path) -> list[Image]:
    paths = sorted((real / "coco" / "images").glob("*.jpg"))[:24]
    if len(paths) < 24:
        pytest.skip(f"{real} has too few photographs")
    return [background(cv2.imread(str(path))) for path in paths]


def background(photo: Image) -> Image:
    """The photograph as a camera's picture: scaled to cover it, and cut."""
    factor = max(WIDTH / photo.shape[1], HEIGHT / photo.shape[0])
    large = cv2.resize(photo, None, fx=factor, fy=factor, interpolation=cv2.INTER_CUBIC)
    return large[:HEIGHT, :WIDTH]


@pytest.fixture(scope="module")
def predictor() -> Iterator[Predictor]:
    network, *_ = wanted(CameraConfig(source="camera:0"), Store(Path("/nowhere")))
    with closing(load_predictor(network, "onnxruntime", EngineOptions(device="cpu"))) as loaded:
        yield loaded


def hold(
    rng: np.random.Generator, paper: Image, photo: Image, height: float
) -> tuple[Image, np.ndarray]:
    """The paper before the photograph, *height* pixels high; and where in the picture it is."""
    size = np.array((paper.shape[1], paper.shape[0]))
    square = np.array([(0, 0), (1, 0), (1, 1), (0, 1)])
    seen = (square - 0.5) * size / size[1] * height
    seen = seen * rng.uniform((0.85, 0.9), (1, 1)) + rng.normal(0, 0.02 * height, (4, 2))
    angle = np.radians(rng.uniform(-12, 12))
    seen = seen @ [(np.cos(angle), np.sin(angle)), (-np.sin(angle), np.cos(angle))]
    low, high = seen.min(0), seen.max(0)
    seen += rng.uniform(-low, np.maximum(-low + 1, (WIDTH, HEIGHT) - high))
    onto = cv2.getPerspectiveTransform((square * size).astype(np.float32), seen.astype(np.float32))
    # Twice as large, then averaged: a camera's pixel sees an area of the paper.
    fine = np.diag((2.0, 2.0, 1.0)) @ onto
    whole = (2 * WIDTH, 2 * HEIGHT)
    flat = cv2.warpPerspective(paper, fine, whole)
    cover = cv2.warpPerspective(np.ones(paper.shape[:2], np.float32), fine, whole)
    flat, cover = (
        cv2.resize(layer, (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA).astype(np.float32)
        for layer in (flat, cover)
    )
    # Grey toner on paper that is not quite white, and light that falls off to one side.
    toned = 25 + flat * (225 / 255) * rng.uniform(0.92, 1.0, 3)
    across = np.linspace(-1, 1, WIDTH) * rng.uniform(-1, 1)
    down = np.linspace(-1, 1, HEIGHT)[:, None] * rng.uniform(-1, 1)
    light = rng.uniform(0.55, 1.0) * (1 + 0.25 * (across + down))
    picture = photo * (1 - cover[..., None]) + toned * (light * cover)[..., None]
    picture = cv2.GaussianBlur(picture, (0, 0), rng.uniform(0.6, 1.8))
    picture += rng.normal(0, rng.uniform(2, 6), picture.shape)
    taken = np.clip(picture, 0, 255).astype(np.uint8)
    jpeg = cv2.imencode(".jpg", taken, (cv2.IMWRITE_JPEG_QUALITY, 80))[1]
    return cv2.imdecode(jpeg, cv2.IMREAD_COLOR), onto


def finds(predictor: Predictor, image: Image, label: str, corners: np.ndarray) -> bool:
    """Whether a finding of that label overlaps the rectangle about *corners* by half (IoU)."""
    low, high = corners.min(0), corners.max(0)
    for found in predictor.predict(image).detections:
        near, far = np.array(found.box[:2]), np.array(found.box[2:])
        shared = np.clip(np.minimum(high, far) - np.maximum(low, near), 0, None).prod()
        if found.label == label and shared * 2 > (far - near).prod() + (high - low).prod() - shared:
            return True
    return False


def seen_at(onto: np.ndarray, points: Points) -> np.ndarray:
    return cv2.perspectiveTransform(points[None].astype(np.float64), onto)[0]


def test_twelve_labels_are_on_the_sheet(sheet: Sheet) -> None:
    assert len({tuple(corners.ravel()) for corners in sheet.labels.values()}) == 12


@pytest.mark.parametrize("number", range(4))
def test_ten_labels_of_the_whole_sheet_are_found(
    number: int, sheet: Sheet, photos: list[Image], predictor: Predictor
) -> None:
    rng = np.random.default_rng(number)
    image, onto = hold(rng, sheet.image, photos[number], rng.uniform(620, 700))
    missed = [
        label
        for label, corners in sheet.labels.items()
        if not finds(predictor, image, label, seen_at(onto, corners))
    ]
    assert len(sheet.labels) - len(missed) >= ENOUGH, f"missed: {', '.join(missed)}"


@pytest.mark.parametrize("height", [120, 400])
def test_ten_labels_that_were_cut_out_are_found(
    height: int, sheet: Sheet, photos: list[Image], predictor: Predictor
) -> None:
    missed = []
    for number, (label, corners) in enumerate(sheet.labels.items()):
        margin = round(5 / 25.4 * 72 * SCALE)
        low, high = corners.min(0) - margin, corners.max(0) + margin
        # Without the name below, which would be cut in half.
        card = sheet.image[low[1] : high[1] - margin // 2, low[0] : high[0]]
        rng = np.random.default_rng([height, number])
        image, onto = hold(rng, card, photos[-1 - number], height)
        if not finds(predictor, image, label, seen_at(onto, corners - low)):
            missed.append(label)
    assert len(sheet.labels) - len(missed) >= ENOUGH, f"missed: {', '.join(missed)}"
