"""A network at work: the parts put together, and what is checked when it is loaded."""

from __future__ import annotations

import contextlib
import json
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from models.candidate import Candidate
from models.decoders import DECODERS, DecoderSpec
from models.detection import Box, Detection
from models.engines import EngineOptions
from models.errors import ManifestError, ModelFileError, UnknownName
from models.manifest import DecoderSection, Input, Manifest, Network, read_labels
from models.predictor import Predictor, load_predictor
from models.preprocess import Preprocessor
from models.toml import read_toml
from tests.real_networks import MANIFESTS, real_network
from tests.tiny_networks import boxes, colours, network

CLASSIFY = DecoderSection(name="classify")
SSD = DecoderSection(name="ssd", score_threshold=0.3)


@contextlib.contextmanager
def loaded(network: Network, *, threshold: float | None = None) -> Iterator[Predictor]:
    predictor = load_predictor(network, "onnxruntime", EngineOptions(), threshold)
    with contextlib.closing(predictor):
        yield predictor


def one_colour(blue: int, green: int, red: int, height: int = 30, width: int = 40) -> Any:
    return np.full((height, width, 3), (blue, green, red), np.uint8)


@pytest.mark.parametrize("engine", ["onnxruntime", "opencv-dnn"])
def test_classifies(engine: str, tmp_path: Path) -> None:
    tiny = network(colours(tmp_path / "n.onnx"), CLASSIFY)
    with contextlib.closing(load_predictor(tiny, engine, EngineOptions())) as predictor:
        (best,) = predictor.predict(one_colour(0, 0, 255)).detections
    # Soft-max of 0, 0, 1.
    assert best == Detection("red", pytest.approx(np.e / (np.e + 2), rel=1e-5), None)


def test_finds_boxes_in_pixels_of_the_image(tmp_path: Path) -> None:
    path = boxes(tmp_path / "n.onnx", [[0, 0.25, 0.5, 0.75], [0.5, -1, 2, 0.5]])
    with loaded(network(path, SSD)) as predictor:
        found = predictor.predict(one_colour(51, 204, 0, height=100, width=200)).detections
    assert [detection.label for detection in found] == ["green", "green"]
    assert [detection.score for detection in found] == [pytest.approx(0.8)] * 2
    # The second is clipped to the image.
    assert [detection.box for detection in found] == [
        pytest.approx(Box(50, 0, 150, 50)),
        pytest.approx(Box(0, 50, 100, 100)),
    ]


def test_drops_boxes_in_the_padding(tmp_path: Path) -> None:
    # A 8×4 image in 8×8: the lower half is padding.
    path = boxes(tmp_path / "n.onnx", [[0.1, 0, 0.4, 1], [0.6, 0, 0.9, 1]])
    spec = Input(width=8, height=8, fit="letterbox-topleft", std=(255, 255, 255), pad=0)
    with loaded(network(path, SSD, spec=spec)) as predictor:
        found = predictor.predict(one_colour(255, 0, 0, height=50, width=100)).detections
    assert [detection.box for detection in found] == [pytest.approx(Box(0, 10, 100, 40))]


def test_the_threshold_can_be_given(tmp_path: Path) -> None:
    tiny = network(boxes(tmp_path / "n.onnx", [[0, 0, 1, 1]]), SSD)
    image = one_colour(int(0.2 * 255), 0, 0)
    with loaded(tiny) as predictor:
        assert predictor.predict(image).detections == ()
    with loaded(tiny, threshold=0.1) as predictor:
        assert len(predictor.predict(image).detections) == 1
    with loaded(tiny, threshold=0.0) as predictor:
        assert len(predictor.predict(image).detections) >= 1


def test_says_what_was_put_together(tmp_path: Path) -> None:
    tiny = network(colours(tmp_path / "n.onnx"), CLASSIFY, precision="int8")
    options = EngineOptions(threads=2, spinning=True, device="cpu")
    with contextlib.closing(load_predictor(tiny, "onnxruntime", options)) as predictor:
        assert predictor.candidate == Candidate("tiny", "int8", "onnxruntime", "cpu", 2, True)
        assert predictor.device == "cpu"


def test_the_times_add_up(tmp_path: Path) -> None:
    with loaded(network(colours(tmp_path / "n.onnx"), CLASSIFY)) as predictor:
        timing = predictor.predict(one_colour(1, 2, 3)).timing
    assert timing.pre_ms > 0
    assert timing.infer_ms > 0
    assert timing.post_ms > 0


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        # One label too few.
        ({"labels": ("blue", "green")}, ManifestError, "2 labels, but the network has 3 classes"),
        # The network takes 8×8.
        (
            {"spec": Input(width=16, height=8)},
            ManifestError,
            "input of 1×3×8×16, but the network takes 1×3×8×8",
        ),
        (
            {"spec": Input(width=8, height=8, layout="nhwc")},
            ManifestError,
            "input of 1×8×8×3, but the network takes 1×3×8×8",
        ),
        # It is a classifier.
        ({"decoder": SSD}, ModelFileError, "'ssd' expects .* but the network gives 1×3×1×1"),
        # No such decoder, no such option.
        ({"decoder": DecoderSection(name="yolo9")}, UnknownName, "'yolo9'; did you mean 'yolo'"),
        (
            {"decoder": DecoderSection(name="classify", options={"softmx": True})},
            ManifestError,
            "'tiny': decoder.options: unknown key softmx; did you mean 'softmax'",
        ),
    ],
)
def test_a_manifest_that_does_not_fit_the_network(
    change: dict[str, Any], error: type[Exception], message: str, tmp_path: Path
) -> None:
    tiny = network(colours(tmp_path / "n.onnx"), **{"decoder": CLASSIFY, **change})
    with pytest.raises(error, match=message):
        load_predictor(tiny, "onnxruntime", EngineOptions())


def test_an_engine_that_does_not_exist(tmp_path: Path) -> None:
    tiny = network(colours(tmp_path / "n.onnx"), CLASSIFY)
    with pytest.raises(UnknownName, match="did you mean 'onnxruntime'"):
        load_predictor(tiny, "onnxruntim", EngineOptions())


def test_a_damaged_file(tmp_path: Path) -> None:
    tiny = network(colours(tmp_path / "n.onnx"), CLASSIFY)
    tiny.path.write_bytes(tiny.path.read_bytes()[:50])
    for engine in ("onnxruntime", "opencv-dnn"):
        with pytest.raises(ModelFileError, match="damaged"):
            load_predictor(tiny, engine, EngineOptions())


@pytest.mark.parametrize("name", sorted(MANIFESTS))
def test_every_manifest_has_a_decoder_that_takes_its_options(name: str) -> None:
    manifest = read_toml(MANIFESTS[name], Manifest, ManifestError)
    labels = read_labels(MANIFESTS[name], manifest)
    Preprocessor(manifest.input)
    DECODERS.load(manifest.decoder.name)(
        DecoderSpec(
            width=manifest.input.width,
            height=manifest.input.height,
            classes=len(labels),
            options=manifest.decoder.options,
        )
    )


def test_finds_the_person(real: Path) -> None:
    photo = cv2.imread(str(real / "coco/images/000000000036.jpg"))
    assert photo is not None
    with loaded(real_network("yolox-nano", real)) as predictor:
        found = {d.label: d for d in reversed(predictor.predict(photo).detections)}
    # She fills the picture's middle, from the umbrella's top to the lower edge.
    assert found["person"].score > 0.7
    assert found["person"].box == pytest.approx((167, 163, 479, 629), abs=20)


def test_frames_may_change_their_size(real: Path) -> None:
    with loaded(real_network("fastestdet", real)) as predictor:
        for height, width in ((480, 640), (1, 1), (720, 1280), (5000, 3), (480, 640)):
            for detection in predictor.predict(one_colour(9, 99, 199, height, width)).detections:
                assert detection.box is not None
                left, top, right, bottom = detection.box
                assert 0 <= left < right <= width
                assert 0 <= top < bottom <= height


@pytest.mark.parametrize("name", ["yolox-nano", "nanodet-m", "ssd-mobilenet-v1", "yunet"])
def test_nothing_large_is_allocated_per_frame(name: str, real: Path) -> None:
    photo = cv2.imread(str(real / "coco/images/000000000036.jpg"))
    assert photo is not None
    frame = np.ascontiguousarray(cv2.resize(photo, (1280, 720)), np.uint8)
    with loaded(real_network(name, real)) as predictor:
        predictor.predict(frame)
        tracemalloc.start()
        try:
            before, _ = tracemalloc.get_traced_memory()
            for _ in range(3):
                predictor.predict(frame)
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    # The input tensors alone have 1 to 5 MB, the outputs 0.2 to 1.6.
    assert peak - before < 150_000


def test_faces_are_found_where_persons_are(real: Path) -> None:
    truth = json.loads((real / "coco/instances.json").read_text())
    (person,) = (entry["id"] for entry in truth["categories"] if entry["name"] == "person")
    centres = inside = 0
    # Below it the network also finds unlabelled faces in crowds, and dogs'.
    with loaded(real_network("yunet", real), threshold=0.8) as predictor:
        for entry in truth["images"]:
            photo = cv2.imread(str(real / "coco/images" / entry["file_name"]))
            assert photo is not None
            persons = [
                note["bbox"]
                for note in truth["annotations"]
                if note["image_id"] == entry["id"] and note["category_id"] == person
            ]
            for face in predictor.predict(photo).detections:
                assert face.label == "face"
                assert face.box is not None
                x, y = (face.box.left + face.box.right) / 2, (face.box.top + face.box.bottom) / 2
                centres += 1
                inside += any(
                    left <= x <= left + width and top <= y <= top + height
                    for left, top, width, height in persons
                )
    assert centres > 40
    assert inside > 0.9 * centres
