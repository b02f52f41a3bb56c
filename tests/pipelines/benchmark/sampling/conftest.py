from __future__ import annotations

from pathlib import Path

import pytest

from models.manifest import Network
from tests.pipelines.benchmark.parts import colours, picture
from tests.pipelines.benchmark.sampling import plugins


@pytest.fixture
def network(tmp_path: Path) -> Network:
    return colours(tmp_path)


@pytest.fixture
def pictures(tmp_path: Path) -> tuple[str, ...]:
    return tuple(str(picture(tmp_path / f"{name}.png", name)) for name in ("red", "blue"))


@pytest.fixture
def misbehaving(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Measuring processes know the engines of `plugins`."""
    plugins.install(tmp_path / "site")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "site"))
