"""A whole benchmark replayed: what a search with a budget would have found."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from benchmarks.budget import main
from benchmarks.choosing.study import read_outcomes
from models.store import Store
from pipelines.benchmark import bench
from pipelines.benchmark.platform import describe
from pipelines.benchmark.store.measurements import MeasurementStore
from tests.pipelines.benchmark.parts import colours, folders, plan


@pytest.fixture
def words(tmp_path: Path) -> list[str]:
    """The command for a finished benchmark of one network."""
    networks = Store(tmp_path / "networks")
    network = networks.add(colours(tmp_path / "made"), check=lambda network: None)
    store = MeasurementStore(tmp_path / "m.sqlite")
    wanted = plan(network, images=str(folders(tmp_path / "pictures")), rounds=3)
    bench.start(wanted, {"colours": network}, describe(), store, None, lambda progress: None)
    store.close()
    return ["budget", "--store", str(store.path), "--networks", str(networks.folder)]


def test_it_is_told_for_people_and_for_the_page(
    words: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(sys, "argv", [*words, "--scenarios", "3", "--budget", "10"])
    main()
    out = capsys.readouterr().out.splitlines()
    assert out[0].startswith("3 candidates, ")
    assert out[-1].startswith("within 2 % of the best: ")

    monkeypatch.setattr(sys, "argv", [*words, "--scenarios", "3", "--budget", "10", "--json"])
    main()
    (tmp_path / "budget.json").write_text(capsys.readouterr().out)
    outcomes = read_outcomes(tmp_path / "budget.json")
    assert len(outcomes) == 3
    for each in outcomes:
        assert each.best.network == "colours"
        assert 0 < each.ratio <= 1
        assert each.share > 0
