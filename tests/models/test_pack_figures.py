"""What the bundled networks' manifests say, held against each other and against the files."""

from __future__ import annotations

from pathlib import Path

import pytest

from models.manifest import Network
from models.store import BUNDLED, Store

STORE = Store(Path("/nowhere"))
NETWORKS = STORE.networks()
MOST_BYTES = 25_000_000
MOST_LOST = 0.01
LEAST_PICTURES = 2000


def by_name(network: Network) -> str:
    return network.name


def test_the_whole_set_is_small() -> None:
    files = [path for path in BUNDLED.rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in files) <= MOST_BYTES
    known = {path for network in NETWORKS for path in network.path.parent.iterdir()}
    assert set(files) == known, "and there is nothing in it but networks"


@pytest.mark.parametrize("network", NETWORKS, ids=by_name)
def test_accuracies_say_on_what_they_were_measured(network: Network) -> None:
    manifest = network.manifest
    detects = manifest.task == "detect"
    assert [each.metric for each in manifest.accuracy] == (["AP50", "AP"] if detects else ["top1"])
    for each in manifest.accuracy:
        kind = "pictures" if detects else "crops"
        assert each.images is not None
        assert each.images >= LEAST_PICTURES
        assert each.dataset.startswith(f"{each.images} rendered {kind} of labels")
        assert "drawn otherwise" in each.dataset
        assert each.origin == "measured"
    values = [each.value for each in manifest.accuracy]
    assert values == sorted(values, reverse=True), "AP asks for more than AP50"


@pytest.mark.parametrize("network", NETWORKS, ids=by_name)
def test_a_detector_has_a_threshold_and_a_classifier_has_none(network: Network) -> None:
    threshold = network.manifest.decoder.score_threshold
    if network.manifest.task == "detect":
        assert 0.1 < threshold < 0.9
    else:
        assert threshold == 0


@pytest.mark.parametrize(
    "network", [each for each in NETWORKS if each.manifest.precision == "int8"], ids=by_name
)
def test_8_bits_are_smaller_and_cost_a_point_at_most(network: Network) -> None:
    manifest = network.manifest
    parent = STORE.get(manifest.parent or "")
    assert network.name == f"{parent.name}-int8"
    assert parent.manifest.precision == "fp32"
    assert network.path.stat().st_size < parent.path.stat().st_size
    assert manifest.input == parent.manifest.input
    assert manifest.decoder == parent.manifest.decoder
    own, whole = manifest.accuracy[0], parent.manifest.accuracy[0]
    assert (own.dataset, own.images) == (whole.dataset, whole.images)
    assert own.value >= whole.value - MOST_LOST
