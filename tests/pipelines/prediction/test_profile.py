"""The file of measured chains: whole after every interruption, and never of another device."""

from __future__ import annotations

from pathlib import Path

import pytest

from models.engines import EngineOptions
from models.errors import SaccadeError
from pipelines.power import PowerReading
from pipelines.prediction.chains import GENERATION
from pipelines.prediction.profile import MIN_CHAINS, Profile, ProfileFile, Sample, Setup

SETUP = Setup.of("onnxruntime", EngineOptions(2, device="cpu"), "fp32")
WATTS = PowerReading(5.0, "measured", "board", "pi-pmic")


def sample(seed: int, ms: float | None = None, disturbance: str = "", **more: object) -> Sample:
    """A chain of one layer; 1 ms for a million multiply-accumulates and 0.1 ms for the run."""
    macs = 1e6 * (1 + seed % 9)
    work = {"conv1x1": (1.0, macs, macs, 0.0, 0.0, 0.0)}
    taken = macs / 1e6 + 0.1 if ms is None else ms
    return Sample(seed, taken, work, disturbance=disturbance, **more)  # type: ignore[arg-type]


def profile(*samples: Sample) -> Profile:
    return Profile(SETUP, samples)


def test_what_was_added_is_read_again(tmp_path: Path) -> None:
    file = ProfileFile(tmp_path, "pi-5", SETUP)
    assert file.read() == Profile(SETUP)
    first, failed = sample(0, power=WATTS), Sample(1, failure="it cannot")
    file.add(first)
    file.add(failed)
    assert ProfileFile(tmp_path, "pi-5", SETUP).read() == profile(first, failed)
    file.finish()
    assert file.read().complete


def test_a_torn_line_costs_that_line_alone(tmp_path: Path) -> None:
    file = ProfileFile(tmp_path, "pi-5", SETUP)
    for seed in range(3):
        file.add(sample(seed))
    whole = file.path.read_bytes()
    for cut in range(len(whole) - 60, len(whole)):
        file.path.write_bytes(whole[:cut])
        again = ProfileFile(tmp_path, "pi-5", SETUP)
        assert {each.seed for each in again.read().samples} >= {0, 1}
        again.add(sample(7))
        assert {each.seed for each in again.read().samples} >= {0, 1, 7}


@pytest.mark.parametrize("content", [b"", b"\n", b"junk", b'{"platform": "pi-5"}', b"\xff\xfe\n{}"])
def test_a_file_that_is_none_counts_as_empty(tmp_path: Path, content: bytes) -> None:
    file = ProfileFile(tmp_path, "pi-5", SETUP)
    file.add(sample(0))
    file.path.write_bytes(content)
    assert ProfileFile(tmp_path, "pi-5", SETUP).read() == Profile(SETUP)
    ProfileFile(tmp_path, "pi-5", SETUP).add(sample(1))
    assert [each.seed for each in file.read().samples] == [1]


def test_other_chains_and_other_devices_never_mix(tmp_path: Path) -> None:
    file = ProfileFile(tmp_path, "pi-5", SETUP)
    file.add(sample(0))
    old = file.path.read_bytes().replace(
        f'"generation":{GENERATION}'.encode(), f'"generation":{GENERATION + 1}'.encode()
    )
    for platform, threads in (("pi-4", 2), ("pi-5", 1)):
        setup = Setup.of("onnxruntime", EngineOptions(threads, device="cpu"), "fp32")
        assert not ProfileFile(tmp_path, platform, setup).read().samples
    file.path.write_bytes(old)
    assert not file.read().samples


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "pi-5").write_text("a file where the folder should be")
    file = ProfileFile(tmp_path, "pi-5", SETUP)
    with pytest.raises(SaccadeError, match="cannot be"):
        file.add(sample(0))


def test_forgetting(tmp_path: Path) -> None:
    file = ProfileFile(tmp_path, "pi-5", SETUP)
    file.forget()
    file.add(sample(0))
    file.forget()
    assert not file.read().samples
    file.add(sample(1))
    assert [each.seed for each in file.read().samples] == [1]


def test_disturbed_chains_count_only_where_there_are_too_few_others() -> None:
    calm = [sample(seed) for seed in range(MIN_CHAINS)]
    busy = [sample(seed, ms=99.0, disturbance="a backup") for seed in range(100, 130)]
    enough, few = profile(*calm, *busy), profile(*calm[1:], *busy)
    assert (len(enough.measured), enough.disturbed) == (MIN_CHAINS, 0)
    assert (len(few.measured), few.disturbed) == (MIN_CHAINS + 29, 30)


def test_too_few_chains_say_why() -> None:
    failed = Sample(5, failure="its operator Magic is unknown")
    with pytest.raises(SaccadeError, match=f"{MIN_CHAINS} are needed.*Magic"):
        profile(sample(0), failed).time  # noqa: B018


def test_time_and_energy_are_fitted_alike() -> None:
    known = profile(*(sample(seed, power=WATTS) for seed in range(MIN_CHAINS)))
    work = {"conv1x1": (1.0, 2e6, 2e6, 0.0, 0.0, 0.0)}
    assert known.time.estimate(work).total == pytest.approx(2.1, rel=1e-3)
    assert known.energy is not None
    assert known.energy.fit.estimate(work).total == pytest.approx(2.1e-3 * 5, rel=1e-3)
    assert (known.energy.kind, known.energy.source) == ("measured", "pi-pmic")


def test_energy_is_unknown_without_enough_power_of_one_source() -> None:
    other = PowerReading(3.0, "modelled", "board", "modelled")
    half = [sample(seed, power=(WATTS, other)[seed % 2]) for seed in range(MIN_CHAINS)]
    assert profile(*half).energy is None
    assert profile(*(sample(seed) for seed in range(MIN_CHAINS))).energy is None


def test_what_a_setup_is_called() -> None:
    assert str(SETUP) == "onnxruntime fp32 cpu 2 threads"
    lower = Setup.of("ncnn", EngineOptions(1, True, "cpu", "bf16"), "fp32")
    assert str(lower) == "ncnn bf16 cpu 1 thread spinning"
