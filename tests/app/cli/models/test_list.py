"""What there is, and what is said of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from models import catalogue
from models.errors import (
    UnknownName,
)
from tests.app.cli.models.conftest import Run, parse


def test_an_empty_store_lists_what_can_be_had(
    run: Run, document: Callable[..., Any], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("list") == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["NAME", "TASK", "PRECISION", "SIZE", "ACCURACY", "LICENCE", "STATE"]
    column = lines[0].index("STATE")
    rows = lines[1 : 1 + len(catalogue.names())]
    assert {row[column:] for row in rows} == {"available"}
    assert any("AP50 33.1% measured" in row and "BSD-3-Clause" in row for row in rows)
    found = document("list")
    assert [row["name"] for row in found["networks"]] == list(catalogue.names())
    assert "coco" in found["packs"]


def test_show_tells_licence_and_source(
    run: Run, document: Callable[..., Any], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("show", "yunet") == 0
    text = capsys.readouterr().out
    for word in ("MIT", "https://raw.githubusercontent.com/", "8f2383e4", "640×640", "face"):
        assert word in text
    assert document("show", "yunet")["licence"] == "MIT"
    with pytest.raises(UnknownName, match="did you mean 'yunet'"):
        run("show", "yune")


def test_help_has_examples(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        parse(("--help",), Path())
    assert caught.value.code == 0
    assert "python main.py models pull fastestdet" in capsys.readouterr().out
