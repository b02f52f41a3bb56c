"""`models` as a user types it, on a store of its own with nothing bundled."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from app.cli import models as command
from models.store import Store

Run = Callable[..., int]


def parse(words: tuple[str, ...], networks: Path) -> argparse.Namespace:
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--json", action="store_true")
    parser = argparse.ArgumentParser(prog="python main.py")
    command.add_parser(parser.add_subparsers(), [common])
    args = parser.parse_args(["models", *words])
    args.networks = networks
    return args


@pytest.fixture
def networks(tmp_path: Path) -> Path:
    return tmp_path / "networks"


@pytest.fixture(autouse=True)
def _nothing_bundled(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(command, "Store", partial(Store, bundled=tmp_path / "bundled"))


@pytest.fixture
def run(networks: Path) -> Run:
    return lambda *words: command.run(parse(tuple(map(str, words)), networks))


@pytest.fixture
def document(run: Run, capsys: pytest.CaptureFixture[str]) -> Callable[..., Any]:
    """Run with --json and read the document."""

    def read(*words: object) -> Any:
        capsys.readouterr()
        assert run(*words, "--json") == 0
        return json.loads(capsys.readouterr().out)

    return read


@pytest.fixture
def _without_extras(monkeypatch: pytest.MonkeyPatch) -> None:
    for engine in ("openvino", "ncnn", "litert"):
        monkeypatch.delitem(sys.modules, f"models.engines.{engine}", raising=False)
    for module in ("openvino", "ncnn", "ai_edge_litert", "ai_edge_litert.interpreter"):
        monkeypatch.setitem(sys.modules, module, None)
