"""Downloads from real servers on loopback: resumed, cut, stalled, wrong, endless."""

from __future__ import annotations

import fcntl
import hashlib
import random
from pathlib import Path

import msgspec
import pytest

from models import catalogue
from models.download import Patience, fetch
from models.errors import DownloadError, InputError
from models.manifest import Manifest
from tests.models.server import Behaviour, serving

DATA = random.Random(5).randbytes(300_000)
QUICK = Patience(connect_s=5.0, read_s=0.3, tries=3, backoff_s=0.01)


def described(data: bytes = DATA, size: int | None = None, source: str = "") -> Manifest:
    """A manifest for *data* as `net.onnx`."""
    return msgspec.structs.replace(
        catalogue.manifest("fastestdet"),
        name="net",
        file="net.onnx",
        source=source,
        sha256=hashlib.sha256(data).hexdigest(),
        size=len(data) if size is None else size,
    )


def part(folder: Path, manifest: Manifest) -> Path:
    return folder / f"{manifest.sha256}.part"


def asked(server: Behaviour) -> list[str | None]:
    """The ranges that were asked for, in order."""
    return [wanted for _, wanted in server.requests]


def test_a_file_is_downloaded_and_its_progress_told(tmp_path: Path) -> None:
    told: list[tuple[int, int | None]] = []
    with serving(Behaviour({"pub/net.onnx": DATA})) as server:
        manifest = described(source=f"{server.url}/pub/net.onnx")
        path = fetch(manifest, tmp_path, progress=lambda *step: told.append(step))
    assert path.read_bytes() == DATA
    assert path.suffix == ".onnx"
    assert told[-1] == (len(DATA), len(DATA))
    assert told == sorted(told)
    assert not part(tmp_path, manifest).exists()


def test_a_redirect_is_followed(tmp_path: Path) -> None:
    with serving(Behaviour({"here/net.onnx": DATA}, redirect="/here/")) as server:
        path = fetch(described(source=f"{server.url}/moved/net.onnx"), tmp_path)
    assert path.read_bytes() == DATA


def test_a_mirror_has_the_file_under_its_own_name(tmp_path: Path) -> None:
    manifest = described(source="https://nowhere.invalid/other-name.onnx")
    with serving(Behaviour({"m/net.onnx": DATA})) as server:
        assert fetch(manifest, tmp_path / "a", mirror=f"{server.url}/m/").read_bytes() == DATA
    (tmp_path / "net.onnx").write_bytes(DATA)
    assert fetch(manifest, tmp_path / "b", mirror=str(tmp_path)).read_bytes() == DATA


def test_a_cut_connection_is_resumed_where_it_broke(tmp_path: Path) -> None:
    cuts = [50_000] * 4
    with serving(Behaviour({"net.onnx": DATA}, cut=cuts)) as server:
        path = fetch(described(), tmp_path, mirror=server.url, patience=QUICK)
    assert path.read_bytes() == DATA
    first, *others = asked(server)
    starts = [int(str(wanted)[6:-1]) for wanted in others]
    assert first is None
    # More cuts than tries: what counts is that something new arrives between them.
    assert len(starts) == 4 > QUICK.tries
    assert starts == sorted(set(starts))


def test_a_connection_that_always_breaks_at_the_same_place_is_given_up(tmp_path: Path) -> None:
    broken = Behaviour({"net.onnx": DATA}, ranges=False, cut=[50_000] * 99)
    with (
        serving(broken) as server,
        pytest.raises(DownloadError, match=r"the connection was cut \(3 tries\); what has arrived"),
    ):
        fetch(described(), tmp_path, mirror=server.url, patience=QUICK)


def test_an_interrupted_download_goes_on_in_the_next_call(tmp_path: Path) -> None:
    def stop(done: int, total: int | None) -> None:
        if done > 100_000:
            raise KeyboardInterrupt

    with serving(Behaviour({"net.onnx": DATA})) as server:
        with pytest.raises(KeyboardInterrupt):
            fetch(described(), tmp_path, mirror=server.url, progress=stop)
        arrived = part(tmp_path, described()).stat().st_size
        assert 100_000 < arrived < len(DATA)
        path = fetch(described(), tmp_path, mirror=server.url)
    assert path.read_bytes() == DATA
    assert asked(server) == [None, f"bytes={arrived}-"]


def test_a_complete_part_needs_no_server(tmp_path: Path) -> None:
    part(tmp_path, described()).write_bytes(DATA)
    path = fetch(described(), tmp_path, mirror="http://127.0.0.1:9/none", patience=QUICK)
    assert path.read_bytes() == DATA


@pytest.mark.parametrize(
    "behaviour",
    [
        Behaviour({"net.onnx": DATA}, ranges=False),  # sends the whole again
        Behaviour({"net.onnx": DATA}, shift=7),  # resumes somewhere else
    ],
)
def test_a_server_that_cannot_resume_sends_all_of_it(tmp_path: Path, behaviour: Behaviour) -> None:
    part(tmp_path, described()).write_bytes(DATA[:1000])
    with serving(behaviour) as server:
        path = fetch(described(), tmp_path, mirror=server.url, patience=QUICK)
    assert path.read_bytes() == DATA
    assert asked(server)[0] == "bytes=1000-"


@pytest.mark.parametrize("start", [b"x" * 1000, DATA + b"too much"])
def test_a_part_of_something_else_is_given_up(tmp_path: Path, start: bytes) -> None:
    part(tmp_path, described()).write_bytes(start)
    with serving(Behaviour({"net.onnx": DATA})) as server:
        path = fetch(described(), tmp_path, mirror=server.url, patience=QUICK)
    assert path.read_bytes() == DATA


def test_a_busy_server_is_asked_again(tmp_path: Path) -> None:
    with serving(Behaviour({"net.onnx": DATA}, status=[503, 429])) as server:
        path = fetch(described(), tmp_path, mirror=server.url, patience=QUICK)
    assert path.read_bytes() == DATA


@pytest.mark.parametrize("length", [True, False])
def test_wrong_bytes_are_refused_and_deleted(tmp_path: Path, length: bool) -> None:
    wrong = DATA[:-1] + bytes([DATA[-1] ^ 1])
    with (
        serving(Behaviour({"net.onnx": wrong}, length=length)) as server,
        pytest.raises(DownloadError, match=r"net\.onnx is not the file that was promised"),
    ):
        fetch(described(), tmp_path, mirror=server.url, patience=QUICK)
    assert not list(tmp_path.glob("[!.]*"))
    assert len(server.requests) == 1


def test_a_pointer_in_place_of_the_file_is_refused_at_once(tmp_path: Path) -> None:
    pointer = b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 300000\n"
    with (
        serving(Behaviour({"net.onnx": pointer})) as server,
        pytest.raises(DownloadError, match="has 69 bytes, expected 300000"),
    ):
        fetch(described(), tmp_path, mirror=server.url, patience=QUICK)


def test_data_without_end_is_cut_off(tmp_path: Path) -> None:
    endless = Behaviour({"net.onnx": DATA * 4}, length=False)
    told: list[int] = []
    with (
        serving(endless) as server,
        pytest.raises(DownloadError, match="goes on after 300000 bytes"),
    ):
        fetch(described(), tmp_path, server.url, lambda done, _: told.append(done), QUICK)
    assert max(told) <= len(DATA)
    assert not list(tmp_path.glob("[!.]*"))


def test_more_than_the_disk_has_is_not_begun(tmp_path: Path) -> None:
    huge = Behaviour({"net.onnx": DATA}, length=1 << 60)
    with serving(huge) as server, pytest.raises(DownloadError, match="the disk is full"):
        fetch(described(size=1 << 60), tmp_path, mirror=server.url, patience=QUICK)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_a_disk_that_fills_up_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "net.onnx").write_bytes(DATA)
    part(tmp_path, described()).symlink_to("/dev/full")
    with pytest.raises(DownloadError, match="the disk is full; make space and try again"):
        fetch(described(), tmp_path, mirror=str(tmp_path))
    assert not part(tmp_path, described()).is_symlink()


def test_a_server_that_stalls_is_given_up_and_what_came_is_kept(tmp_path: Path) -> None:
    with (
        serving(Behaviour({"net.onnx": DATA}, stall=70_000, ranges=False)) as server,
        pytest.raises(DownloadError, match=r"no data for 0\.3 s \(3 tries\)"),
    ):
        fetch(described(), tmp_path, mirror=server.url, patience=QUICK)
    assert part(tmp_path, described()).stat().st_size >= 65_536


@pytest.mark.parametrize(
    ("mirror", "message"),
    [
        ("http://127.0.0.1:9", "the server cannot be reached"),
        ("https://user:secret@127.0.0.1:9/x?token=secret", "the server cannot be reached"),
    ],
)
def test_no_server_is_one_sentence_without_credentials(
    tmp_path: Path, mirror: str, message: str
) -> None:
    with pytest.raises(DownloadError, match=message) as caught:
        fetch(described(), tmp_path, mirror=mirror, patience=QUICK)
    assert "secret" not in str(caught.value)
    assert caught.value.exit_status == 1


def test_a_file_the_server_lacks_is_not_asked_for_again(tmp_path: Path) -> None:
    with serving(Behaviour({})) as server, pytest.raises(DownloadError, match="answers 404"):
        fetch(described(), tmp_path, mirror=server.url, patience=QUICK)
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("mirror", "message"),
    [
        (None, "no public address is known for 'net'; give --mirror"),
        ("/no/such/folder", r"there is no file 'net\.onnx'"),
        ("http://", "names no server"),
        ("http://[bad", "names no server"),
        ("ftp://host/folder", r"there is no file 'net\.onnx'"),
    ],
)
def test_a_source_that_is_none_is_bad_input(
    tmp_path: Path, mirror: str | None, message: str
) -> None:
    with pytest.raises(InputError, match=message) as caught:
        fetch(described(), tmp_path, mirror=mirror, patience=QUICK)
    assert caught.value.exit_status == 2


def test_a_mirror_folder_with_another_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "net.onnx").write_bytes(DATA[:-1])
    with pytest.raises(DownloadError, match="has 299999 bytes, expected 300000"):
        fetch(described(), tmp_path / "d", mirror=str(tmp_path))


def test_two_downloads_do_not_write_the_same_part(tmp_path: Path) -> None:
    with (tmp_path / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(DownloadError, match=r"another download to .* is running"):
            fetch(described(), tmp_path, mirror="http://127.0.0.1:9", patience=QUICK)
