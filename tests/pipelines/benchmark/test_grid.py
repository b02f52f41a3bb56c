"""The grid of candidates: sensible, small, and restricted as one asks."""

from __future__ import annotations

import sys
from pathlib import Path

import msgspec
import pytest

from models.candidate import Candidate
from models.errors import InputError
from models.manifest import Network
from pipelines.benchmark import grid
from pipelines.benchmark.grid import Limits, default_threads, make_grid, missing_engines
from tests.pipelines.benchmark.parts import colours


@pytest.fixture
def network(tmp_path: Path) -> Network:
    return colours(tmp_path)


@pytest.mark.parametrize(
    ("cores", "threads"),
    [(1, (1,)), (2, (1, 2)), (3, (1, 2, 3)), (4, (1, 3, 4)), (16, (1, 15, 16))],
)
def test_default_threads(cores: int, threads: tuple[int, ...]) -> None:
    assert default_threads(cores) == threads


def ways(candidates: tuple[Candidate, ...], engine: str) -> set[tuple[int, bool]]:
    return {(each.threads, each.spinning) for each in candidates if each.engine == engine}


def test_threads_spin_only_where_they_can_and_with_the_most(network: Network) -> None:
    found = make_grid([network], Limits(threads=(1, 3, 4)))
    assert ways(found, "onnxruntime") == {(1, False), (3, False), (4, False), (4, True)}
    assert ways(found, "opencv-dnn") == {(1, False), (3, False), (4, False)}
    assert ways(make_grid([network], Limits(threads=(1,))), "onnxruntime") == {(1, False)}


def test_nothing_is_there_twice(network: Network) -> None:
    found = make_grid([network])
    assert len(set(found)) == len(found)


def test_it_keeps_to_the_engines_that_are_asked_for(network: Network) -> None:
    found = make_grid([network], Limits(engines=("opencv-dnn",), threads=(2,)))
    assert found == (Candidate("colours", "fp32", "opencv-dnn", threads=2),)


def test_an_engine_that_reads_no_such_file_is_told(network: Network) -> None:
    with pytest.raises(InputError, match="engine 'litert' reads none of the networks' files"):
        make_grid([network], Limits(engines=("onnxruntime", "litert")))


def test_a_quantised_network_is_not_computed_in_other_precisions(network: Network) -> None:
    manifest = msgspec.structs.replace(network.manifest, precision="int8")
    int8 = msgspec.structs.replace(network, manifest=manifest)
    assert {each.precision for each in make_grid([int8])} == {"int8"}


def test_missing_engines_say_how_they_are_installed(
    network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    candidates = make_grid([network])
    assert "onnxruntime" not in missing_engines(candidates)

    def absent(name: str) -> str:
        raise grid.metadata.PackageNotFoundError(name)

    # As on a machine where OpenCV comes from the distribution, without a package's metadata.
    monkeypatch.setattr(grid.metadata, "version", absent)
    monkeypatch.setitem(sys.modules, "openvino", None)
    monkeypatch.delitem(sys.modules, "models.engines.openvino", raising=False)
    missing = missing_engines(candidates)
    assert "opencv-dnn" not in missing
    assert "install" in missing["openvino"]
