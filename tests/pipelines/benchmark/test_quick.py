"""The first start's few seconds."""

from __future__ import annotations

import time
from pathlib import Path

import msgspec
import pytest

from models.manifest import Accuracy, Network
from pipelines.benchmark.platform import describe
from pipelines.benchmark.progress import Progress
from pipelines.benchmark.quick import quick
from pipelines.power import PowerOptions
from pipelines.power.modelled import Modelled
from pipelines.selection.choice import choose
from pipelines.selection.scenario import NAMED, Scenario
from tests.pipelines.benchmark.parts import colours

BALANCED = Scenario("balanced", NAMED["balanced"])
PLATFORM = describe()


def known(network: Network, accuracy: float) -> Network:
    declared = (Accuracy("top1", accuracy, "pictures", "declared"),)
    manifest = msgspec.structs.replace(network.manifest, accuracy=declared)
    return msgspec.structs.replace(network, manifest=manifest)


@pytest.fixture
def networks(tmp_path: Path) -> list[Network]:
    return [known(colours(tmp_path, "poor"), 0.3), known(colours(tmp_path, "good"), 0.9)]


def test_it_finds_something_to_choose_from(networks: list[Network]) -> None:
    told: list[Progress] = []
    rows = quick(
        networks,
        BALANCED,
        PLATFORM,
        Modelled(PowerOptions()),
        seconds=40.0,
        progress=told.append,
    )
    assert rows
    choice = choose(rows, BALANCED, platform=PLATFORM.fingerprint)
    assert choice.candidate is not None
    # The same network of two accuracies, one of them three times the other.
    assert choice.candidate.network == "good"
    for row in rows:
        assert row.accuracy_source == "declared"
        assert row.power is not None
    assert 0 <= told[0].done <= told[-1].done <= 100


def test_it_keeps_to_its_time(networks: list[Network]) -> None:
    began_s = time.monotonic()
    quick(networks, BALANCED, PLATFORM, seconds=3.0)
    # Whatever it is doing then is given up; a loaded machine may take a while to do so.
    assert time.monotonic() - began_s < 3.0 + 10.0


def test_it_can_be_skipped_at_any_moment(networks: list[Network]) -> None:
    began_s = time.monotonic()
    asked = 0

    def cancelled() -> bool:
        nonlocal asked
        asked += 1
        return asked > 3

    quick(networks, BALANCED, PLATFORM, seconds=600.0, cancelled=cancelled)
    assert asked == 4
    assert time.monotonic() - began_s < 60.0
