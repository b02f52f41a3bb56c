"""Predictions as a whole: they add up, grow with the network, and hold for real ones."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import onnx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.candidate import Candidate
from models.catalogue import FOLDER
from models.engines import EngineOptions
from models.errors import ManifestError, SaccadeError
from models.manifest import Manifest, Network
from models.toml import read_toml
from pipelines.power import PowerReading
from pipelines.prediction.chains import make_chain
from pipelines.prediction.fit import parts_of
from pipelines.prediction.layers import Layer, read_layers, work_of
from pipelines.prediction.predict import chains_for, predict
from pipelines.prediction.prior import make_prior
from pipelines.prediction.profile import Profile, ProfileFile, Sample, Setup
from tests.pipelines.prediction.files import separable

# Milliseconds for each feature of any layer, and for what a qualifier adds.
RATES = (0.002, 1e-8, 2e-8, 1e-7, 2e-7, 3e-7)
RUN_MS = 0.05
WATTS = PowerReading(6.0, "modelled", "board", "modelled")


def true_ms(layers: tuple[Layer, ...]) -> float:
    return RUN_MS + sum(
        rate * amount
        for kind, features in work_of(layers).items()
        for _ in parts_of(kind)
        for rate, amount in zip(RATES, features, strict=True)
    )


def setup(engine: str = "onnxruntime") -> Setup:
    return Setup.of(engine, EngineOptions(1, device="cpu"), "fp32")


@pytest.fixture(scope="module")
def profile(tmp_path_factory: pytest.TempPathFactory) -> Profile:
    """Real chains on an ideal engine, whose times are exactly linear."""
    path = tmp_path_factory.mktemp("chains") / "chain.onnx"
    samples = []
    for seed in range(70):
        onnx.save(make_chain(seed, "fp32"), str(path))
        layers = read_layers(path)
        samples.append(Sample(seed, true_ms(layers), work_of(layers), WATTS))
    return Profile(setup(), tuple(samples), complete=True)


def test_an_unseen_network_is_predicted_layer_by_layer(profile: Profile, tmp_path: Path) -> None:
    layers = separable(tmp_path / "net.onnx", [32, 64, 128, 256], side=96)
    found = predict(layers, profile)
    assert found.ms.total == pytest.approx(true_ms(layers), rel=0.05)
    assert found.fps == pytest.approx(1e3 / found.ms.total)
    assert set(found.ms.by_kind) == {"run", "stem", "depthwise", "conv1x1"}
    assert found.energy is not None
    assert found.energy.joules.total == pytest.approx(found.ms.total * 6 / 1e3, rel=0.01)
    assert found.energy.kind == "modelled"
    assert found.macs == sum(layer.macs for layer in layers)


def test_two_networks_in_a_row_cost_the_sum_less_one_start(
    profile: Profile, tmp_path: Path
) -> None:
    one = separable(tmp_path / "one.onnx", [16, 32], side=64)
    other = separable(tmp_path / "other.onnx", [24, 48, 96], side=96)
    both = predict((*one, *other), profile).ms
    parts = [predict(layers, profile).ms for layers in (one, other)]
    assert both.total == pytest.approx(sum(p.total for p in parts) - parts[0].by_kind["run"])


# In vectors of four: 17 channels may well cost more than 20.
WIDTHS = st.lists(st.integers(4, 40).map(lambda n: 4 * n), min_size=2, max_size=5)


@settings(max_examples=40)
@given(WIDTHS, st.data())
def test_a_wider_network_never_costs_less(
    profile: Profile, widths: list[int], data: st.DataObject
) -> None:
    index = data.draw(st.integers(0, len(widths) - 1))
    wider = list(widths)
    wider[index] += 4 * data.draw(st.integers(1, 20))
    with tempfile.TemporaryDirectory() as folder:
        costs = [
            predict(separable(Path(folder) / "net.onnx", each, side=32), profile).ms.total
            for each in (widths, wider)
        ]
    assert costs[1] >= costs[0]


def test_networks_left_out_one_by_one(profile: Profile) -> None:
    """Each chain predicted from the others: what the error interval rests on."""
    rng = np.random.default_rng(0)
    samples = tuple(
        Sample(s.seed, (s.ms or 0) * rng.lognormal(0, 0.05), s.work) for s in profile.samples
    )
    errors = []
    for index in range(0, 70, 10):
        rest = Profile(setup(), samples[:index] + samples[index + 1 :])
        estimate = rest.time.estimate(samples[index].work)
        assert estimate.low < estimate.total < estimate.high
        errors.append(abs((samples[index].ms or 0) / estimate.total - 1))
    assert np.median(errors) < 0.12


def test_what_nothing_is_known_of_is_said(profile: Profile) -> None:
    pool, other = Layer("a", "pool", inputs=1000, outputs=250), Layer("b", "other")
    found = predict((pool, other), profile)
    assert found.left_out == ("other",)
    assert found.ms.total == predict((pool,), profile).ms.total
    with pytest.raises(SaccadeError, match="nothing is known of this network's layers: other"):
        predict((other,), profile)


def test_with_which_chains(tmp_path: Path, real: Path) -> None:
    assert chains_for(separable(tmp_path / "net.onnx", [16, 32])) == "fp32"
    for file, chains in (
        ("converted/mobilenet_v1_0.5_160_qdq.onnx", "int8"),
        ("original/nanodet_m_2022nov_int8.onnx", "int8-signed"),
        ("original/nanodet_m_hpc203.onnx", "fp32"),
    ):
        assert chains_for(read_layers(real / file)) == chains


def test_what_a_benchmark_may_expect(profile: Profile, tmp_path: Path) -> None:
    path = tmp_path / "net.onnx"
    layers = separable(path, [32, 64, 128], side=96)
    manifest = read_toml(FOLDER / "squeezenet1.1.toml", Manifest, ManifestError)
    networks = {"net": Network(manifest=manifest, path=path, labels=())}
    file = ProfileFile(tmp_path, "here", profile.setup)
    for sample in profile.samples:
        file.add(sample)
    candidate = Candidate("net", "fp32", "onnxruntime")
    assert make_prior(tmp_path, "here", networks)(candidate) is None  # not complete yet
    file.finish()
    prior = make_prior(tmp_path, "here", networks)
    expected = prior(candidate)
    assert expected is not None
    assert expected[0] <= 1e3 / true_ms(layers) * 1.05
    assert expected[1] >= 1e3 / true_ms(layers) * 0.95
    assert prior(Candidate("net", "fp32", "onnxruntime", threads=2)) is None
    assert prior(Candidate("net", "bf16", "onnxruntime")) is None
    assert prior(Candidate("unknown", "fp32", "onnxruntime")) is None
