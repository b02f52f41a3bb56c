"""The page on choosing: written from what the commands print, and nothing is left to fill in."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from xml.etree import ElementTree

import msgspec
import onnx
import pytest

from app.cli.measured import document
from benchmarks.budget import Outcome
from benchmarks.choosing.__main__ import TEMPLATE, main
from benchmarks.prediction import compare
from models.candidate import Candidate
from pipelines.benchmark.bench import Report
from pipelines.benchmark.platform import Platform
from pipelines.benchmark.record import Record
from pipelines.prediction.chains import make_chain
from pipelines.prediction.layers import read_layers, work_of
from pipelines.prediction.profile import Sample
from pipelines.selection.measurement import Measurement
from pipelines.selection.scenario import Weights
from pipelines.selection.table import read_table
from tests.conftest import ROOT
from tests.pipelines.prediction.test_predict import true_ms
from tests.pipelines.selection.tables import measured, watts

DOCS = ROOT / "docs"
MODELLED = watts(4.5, "modelled")
ROWS = [
    measured(
        name,
        accuracy,
        fps * speed,
        MODELLED,
        engine,
        fps_ci95=(fps * speed * 0.99, fps * speed * 1.01),
        images=500,
        cpu_s_per_frame=1 / (fps * speed),
        hardware={"instructions_per_frame": 1e9 / (fps * speed)},
        hardware_tier="perf",
    )
    for name, accuracy, fps in (("small", 0.5, 80.0), ("middle", 0.7, 40.0), ("large", 0.9, 9.0))
    for engine, speed in (("onnxruntime", 1.0), ("openvino", 1.5))
]
WRONG = Candidate("small", "fp32", "opencv-dnn")


def write(
    path: Path, rows: list[Measurement], rejected: Mapping[Candidate, str], *notes: str
) -> None:
    """What `bench --json` prints."""
    records = tuple(map(Record, rows))
    report = Report(Platform("pi-5", {"board": "Pi 5"}), records, rejected, {}, notes)
    path.write_text(json.dumps(document(report)), encoding="utf-8")


@pytest.fixture
def study(tmp_path: Path) -> Path:
    folder = tmp_path / "study"
    folder.mkdir()
    reason = "/home/pi/nets/small.onnx: computes something else"
    write(folder / "classifiers.json", ROWS, {WRONG: reason}, "/home/pi/a.png cannot be read")
    return folder


@pytest.fixture
def whole(study: Path, tmp_path: Path) -> Path:
    """A study with everything that it may have."""
    write(study / "classifiers-again.json", ROWS, {})
    # An overlap of half is what a detector's accuracy goes by.
    found = [measured("boxes", 0.4, 9.0, MODELLED, task="detect", metric="AP50")]
    write(study / "detectors.json", found, {})
    best = ROWS[0].candidate
    searched = [Outcome(Weights(), best, best, 1.0, 0.2), Outcome(Weights(), None, best, 0.0, 0.2)]
    (study / "budget.json").write_bytes(msgspec.json.encode(searched))
    chains = []
    for seed in range(40):
        onnx.save(make_chain(seed, "fp32"), str(tmp_path / "chain.onnx"))
        layers = read_layers(tmp_path / "chain.onnx")
        chains.append(Sample(seed, true_ms(layers), work_of(layers), None))
    predicted = {"setup": "onnxruntime fp32", **compare(chains[1:], {"net": chains[:1]})}
    (study / "prediction-onnxruntime.json").write_text(json.dumps(predicted))
    return study


def written(study: Path, docs: Path) -> str:
    assert main(["--study", str(study), "--docs", str(docs)]) == 0
    return (docs / "choosing.md").read_text(encoding="utf-8")


def test_the_page_has_what_was_measured_and_nothing_is_left_to_fill_in(
    whole: Path, tmp_path: Path
) -> None:
    text = written(whole, tmp_path / "docs")
    assert not re.search(r"\{(study|papers)|\}\}|\{\{", text)
    assert "\n\n\n" not in text
    assert "| small | openvino fp32 | 1 | 50.0% | 120 (119 … 121) |" in text
    assert "6 of 6 throughputs are within the interval" in text
    assert "in the same order." in text
    assert (
        "- small · onnxruntime fp32 is 1.5 times slower than small · openvino fp32 because it "
        "executes 1.5 times as many instructions.\n"
    ) in text
    assert "1 of 2 are within 2% of the winner; the mean is 50.0%." in text
    assert "| onnxruntime fp32 | 39 | 1 |" in text
    assert "| networks × frameworks | 4 × 4 | 3 × 2 |" in text
    assert "### Detectors" in text


def test_every_picture_and_table_of_the_page_is_there(whole: Path, tmp_path: Path) -> None:
    links = re.findall(r"\]\((choosing/[^)]+)\)", written(whole, tmp_path / "docs"))
    assert len(links) == 5
    for link in links:
        path = tmp_path / "docs" / link
        if path.suffix == ".svg":
            ElementTree.parse(path)
        else:
            assert read_table(path).rows


def test_the_page_in_the_documents_is_the_template_s() -> None:
    prose, _ = TEMPLATE.read_text(encoding="utf-8").split("{study}")
    text = (DOCS / "choosing.md").read_text(encoding="utf-8")
    assert text.startswith(prose.format())
    for link in re.findall(r"\]\((choosing/[^)]+)\)", text):
        assert (DOCS / link).is_file()


def test_files_are_told_by_their_names_alone(study: Path, tmp_path: Path) -> None:
    text = written(study, tmp_path / "docs")
    assert "| small · opencv-dnn fp32 | small.onnx: computes something else |" in text
    assert "- a.png cannot be read." in text
    assert "/home" not in text


def test_what_there_is_no_file_of_is_left_out(study: Path, tmp_path: Path) -> None:
    text = written(study, tmp_path / "docs")
    for head in ("### Detectors", "### With a budget", "### Predicted without", "Measured again"):
        assert head not in text


@pytest.mark.parametrize(
    ("file", "content", "said"),
    [
        (None, "", "has neither classifiers.json nor detectors.json"),
        ("classifiers.json", '{"rows": []}', "is not what `bench --json` writes"),
        ("budget.json", "{}", "is not what `benchmarks.budget --json` writes"),
        ("prediction-a.json", "{}", "is not what `benchmarks.prediction --out` writes"),
    ],
)
def test_what_cannot_be_used_is_one_sentence(
    study: Path, capsys: pytest.CaptureFixture[str], file: str | None, content: str, said: str
) -> None:
    if file is None:
        (study / "classifiers.json").unlink()
    else:
        (study / file).write_text(content)
    assert main(["--study", str(study), "--docs", str(study / "docs")]) == 2
    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1
    assert not (study / "docs" / "choosing.md").exists()
