"""The whole way from samples to packs, in small: it must reach what is stated here."""

from __future__ import annotations

import logging
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import onnx
import pytest

from models.engines import EngineOptions, engines_for
from models.evaluation import average_precision
from models.predictor import load_predictor
from models.store import Store
from models.training.data import Sizes
from models.training.packing import pack
from models.training.quantising import quantised_pack
from models.training.recipe import Recipe, cook
from models.training.samples import cached
from models.training.session import Course, plan_of, train
from tests.models.training.shapes import LABELS, shapes

ROOT = Path(__file__).parents[3]
DETECTORS = ("tiny-yolo", "squeezenet-ssd")


@pytest.fixture(scope="module", params=DETECTORS)
def cooked(request, tmp_path_factory):
    """A detector of shapes, trained for seconds, and its 8-bit version, in a folder of packs."""
    work = tmp_path_factory.mktemp("work")
    course = Course(request.param, shapes(), 128, work)
    module = train(course, plan_of(course.family, steps=120), work / "run")
    tests = cached(course.data.test, work)
    network = pack(module, course, tests, "shapes", work / "packs" / "shapes")
    small = quantised_pack(
        network, cached(course.data.train, work), tests, "shapes", work / "packs" / "shapes-int8"
    )
    return network, small, tests, work


def test_a_detector_learns_shapes(cooked):
    network, _, _, work = cooked
    ap50, ap = network.manifest.accuracy
    assert (ap50.metric, ap50.origin, ap50.images) == ("AP50", "measured", 96)
    assert ap50.value > 0.7
    assert ap50.value > ap.value > 0
    store = Store(work / "none", bundled=work / "packs")
    assert store.get("shapes") == network
    network.verify()


def test_every_engine_reads_what_was_trained(cooked):
    network, _, tests, _ = cooked
    for engine in engines_for(network):
        predictor = load_predictor(network, engine, EngineOptions(device="cpu"), 0.02)
        found = average_precision(predictor, tests, LABELS)
        assert found.ap50 == pytest.approx(network.manifest.accuracy[0].value, abs=0.005), engine


def test_the_boxes_sit_in_a_frame_of_another_shape(cooked):
    network, _, tests, _ = cooked
    predictor = load_predictor(network, "onnxruntime", EngineOptions(device="cpu"), 0.02)
    sample = max(
        (tests[n] for n in range(20)), key=lambda s: (s.boxes[:, 2:] - s.boxes[:, :2]).max()
    )
    wide = np.full((128, 384, 3), 114, np.uint8)
    wide[:, 200:328] = sample.image
    wide = np.repeat(np.repeat(wide, 3, 0), 3, 1)
    found = predictor.predict(wide).detections[0].box
    overlaps = [
        _iou(np.array(found), (box + np.array([200, 0, 200, 0])) * 3) for box in sample.boxes
    ]
    assert max(overlaps) > 0.5


def test_the_8_bit_version_is_smaller_and_loses_a_point_at_most(cooked):
    network, small, _, _ = cooked
    assert small is not None
    assert small.name == "shapes-int8"
    assert small.manifest.parent == "shapes"
    assert small.manifest.precision == "int8"
    assert small.path.stat().st_size < network.path.stat().st_size / 2
    assert small.manifest.accuracy[0].value >= network.manifest.accuracy[0].value - 0.01
    kinds = [node.op_type for node in onnx.load(small.path).graph.node]
    after = kinds[len(kinds) - kinds[::-1].index("Conv") :]
    assert "Exp" in after, "the boxes are decoded behind the last convolution"


def test_an_8_bit_version_that_does_not_pay_leaves_none(cooked, tmp_path, monkeypatch, caplog):
    network, small, tests, work = cooked
    folder = shutil.copytree(small.path.parent, tmp_path / "shapes-int8")
    monkeypatch.setattr("models.training.quantising.MOST_LOST", -1.0)
    samples = cached(Course("tiny-yolo", shapes(), 128, work).data.train, work)
    assert quantised_pack(network, samples, tests, "shapes", folder) is None
    assert "shapes-int8: is not kept: it loses" in caplog.text
    assert list(tmp_path.iterdir()) == []


def test_cooking_a_classifier_from_rendered_crops(tmp_path, caplog):
    caplog.set_level(logging.INFO)
    # Too little to learn twelve labels from; that networks learn is shown with shapes above.
    recipe = Recipe(tmp_path / "work", tmp_path / "packs", steps=8, sizes=Sizes(256, 32, 48))
    cook("nin", recipe)
    network = Store(tmp_path / "none", bundled=recipe.packs).get("nin-labels")
    (accuracy,) = network.manifest.accuracy
    assert (accuracy.metric, accuracy.images) == ("top1", 48)
    assert "48 rendered crops" in accuracy.dataset
    before = network.path.stat().st_mtime_ns
    cook("nin", recipe)
    assert "nin: is done" in caplog.text
    assert network.path.stat().st_mtime_ns == before


def test_killed_in_every_stage_it_goes_on(tmp_path):
    script = (
        "import sys; from pathlib import Path\n"
        "from models.training.data import Sizes\n"
        "from models.training.recipe import Recipe, cook\n"
        "folder = Path(sys.argv[1])\n"
        "sizes = Sizes(512, 32, 32)\n"
        "cook('nin', Recipe(folder / 'work', folder / 'packs', steps=8, sizes=sizes))\n"
    )
    command = [sys.executable, "-c", script, str(tmp_path)]
    stages = ("**/shard-*", "**/checkpoint.pt", "packs/*/.*.onnx", "packs/nin-labels/*.toml")
    for sign in stages:
        process = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE)
        while process.poll() is None and not any(tmp_path.glob(sign)):
            time.sleep(0.005)
        process.kill()
        _, error = process.communicate()
        assert process.returncode == -signal.SIGKILL, f"{sign}: {error.decode()}"
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    for network in Store(tmp_path / "none", bundled=tmp_path / "packs").networks():
        network.verify()
        assert [entry.name for entry in network.path.parent.glob(".*")] == []
    assert (tmp_path / "packs" / "nin-labels").is_dir()


def _iou(a: np.ndarray, b: np.ndarray) -> float:
    size = np.minimum(a[2:], b[2:]) - np.maximum(a[:2], b[:2])
    shared = float(np.clip(size, 0, None).prod())
    return shared / float((a[2:] - a[:2]).prod() + (b[2:] - b[:2]).prod() - shared)
