"""The study on a small scale: every step, its page, and what is done is not done again."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest

from benchmarks.kept import kept, save
from benchmarks.pruning.figures import Decided, FamilyStudy, Live, Report, Row
from benchmarks.pruning.page import main, page
from models.errors import InputError


def row(
    name: str, method: str, macs: int, accuracy: float, precision: str = "fp32", steps: int = 100
) -> Row:
    return Row(
        name=name,
        method=method,
        precision=precision,
        rate=None if method == "original" else 0.35,
        steps=None if method == "original" else steps,
        macs=macs,
        parameters=1000,
        bytes=4000,
        untuned=None if method in ("original", "scratch") else 0.5,
        accuracy=accuracy,
    )


REPORT = Report(
    machine="a machine",
    seed=1,
    pictures=2000,
    steps={"vgg-ssd": 100},
    families=(
        FamilyStudy(
            family="vgg-ssd",
            rows=(
                row("whole", "original", 1_000_000, 0.85),
                row("gated", "lkam", 640_000, 0.848),
                row("scaled", "gamma", 650_000, 0.849),
                row("small", "scratch", 650_000, 0.7, steps=200),
                row("longer", "gamma", 650_000, 0.851, steps=500),
                row("gated-int8", "lkam", 640_000, 0.846, "int8"),
            ),
            chosen="gated",
            milliseconds={
                "whole": {"onnxruntime": 20.0, "ncnn": 15.0},
                "gated": {"onnxruntime": 12.5, "ncnn": None},
            },
            live=Live({"whole": (20.0, 22.0, 21.0), "gated": (31.5, 30.0, 33.0)}),
            utilisation={"stem": (1.0, 0.25), "head": (0.0, 0.5, 1.0)},
            dynamic=(
                Decided(layer="stem", needed=0.3, pays_below=0.5),
                Decided(layer="head", needed=0.6, pays_below=None),
            ),
        ),
    ),
)


def test_the_page_says_what_was_measured():
    text = page(REPORT)
    assert "| `gated` | LKAM | 0.6 M | -36.0% | 1 k | 0.00 | 100 | 50.0 | 84.8 | -0.2 |" in text
    assert "| `gated` | -36.0% | 84.8 (-0.2) | 31.5 (× 1.50) |" in text
    assert "| `gated` | 12.50 | – |" in text
    assert "| `gated` | 31.5 | 30.0 … 33.0 | 1.50 |" in text
    assert (
        "batch-norm γ 84.9 (-35.0%), LKAM 84.8 (-36.0%), smaller, from scratch 70.0 (-35.0%)"
        in text
    )
    assert "`gated`, the smallest that loses at most 0.3 points." in text
    assert "pays in 1 of 2 layers" in text
    assert "after equal steps: batch-norm γ for `whole`." in text
    assert "Not run yet: `pva-ssd`, `squeezenet-ssd`, `tiny-yolo`." in text
    assert "| `head` | 60% | – |" in text


def test_the_page_and_its_charts_are_written(tmp_path, capsys):
    path = tmp_path / "figures.json"
    save(path, REPORT)
    assert main(["--figures", str(path), "--docs", str(tmp_path)]) == 0
    assert (tmp_path / "pruning.md").read_text() == page(REPORT)
    for name in ("curve", "utilisation"):
        ElementTree.parse(tmp_path / "pruning" / f"vgg-ssd-{name}.svg")
    assert main(["--figures", str(tmp_path / "none.json"), "--docs", str(tmp_path)]) == 2
    assert "`python -m benchmarks.pruning` measures first" in capsys.readouterr().err


def test_what_is_kept_is_not_made_again(tmp_path):
    path = tmp_path / "deep" / "number.json"
    assert kept(path, float, "measure", lambda: 1.5) == 1.5
    assert kept(path, float, "measure", lambda: 2.5) == 1.5
    path.write_text("no number")
    with pytest.raises(InputError, match=r"number\.json: has no figures of `measure`"):
        kept(path, float, "measure", lambda: 1.5)


class TestWithPyTorch:
    @pytest.fixture(autouse=True)
    def _torch(self):
        pytest.importorskip("torch", reason="PyTorch is not installed")

    def test_the_smallest_that_is_good_enough_is_chosen(self):
        from benchmarks.pruning.choosing import chosen

        before = row("whole", "original", 100, 0.85)
        good, better = row("a", "lkam", 60, 0.847), row("b", "gamma", 70, 0.86)
        scratch = row("c", "scratch", 10, 0.9)
        assert chosen([before, better, good, scratch]) is good
        poor, poorer = row("d", "lkam", 60, 0.8), row("e", "random", 50, 0.7)
        assert chosen([before, poorer, poor, scratch]) is poor

    @pytest.mark.timeout(300)
    def test_every_step_from_the_beginning_to_the_page(self, tmp_path):
        from benchmarks.pruning.plans import FamilyPlan, Settings
        from benchmarks.pruning.study import Study
        from models.training.data import Sizes

        settings = Settings(
            tmp_path / "work",
            tmp_path / "samples",
            {"tiny-yolo": FamilyPlan(rate=0.3, steps=2, longer=4, learning_rate=0.5)},
            sizes=Sizes(train=32, validation=16, test=24),
            live_s=4.0,
            rounds=1,
        )
        found = Study("tiny-yolo", settings).run()
        methods = [each.method for each in found.rows if each.precision == "fp32"]
        assert methods[:6] == ["original", "lkam", "gamma", "taylor", "random", "scratch"]
        winner = max(found.rows[1:5], key=lambda each: each.accuracy).method
        assert methods[6:] == ["trained on", winner]
        assert [each.steps for each in found.rows[1:8]] == [2, 2, 2, 2, 4, 4, 4]
        whole, *others = (each for each in found.rows if each.precision == "fp32")
        assert all(
            each.macs == whole.macs
            if each.method == "trained on"
            else 0.6 < each.macs / whole.macs <= 0.7
            for each in others
        )
        assert set(found.milliseconds) == {each.name for each in found.rows}
        assert set(found.live.fps) >= {whole.name, found.rows[7].name}
        assert found.dynamic
        assert all(fps > 0 for rounds in found.live.fps.values() for fps in rounds)
        before = {path: path.stat().st_mtime_ns for path in Path(tmp_path).rglob("*.json")}
        assert Study("tiny-yolo", settings).run() == found
        after = {path: path.stat().st_mtime_ns for path in Path(tmp_path).rglob("*.json")}
        assert before == after
