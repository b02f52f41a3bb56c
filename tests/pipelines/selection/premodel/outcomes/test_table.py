from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import msgspec
import numpy as np
import pytest

from pipelines.power import PowerReading
from pipelines.selection.premodel.outcomes.table import load, save
from tests.pipelines.selection.premodel.tables import outcomes, scenes, separable


class Malice:
    """Makes a file when it is unpickled."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __reduce__(self):
        return Path.touch, (self._path,)


def test_what_is_kept_comes_back(tmp_path: Path):
    kept = scenes()
    power = PowerReading(4.5, "modelled", "board", "modelled")
    facts = msgspec.structs.replace(kept.facts, power=power, notes=("a note",))
    kept = replace(kept, facts=facts)
    path = tmp_path / "a" / "kept.npz"
    save(kept, path)
    found = load(path)
    assert found is not None
    assert found.facts == facts
    for name in ("quality", "certainty", "times", "features", "feature_times", "groups"):
        assert np.array_equal(getattr(found, name), getattr(kept, name))
    assert [each.name for each in path.parent.iterdir()] == ["kept.npz"]


def test_nothing_kept_is_none(tmp_path: Path):
    assert load(tmp_path / "kept.npz") is None


@pytest.mark.parametrize("damage", ["cut", "other", "objects"])
def test_a_damaged_file_is_as_none(tmp_path: Path, damage, caplog):
    path = tmp_path / "kept.npz"
    save(separable(30), path)
    if damage == "cut":
        path.write_bytes(path.read_bytes()[:-200])
    elif damage == "other":
        np.savez(path, facts=np.frombuffer(b"{}", np.uint8))
    else:  # a pickled object, which may run whatever its author likes
        np.savez(path, facts=np.array([Malice(tmp_path / "done")], dtype=object))
    assert load(path) is None
    assert not (tmp_path / "done").exists()
    assert "the networks run again" in caplog.text


def test_what_disturbs_some_runs_does_not_count():
    table = separable(100)
    table.times[::3] *= 50
    assert table.seconds == pytest.approx([0.001, 0.004, 0.010])


def test_a_video_has_neighbours():
    assert scenes().is_video
    assert not separable(30).is_video


def test_the_metric_is_named_for_people():
    assert outcomes(np.ones((30, 3))).facts.metric == "top-1"
    assert outcomes(np.ones((30, 3)), task="detect").facts.metric == "F1 at IoU 0.5"
