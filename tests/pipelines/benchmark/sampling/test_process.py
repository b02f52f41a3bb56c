"""What becomes of measuring processes that do their work, and of those that do not."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from models.candidate import Candidate
from models.manifest import Network
from pipelines.benchmark.data.folders import read_folders
from pipelines.benchmark.sampling.job import (
    Alive,
    Check,
    Checked,
    Closed,
    Opened,
    Timed,
    Timing,
    encode,
)
from pipelines.benchmark.sampling.process import Process, Rejected
from tests.conftest import ROOT
from tests.pipelines.benchmark.parts import candidate, folders

MakeJob = Callable[..., Timing]


@pytest.fixture
def timing(network: Network, pictures: tuple[str, ...]) -> MakeJob:
    def make(wanted: Candidate, frames: int = 5, seconds: float = 0.0) -> Timing:
        return Timing(network, wanted, pictures, frames, seconds, 0.01)

    return make


def test_every_frame_is_timed(timing: MakeJob) -> None:
    heard = []
    with Process(timing(candidate(), frames=7)) as process:
        answer = process.answer(heard.append)
    assert isinstance(answer, Timed)
    assert len(answer.times_ms) == 7
    assert min(answer.times_ms) > 0
    assert answer.load_s > 0
    assert answer.first_ms > 0
    assert answer.early_fps is not None
    assert answer.cpu_s_per_frame > 0
    # ONNX Runtime alone is more than that.
    assert answer.memory_mb > 5
    assert answer.hardware_tier
    kinds = [type(reply) for reply in heard if not isinstance(reply, Alive)]
    assert kinds == [Opened, Closed, Timed]


def test_it_lasts_at_least_as_long_as_it_is_asked_to(timing: MakeJob) -> None:
    with Process(timing(candidate(), frames=1, seconds=0.3)) as process:
        answer = process.answer()
    assert isinstance(answer, Timed)
    assert sum(answer.times_ms) > 100  # of 300 ms; the rest is between the frames
    assert len(answer.times_ms) > 1


def test_accuracy_is_that_of_the_pictures(network: Network, tmp_path: Path) -> None:
    data = read_folders(folders(tmp_path / "data"))
    # One is labelled as what it is not.
    (tmp_path / "data" / "red" / "1.png").write_bytes(
        (tmp_path / "data" / "blue" / "1.png").read_bytes()
    )
    with Process(Check(network, candidate(), data)) as process:
        answer = process.answer()
    assert isinstance(answer, Checked)
    assert (answer.metric, answer.images) == ("top1", 6)
    assert answer.accuracy == pytest.approx(5 / 6)


def test_without_pictures_only_the_output_is_checked(network: Network) -> None:
    with Process(Check(network, candidate(), None)) as process:
        assert process.answer() == Checked()


@pytest.mark.usefixtures("misbehaving")
@pytest.mark.parametrize(
    ("engine", "said"),
    [
        ("aborting", "the measuring process was killed by SIGABRT"),
        ("exiting", "the measuring process failed: status 3"),
        ("raising", "the measuring process failed: RuntimeError: the engine has a fault"),
    ],
)
def test_an_engine_that_fails_is_rejected_with_the_reason(
    timing: MakeJob, engine: str, said: str
) -> None:
    with (
        Process(timing(replace(candidate(), engine=engine))) as process,
        pytest.raises(Rejected, match=said),
    ):
        process.answer()


@pytest.mark.usefixtures("misbehaving")
def test_a_process_that_hangs_is_killed(timing: MakeJob) -> None:
    ticks = []
    with Process(timing(replace(candidate(), engine="hanging")), silence_s=5.0) as process:
        with pytest.raises(Rejected, match="hung: no sign of life for 5 s"):
            process.answer(tick=lambda: ticks.append(0))
        pid = process.pid
    assert not psutil.pid_exists(pid)
    assert len(ticks) > 3


@pytest.mark.usefixtures("misbehaving")
def test_what_an_engine_prints_is_not_taken_for_an_answer(timing: MakeJob) -> None:
    heard = []
    with Process(timing(replace(candidate(), engine="talking"))) as process:
        assert isinstance(process.answer(heard.append), Timed)
    assert [type(reply) for reply in heard].count(Closed) == 1


@pytest.mark.usefixtures("misbehaving")
def test_an_engine_that_computes_something_else_is_rejected(network: Network) -> None:
    wrong = replace(candidate(), engine="wrong")
    with (
        Process(Check(network, wrong, None)) as process,
        pytest.raises(Rejected, match="wrong contradicts onnxruntime: its output 'colour'"),
    ):
        process.answer()


@pytest.mark.usefixtures("misbehaving")
def test_an_engine_is_checked_in_the_candidate_s_precision(network: Network) -> None:
    lossy = replace(candidate(), engine="lossy")
    with Process(Check(network, lossy, None)) as process:
        assert process.answer() == Checked()
    low = Check(network, replace(lossy, precision="bf16"), None)
    with (
        Process(low) as process,
        pytest.raises(Rejected, match="lossy contradicts onnxruntime: its output 'colour'"),
    ):
        process.answer()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"engine": "nosuch"}, "unknown engine 'nosuch'"),
        ({"precision": "int4"}, "int4"),
        ({"precision": "bf16"}, "cannot compute in bf16"),
        ({"device": "cuda"}, "no device 'cuda' here"),
    ],
)
def test_what_cannot_be_run_says_why(timing: MakeJob, changes: dict[str, str], said: str) -> None:
    with (
        Process(timing(replace(candidate(), **changes))) as process,
        pytest.raises(Rejected, match=said),
    ):
        process.answer()


def test_a_process_ends_when_nobody_listens_any_more(timing: MakeJob) -> None:
    heard = []
    with Process(timing(candidate(), seconds=600.0)) as process:
        with pytest.raises(KeyboardInterrupt):
            process.answer(hear=lambda reply: interrupt(heard.append(reply), len(heard)))
        pid = process.pid
    assert not psutil.pid_exists(pid)


def interrupt(_: object, wanted: int | bool) -> None:
    if wanted:
        raise KeyboardInterrupt


def test_the_job_needs_no_folder_of_ours(timing: MakeJob, tmp_path: Path) -> None:
    here = Path.cwd()
    os.chdir(tmp_path)
    try:
        with Process(timing(candidate())) as process:
            assert isinstance(process.answer(), Timed)
    finally:
        os.chdir(here)


_PARENT = """
import sys
from pathlib import Path
from pipelines.benchmark.sampling.job import decode_job
from pipelines.benchmark.sampling.process import Process
with Process(decode_job(Path(sys.argv[1]).read_bytes())) as process:
    process.answer(hear=lambda reply: print(process.pid, flush=True))
"""


@pytest.mark.usefixtures("misbehaving")
def test_not_even_a_hanging_engine_outlives_a_benchmark_that_was_killed(
    timing: MakeJob, tmp_path: Path
) -> None:
    (tmp_path / "job").write_bytes(encode(timing(replace(candidate(), engine="hanging"))))
    site = os.environ["PYTHONPATH"]
    parent = subprocess.Popen(
        [sys.executable, "-c", _PARENT, str(tmp_path / "job")],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": f"{ROOT}:{site}"},
        text=True,
    )
    assert parent.stdout is not None
    pid = int(parent.stdout.readline())
    time.sleep(2.0)
    assert psutil.pid_exists(pid)
    parent.kill()
    parent.communicate()
    end_s = time.monotonic() + 30
    while psutil.pid_exists(pid) and time.monotonic() < end_s:
        time.sleep(0.1)
    assert not psutil.pid_exists(pid)
