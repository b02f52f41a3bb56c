"""From rows to networks that run, with bundled networks."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from app.candidates import load_candidate, rows_like
from app.config import Config
from models.candidate import Candidate
from models.errors import InputError, SaccadeError, UnknownName
from models.store import BUNDLED, Store
from tests.pipelines.selection.tables import measured

TINY = Candidate("tiny-yolo-labels", "fp32", "onnxruntime")


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path)


def test_rows_of_networks_with_the_same_labels_are_chosen_from(store: Store) -> None:
    names = ("vgg-ssd-labels", "tiny-yolo-labels", "nin-labels", "yolox-nano", "no-such-network")
    found = rows_like(store.get("vgg-ssd-labels"), [measured(name) for name in names], store)
    assert [row.candidate.network for row in found] == [
        "vgg-ssd-labels",
        "tiny-yolo-labels",
        "nin-labels",  # the task tells it from the detectors
    ]


@pytest.mark.parametrize("threads", [1, 2])
def test_a_candidate_is_loaded_as_it_was_measured(store: Store, threads: int) -> None:
    wanted = replace(TINY, threads=threads)
    predictor = load_candidate(wanted, store, Config())
    try:
        assert predictor.candidate == wanted
    finally:
        predictor.close()


@pytest.mark.parametrize(
    ("candidate", "error", "said"),
    [
        (replace(TINY, network="gone"), UnknownName, "gone"),
        (replace(TINY, precision="fp8"), InputError, "there is no precision 'fp8'"),
        (replace(TINY, engine="nonsense"), UnknownName, "nonsense"),
        (replace(TINY, device="abacus"), SaccadeError, "it runs on cpu here, not on abacus"),
    ],
)
def test_what_cannot_be_run_as_measured_is_not_run(
    store: Store, candidate: Candidate, error: type[Exception], said: str
) -> None:
    with pytest.raises(error, match=said):
        load_candidate(candidate, store, Config())


@pytest.mark.parametrize(
    "damage",
    [
        Path.unlink,
        lambda file: file.write_bytes(file.read_bytes()[:1000]),
        lambda file: file.write_bytes(bytes(file.stat().st_size)),
    ],
    ids=["removed", "truncated", "overwritten"],
)
def test_a_file_that_is_damaged_meanwhile_is_told(
    tmp_path: Path, damage: Callable[[Path], object]
) -> None:
    folder = tmp_path / "mine"
    shutil.copytree(BUNDLED / "tiny-yolo-labels", folder)
    manifest = folder / "manifest.toml"
    text = manifest.read_text(encoding="utf-8")
    manifest.write_text(text.replace('name = "tiny-yolo-labels"', 'name = "mine"', 1), "utf-8")
    store = Store(tmp_path)
    mine = replace(TINY, network="mine")
    load_candidate(mine, store, Config()).close()
    damage(folder / "tiny-yolo-labels.onnx")
    with pytest.raises(SaccadeError, match="mine"):
        load_candidate(mine, store, Config())
