from __future__ import annotations

from pathlib import Path

import pytest

from models.errors import InputError
from pipelines.selection.premodel.deploy import encode, read_deployment, train
from pipelines.selection.premodel.strategies.confidence import Cascade
from pipelines.selection.premodel.strategies.premodel import Premodel
from pipelines.selection.premodel.strategies.temporal import Temporal
from pipelines.selection.scenario import Scenario, Weights
from tests.pipelines.selection.premodel.tables import ignorant, knowing, scenes, separable

SCENARIO = Scenario("accuracy", Weights(0.9, 0.1, 0))


@pytest.mark.parametrize(
    ("make", "kind"), [(separable, Premodel), (knowing, Cascade), (scenes, Temporal)]
)
def test_what_stands_the_test_is_deployed_and_comes_back_from_its_file(tmp_path, make, kind):
    made = train(make(), SCENARIO, "mine")
    assert isinstance(made.expect_router(), kind)
    router = made.study.router
    assert router is not None
    assert not router.refusal
    assert router.lift.low > 0
    path = tmp_path / "mine.json"
    path.write_bytes(encode(made))
    assert read_deployment(path) == made


def test_without_a_certain_lift_none_is_deployed_and_the_reasons_are_given(tmp_path):
    made = train(ignorant(), SCENARIO, "mine")
    assert made.router is None
    assert made.study.router is None
    assert all(each.refusal for each in made.study.routers)
    with pytest.raises(InputError, match=r"adapt:mine must not be used: premodel: a shuffled"):
        made.expect_router()


def test_a_scenario_that_wants_a_network_alone_is_told_so():
    study = train(knowing(), Scenario("fast", Weights(0.01, 1, 0)), "mine").study
    assert study.chosen
    assert study.preferred == "small"


def test_energy_is_told_only_where_the_power_is_known():
    assert train(separable(60), SCENARIO, "mine").study.joules(0.5) is None


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is no trained router"),
        (b'{"schema": 1, "name": "mine"}', "is no trained router"),
        (b"\x80\x04\x95", "is no trained router"),  # a pickle
    ],
)
def test_another_file_is_refused_in_one_sentence(tmp_path: Path, content, message):
    path = tmp_path / "mine.json"
    path.write_bytes(content)
    with pytest.raises(InputError, match=message) as caught:
        read_deployment(path)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_router_of_a_later_version_is_refused(tmp_path: Path):
    path = tmp_path / "mine.json"
    path.write_bytes(encode(train(separable(60), SCENARIO, "mine")).replace(b": 1,", b": 2,", 1))
    with pytest.raises(InputError, match="schema = 2: this version reads schema 1"):
        read_deployment(path)
