"""The whole command on a bundled network, with few pictures."""

from __future__ import annotations

import json

import pytest

from benchmarks.kept import read
from benchmarks.networks import figures
from benchmarks.networks.__main__ import main
from models.engines import ENGINES
from models.errors import InputError

NAME = "nin-labels"


def test_a_network_is_measured_and_kept(tmp_path, capsys):
    curve = tmp_path / "training" / "nin"
    curve.mkdir(parents=True)
    row = {"step": 100, "seconds": 9.0, "loss": 1.5, "score": 0.5}
    (curve / "history.json").write_text(json.dumps([row]))
    file = tmp_path / "new" / "figures.json"
    folders = {"--json": file, "--cache": tmp_path / "cache", "--training": curve.parent}
    named = [str(word) for pair in folders.items() for word in pair]
    assert main([NAME, "--pictures", "40", *named]) == 0
    told = capsys.readouterr().out
    assert f"| `{NAME}` |" in told
    assert "promised" not in told, "those are of all networks together"
    report = read(file, figures.Report, figures.COMMAND)
    assert (report.pictures, report.photos) == (40, 0)
    (found,) = report.networks
    assert found.name == NAME
    assert set(found.accuracy) == {"seeds", "held-out"}, "composites need photographs"
    # A network that guesses is right once in twelve times.
    assert found.accuracy["held-out"].value > 0.3
    assert 0 < found.accuracy["held-out"].half < 0.2
    assert set(found.milliseconds) == set(ENGINES.names())
    assert found.milliseconds["onnxruntime"]
    assert [(point.step, point.score) for point in found.curve] == [(100, 0.5)]


def test_a_folder_without_photographs_is_one_sentence(tmp_path, capsys):
    assert main(["--photos", str(tmp_path)]) == 2
    told = capsys.readouterr().err
    assert told.startswith("networks-report: ")
    assert "has no .jpg or .png pictures" in told


def test_an_unknown_network_is_one_sentence(capsys):
    assert main(["nin-label"]) == 2
    assert "did you mean 'nin-labels'?" in capsys.readouterr().err


def test_too_few_pictures_for_an_interval_are_refused(capsys):
    with pytest.raises(SystemExit):
        main(["--pictures", "5"])
    assert "at least 20" in capsys.readouterr().err


def test_what_is_no_report_is_one_sentence(tmp_path):
    file = tmp_path / "figures.json"
    file.write_text("{}")
    with pytest.raises(InputError, match="has no figures of `make networks-page`"):
        read(file, figures.Report, figures.COMMAND)
    with pytest.raises(InputError, match="`make networks-page` measures first"):
        read(tmp_path / "none.json", figures.Report, figures.COMMAND)
