"""What every power source keeps, on a recorded tree of the machine that has it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from pipelines.power import POWER_SOURCES, PowerOptions, PowerReading, PowerSource
from tests.recorded.power import RECORDINGS, Recording
from tests.recorded.tree import Clock, build, shared_folder, unprivileged

NAMES = POWER_SOURCES.names()
GARBAGE = [
    b"",
    b"\n",
    b"garbage\n",
    b"0\n",
    b"-1\n",
    b"nan\n",
    b"-inf\n",
    b"1e999\n",
    b"0x10\n",
    b"12 monkeys\n",
    b"\x00\xff\xfe\n",
    b"9" * 5000,
    b"cpu  1 2\ncpu0 1 2\n",
    b"cpu  a b c d e f g h\ncpu0\n",
    b"throttled=0x0\n",
]


@pytest.fixture(params=NAMES)
def name(request: pytest.FixtureRequest) -> str:
    assert request.param in RECORDINGS, f"{request.param} needs a recorded tree"
    return str(request.param)


@pytest.fixture
def recording(name: str) -> Recording:
    return RECORDINGS[name]


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr("time.monotonic", clock.monotonic)
    return clock


def source_on(name: str, root: Path) -> PowerSource:
    source: PowerSource = POWER_SOURCES.load(name)(PowerOptions(root=str(root)))
    return source


def read_twice(source: PowerSource, root: Path, recording: Recording, clock: Clock) -> list[str]:
    """What the two reads of a recording say: "" for None, else the watts."""
    first = source.read()
    build(root, recording.later)
    clock.now_s += 1.0
    return [_said(first), _said(source.read())]


def _said(reading: PowerReading | None) -> str:
    return "" if reading is None else f"{reading.watts:.6f}"


def assert_sane(source: PowerSource) -> None:
    """None with a reason, or watts that a board can draw."""
    reading = source.read()
    if reading is None:
        assert source.reason
    else:
        assert 0 < reading.watts < 2000


def test_reads_what_the_recording_says(
    name: str, recording: Recording, tmp_path: Path, clock: Clock
) -> None:
    build(tmp_path, recording.files)
    source = source_on(name, tmp_path)
    source.read()
    build(tmp_path, recording.later)
    clock.now_s += 1.0
    reading = source.read()
    assert reading is not None, source.reason
    assert source.reason == ""
    assert reading.watts == pytest.approx(recording.watts, rel=1e-9)
    assert (reading.kind, reading.scope, reading.source) == (recording.kind, recording.scope, name)


def test_counts_nothing_twice_in_later_reads(
    name: str, recording: Recording, tmp_path: Path, clock: Clock
) -> None:
    build(tmp_path, recording.files)
    source = source_on(name, tmp_path)
    for _ in range(3):
        # The other way round there is a jump: whatever comes of it, the next reading is right.
        build(tmp_path, recording.files)
        clock.now_s += 1.0
        assert_sane(source)
        build(tmp_path, recording.later)
        clock.now_s += 1.0
        assert _said(source.read()) == f"{recording.watts:.6f}"


def test_absent_is_none(name: str, tmp_path: Path, clock: Clock) -> None:
    source = source_on(name, tmp_path)
    assert read_twice(source, tmp_path, Recording(0, "measured", "board", {}, ()), clock) == [
        "",
        "",
    ]
    assert source.reason


def test_absent_root_is_none(name: str, tmp_path: Path) -> None:
    source = source_on(name, tmp_path / "nowhere")
    assert source.read() is None


@pytest.mark.parametrize("garbage", GARBAGE, ids=lambda text: repr(text[:12]))
def test_garbage_in_the_values_is_none(
    name: str, recording: Recording, garbage: bytes, tmp_path: Path, clock: Clock
) -> None:
    build(tmp_path, recording.files)
    build(tmp_path, dict.fromkeys(recording.values, garbage))
    source = source_on(name, tmp_path)
    for _ in range(2):
        assert source.read() is None
        assert source.reason
        clock.now_s += 1.0


def test_garbage_after_a_good_reading_is_none(
    name: str, recording: Recording, tmp_path: Path, clock: Clock
) -> None:
    build(tmp_path, recording.files)
    source = source_on(name, tmp_path)
    assert read_twice(source, tmp_path, recording, clock)[1] == f"{recording.watts:.6f}"
    build(tmp_path, dict.fromkeys(recording.values, "garbage\n"))
    clock.now_s += 1.0
    assert source.read() is None


def test_garbage_in_any_one_file_never_raises(
    name: str, recording: Recording, tmp_path: Path, clock: Clock
) -> None:
    for number, file in enumerate(recording.files):
        for other, garbage in enumerate(GARBAGE):
            root = tmp_path / f"{number}-{other}"
            build(root, recording.files | {file: garbage})
            source = source_on(name, root)
            assert_sane(source)
            build(root, recording.later)
            clock.now_s += 1.0
            assert_sane(source)


def test_an_absurd_jump_is_not_believed(
    name: str, recording: Recording, tmp_path: Path, clock: Clock
) -> None:
    build(tmp_path, recording.files)
    source = source_on(name, tmp_path)
    source.read()
    for text in ("999999999999999999\n", "-999999999999999999\n", "1\n"):
        build(tmp_path, dict.fromkeys(recording.values, text))
        clock.now_s += 1.0
        assert_sane(source)


def test_recovers_when_the_files_come_back(
    name: str, recording: Recording, tmp_path: Path, clock: Clock
) -> None:
    build(tmp_path, recording.files)
    source = source_on(name, tmp_path)
    source.read()
    for value in recording.values:
        (tmp_path / value).unlink()
    clock.now_s += 1.0
    assert source.read() is None
    build(tmp_path, recording.files)
    clock.now_s += 1.0
    source.read()
    build(tmp_path, recording.later)
    clock.now_s += 1.0
    assert _said(source.read()) == f"{recording.watts:.6f}"


def test_permission_denied_is_none(name: str, recording: Recording) -> None:
    source_class = POWER_SOURCES.load(name)
    programs = [file for file, text in recording.files.items() if text.startswith("#!")]
    with shared_folder() as root:
        build(root, recording.files)
        for file in (*recording.values, *programs):
            (root / file).chmod(0)
        with unprivileged():
            source = source_class(PowerOptions(root=str(root)))
            assert source.read() is None
            assert source.reason


def test_runs_on_this_machine(name: str) -> None:
    source: PowerSource = POWER_SOURCES.load(name)(PowerOptions())
    for _ in range(3):
        assert_sane(source)


def test_importing_the_sources_starts_no_other_program_and_loads_nothing_heavy() -> None:
    code = (
        "import sys, pipelines.power.choose as c\n"
        "from pipelines.power import POWER_SOURCES\n"
        "[POWER_SOURCES.load(n) for n in POWER_SOURCES.names()]\n"
        "print(sorted({'subprocess', 'numpy', 'psutil', 'cv2'} & set(sys.modules)))\n"
    )
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True
    )
    assert done.stdout == "[]\n"
