"""Real engines on tiny networks whose answers are known."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import numpy as np
import pytest

from models.detection import Detection
from models.engines import EngineOptions
from models.errors import InputError
from models.image import Image
from pipelines.power import PowerOptions
from pipelines.power.modelled import Modelled
from pipelines.selection.premodel.outcomes.examples import Example
from pipelines.selection.premodel.outcomes.features import Describer
from pipelines.selection.premodel.outcomes.gathering import gather
from pipelines.selection.premodel.outcomes.runner import Answer, Runner, load_runners
from pipelines.selection.premodel.outcomes.table import Facts
from tests.pipelines.selection.premodel.networks import DULL, VIVID, large, plain, small

FACTS = Facts(
    networks=("small", "large"),
    hashes=("a", "b"),
    task="classify",
    data="colours",
    engine="onnxruntime",
    threads=1,
)


class Listed:
    """Examples that a test made itself; of each picture *truth* says what it shows, if anybody."""

    def __init__(self, pictures: list[Image], truth: str | None, length: int = 1) -> None:
        self._pictures = pictures
        self._truth = truth
        self._length = length

    def __len__(self) -> int:
        return len(self._pictures)

    def __iter__(self) -> Iterator[Example]:
        truth = None if self._truth is None else ((Detection(self._truth, 1.0),),) * 2
        for number, picture in enumerate(self._pictures):
            yield Example(picture, truth, number // self._length)

    def notes(self) -> tuple[str, ...]:
        return ("one was left out",)


@pytest.fixture
def runners(tmp_path: Path) -> Iterator[tuple[Runner, ...]]:
    found = load_runners([small(tmp_path), large(tmp_path)], "onnxruntime", EngineOptions())
    yield found
    for runner in found:
        runner.close()


def test_every_network_runs_on_every_picture(runners):
    pictures = [plain("red", VIVID if n % 2 else DULL, n) for n in range(24)]
    done: list[tuple[int, int]] = []
    found = gather(runners, Listed(pictures, "red"), FACTS, advance=lambda *each: done.append(each))
    assert found.quality.tolist() == [[1, 0]] * 24  # what the large one calls red is green
    level = np.array([image[..., 2].mean() / 255 for image in pictures])
    assert found.certainty == pytest.approx(np.stack([level, level], axis=1), abs=0.01)
    assert found.times.shape == (24, 2)
    assert (found.times > 0).all()
    assert found.seconds[0] < found.seconds[1]
    assert found.feature_seconds > 0
    assert found.features == pytest.approx(np.stack([Describer()(image) for image in pictures]))
    assert found.facts.notes == ("one was left out",)
    assert found.facts.power is None
    assert done == [(n, 24) for n in range(1, 25)]


def test_they_take_turns_at_being_first(runners):
    order: list[str] = []

    class Recorded:
        def __init__(self, runner: Runner) -> None:
            self._runner = runner

        def run(self, image: Image) -> Answer:
            order.append(self._runner.network.name)
            return self._runner.run(image)

    gather([Recorded(each) for each in runners], Listed([plain("red", VIVID)] * 20, "red"), FACTS)
    assert order[:4] in (
        ["small", "large", "large", "small"],
        ["large", "small", "small", "large"],
    )


def test_a_class_may_count_among_the_best_two(tmp_path):
    pair = [small(tmp_path), large(tmp_path)]
    best_two = load_runners(pair, "onnxruntime", EngineOptions(), top=2)
    image = np.full((32, 32, 3), (90, 10, 60), np.uint8)  # blue, then red
    facts = msgspec.structs.replace(FACTS, top=2)
    found = gather(best_two, Listed([image] * 20, "red"), facts)
    for runner in best_two:
        runner.close()
    assert found.quality[:, 0].all()
    assert found.certainty[0, 0] == pytest.approx(150 / 255, abs=0.01)


@pytest.mark.parametrize("teacher", [0, 1])
def test_where_nobody_knows_the_teacher_does(runners, teacher):
    found = gather(runners, Listed([plain("blue", VIVID)] * 20, None), FACTS, teacher=teacher)
    assert found.quality[:, teacher].all()
    assert not found.quality[:, 1 - teacher].any()


def test_the_mean_power_is_noted(runners, monkeypatch):
    monkeypatch.setattr("pipelines.selection.premodel.outcomes.gathering._POWER_S", 0.02)
    pictures = [plain("red", VIVID)] * 200
    found = gather(runners, Listed(pictures, "red"), FACTS, power=Modelled(PowerOptions()))
    assert found.facts.power is not None
    assert found.facts.power.kind == "modelled"
    assert 2.7 <= found.facts.power.watts < 100


@pytest.mark.parametrize(("count", "length"), [(0, 1), (19, 1), (60, 25)])
def test_too_few_pictures_are_refused(runners, count, length):
    examples = Listed([plain("red", VIVID)] * count, "red", length)
    with pytest.raises(InputError, match=f"colours: {count} of them can be used, which are too"):
        gather(runners, examples, FACTS)


def test_where_one_network_fails_none_is_left_open(tmp_path, monkeypatch):
    closed: list[str] = []
    close = "models.predictor.Predictor.close"
    monkeypatch.setattr(close, lambda predictor: closed.append(predictor.network.name))
    good, bad = small(tmp_path), large(tmp_path)
    bad.path.write_bytes(b"no network")
    with pytest.raises(InputError):
        load_runners([good, bad], "onnxruntime", EngineOptions())
    assert closed == ["small"]
