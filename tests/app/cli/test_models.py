"""`models` as a user types it, on real networks and real engines."""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from app.cli import models as command
from models import catalogue
from models.errors import (
    DownloadError,
    InputError,
    ManifestError,
    MissingExtra,
    ModelFileError,
    SaccadeError,
    UnknownName,
)
from models.store import Store
from tests.conftest import ROOT
from tests.models.server import Behaviour, serving
from tests.models.tiny import MANIFEST, write_manifest, write_network

Run = Callable[..., int]

FASTESTDET = """\
labels = "coco80"

[input]
width = 352
height = 352
std = [255, 255, 255]

[decoder]
name = "fastestdet"
"""


def parse(words: tuple[str, ...], networks: Path) -> argparse.Namespace:
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--json", action="store_true")
    parser = argparse.ArgumentParser(prog="main.py")
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


def test_a_network_is_pulled_verified_shown_and_removed(
    run: Run, document: Callable[..., Any], real: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("pull", "fastestdet", "--mirror", real / "original") == 0
    output = capsys.readouterr()
    assert output.out == "fastestdet: installed\n"
    assert "licence BSD-3-Clause" in output.err
    assert "fastestdet: 100 % of 1.0 MB" in output.err
    row = document("show", "fastestdet")
    assert (row["state"], row["problem"]) == ("installed", None)
    assert Path(row["path"]).stat().st_size == row["size"]
    assert run("verify") == 0
    assert run("remove", "fastestdet") == 0
    with pytest.raises(UnknownName, match="models pull fastestdet"):
        run("remove", "fastestdet")


def test_pulling_again_downloads_nothing_unless_it_is_damaged(
    run: Run, networks: Path, real: Path
) -> None:
    file = catalogue.manifest("yunet").file
    content = (real / "original" / file).read_bytes()
    with serving(Behaviour({file: content})) as server:
        assert run("pull", "yunet", "--mirror", server.url) == 0
        assert run("pull", "yunet", "--mirror", server.url) == 0
        assert len(server.requests) == 1
        installed = Store(networks).get("yunet").path
        installed.write_bytes(content[:-1] + b"x")
        assert run("verify", "yunet") == 2
        assert run("pull", "yunet", "--mirror", server.url) == 0
        assert len(server.requests) == 2
    assert installed.read_bytes() == content
    assert sorted(path.name for path in (networks / ".downloads").iterdir()) == [".lock"]


def test_of_a_pack_what_can_be_had_is_installed(
    run: Run, networks: Path, real: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mirror = tmp_path / "mirror"
    mirror.mkdir()
    (mirror / "FastestDet.onnx").symlink_to(real / "original" / "FastestDet.onnx")
    with pytest.raises(SaccadeError, match="4 of the 5 networks of 'coco' could not be installed"):
        run("pull", "coco", "--mirror", mirror)
    assert "there is no file 'yolox_nano_iinfer.onnx'" in capsys.readouterr().err
    assert [network.name for network in Store(networks, bundled=networks).networks()] == [
        "fastestdet"
    ]


@pytest.fixture
def _without_extras(monkeypatch: pytest.MonkeyPatch) -> None:
    for engine in ("openvino", "ncnn", "litert"):
        monkeypatch.delitem(sys.modules, f"models.engines.{engine}", raising=False)
    for module in ("openvino", "ncnn", "ai_edge_litert", "ai_edge_litert.interpreter"):
        monkeypatch.setitem(sys.modules, module, None)


def test_a_tflite_network_is_pulled(run: Run, networks: Path, real: Path) -> None:
    pytest.importorskip("ai_edge_litert")
    assert run("pull", "mobilenet-v1-0.25-128-quant", "--mirror", real / "original") == 0
    assert Store(networks).get("mobilenet-v1-0.25-128-quant").path.suffix == ".tflite"


@pytest.mark.usefixtures("_without_extras")
def test_what_no_installed_engine_reads_is_not_downloaded(run: Run, real: Path) -> None:
    file = catalogue.manifest("mobilenet-v1-0.25-128-quant").file
    content = (real / "original" / file).read_bytes()
    with serving(Behaviour({file: content})) as server:
        with pytest.raises(MissingExtra, match=r'`\.venv/bin/pip install "\.\[litert\]"`'):
            run("pull", "mobilenet-v1-0.25-128-quant", "--mirror", server.url)
        assert server.requests == []


@pytest.mark.usefixtures("_without_extras")
def test_engines_that_are_not_installed_are_named_with_the_command(
    run: Run, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    network, manifest = write_network(tmp_path / "own.onnx"), write_manifest(tmp_path / "own.toml")
    assert run("add", network, "--manifest", manifest) == 0
    (record,) = [each for each in caplog.records if each.name == "models.store"]
    assert record.levelname == "INFO"
    for extra in ("openvino", "ncnn"):
        assert f'`.venv/bin/pip install ".[{extra}]"` installs it' in record.message


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"not at all what was promised", "it is not the file that was promised"),
        (None, "there is no file 'FastestDet.onnx'"),
    ],
)
def test_a_bad_mirror_installs_nothing(
    run: Run, networks: Path, tmp_path: Path, content: bytes | None, message: str
) -> None:
    if content is not None:
        (tmp_path / "FastestDet.onnx").write_bytes(content)
    with pytest.raises(SaccadeError, match=message):
        run("pull", "fastestdet", "--mirror", tmp_path)
    assert Store(networks, bundled=networks).list() == ()


def test_a_users_network_of_the_same_name_is_not_overwritten(
    run: Run, networks: Path, tmp_path: Path
) -> None:
    manifest = write_manifest(tmp_path / "m.toml", f'name = "yunet"\n{MANIFEST}')
    assert run("add", write_network(tmp_path / "own.onnx"), "--manifest", manifest) == 0
    with pytest.raises(InputError, match="another network is installed as 'yunet'"):
        run("pull", "yunet", "--mirror", tmp_path)
    assert Store(networks).get("yunet").labels == ("red", "green", "blue")


def test_ones_own_network_is_added_with_one_command(
    run: Run, document: Callable[..., Any], tmp_path: Path
) -> None:
    file, manifest = write_network(tmp_path / "Colours.onnx"), write_manifest(tmp_path / "m.toml")
    assert run("add", file, "--manifest", manifest) == 0
    row = document("show", "colours")
    assert (row["task"], row["licence"], row["state"]) == ("classify", "unknown", "installed")
    assert run("verify", "colours") == 0


@pytest.mark.parametrize(
    ("change", "manifest", "kind"),
    [
        # Cut off, as an interrupted copy leaves it.
        (lambda data: data[: len(data) // 2], FASTESTDET, ModelFileError),
        (lambda data: b"", FASTESTDET, ModelFileError),
        # No ONNX file at all.
        (lambda data: b"<!DOCTYPE html><title>404</title>" * 40, FASTESTDET, ModelFileError),
        # Not the file that the manifest speaks of.
        (lambda data: data, f'sha256 = "{"0" * 64}"\n{FASTESTDET}', ManifestError),
        # Fewer labels than classes, in a list and in a file.
        (lambda data: data, FASTESTDET.replace('"coco80"', '["person"]'), ManifestError),
        (lambda data: data, FASTESTDET.replace('"coco80"', '"few.txt"'), ManifestError),
        # A manifest that reaches outside its folder, and one that is none.
        (lambda data: data, f'file = "../net.onnx"\n{FASTESTDET}', ManifestError),
        (lambda data: data, FASTESTDET.replace('"coco80"', '"../few.txt"'), ManifestError),
        (lambda data: data, "labels = ", ManifestError),
        # An output that this decoder does not know, and a decoder that nobody knows.
        (lambda data: data, FASTESTDET.replace('"fastestdet"', '"yolox"'), InputError),
        (lambda data: data, FASTESTDET.replace('"fastestdet"', '"fastdet"'), UnknownName),
        # An input of another size than the network's.
        (lambda data: data, FASTESTDET.replace("352", "320"), InputError),
    ],
)
def test_bad_input_is_one_sentence_and_installs_nothing(
    run: Run,
    networks: Path,
    real: Path,
    tmp_path: Path,
    change: Callable[[bytes], bytes],
    manifest: str,
    kind: type[SaccadeError],
) -> None:
    file = tmp_path / "net.onnx"
    file.write_bytes(change((real / "original" / "FastestDet.onnx").read_bytes()))
    (tmp_path / "few.txt").write_text("person\nbicycle\n")
    with pytest.raises(kind) as caught:
        run("add", file, "--manifest", write_manifest(tmp_path / "net.toml", manifest))
    assert caught.value.exit_status == 2
    assert "\n" not in str(caught.value)
    assert str(networks) not in str(caught.value)
    assert Store(networks, bundled=networks).list() == ()


PULL = """
    import argparse, sys
    from pathlib import Path
    from app.cli import models
    from models.errors import SaccadeError
    parser = argparse.ArgumentParser()
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--json", action="store_true")
    models.add_parser(parser.add_subparsers(), [common])
    args = parser.parse_args(["models", "pull", "fastestdet", "--mirror", sys.argv[1]])
    args.networks = Path("networks")
    try:
        sys.exit(models.run(args))
    except SaccadeError as error:
        print(f"saccade: {error}", file=sys.stderr)
        sys.exit(error.exit_status)
"""


def test_ctrl_c_keeps_what_has_arrived(run: Run, networks: Path, real: Path) -> None:
    content = (real / "original" / "FastestDet.onnx").read_bytes()
    server = Behaviour({"FastestDet.onnx": content}, stall=500_000)
    with serving(server):
        process = subprocess.Popen(
            [sys.executable, "-c", textwrap.dedent(PULL), server.url],
            cwd=networks.parent,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stderr=subprocess.PIPE,
            text=True,
        )
        deadline = time.monotonic() + 60
        while not any(p.stat().st_size > 4e5 for p in networks.glob(".downloads/*.part")):
            assert time.monotonic() < deadline
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=60)
    assert process.returncode == DownloadError.exit_status
    assert errors.splitlines()[-1] == (
        "saccade: fastestdet: interrupted; what has arrived is kept, "
        "the same command goes on from there"
    )
    assert "Traceback" not in errors
    (part,) = networks.glob(".downloads/*.part")
    arrived = part.stat().st_size
    with serving(Behaviour({"FastestDet.onnx": content})) as again:
        assert run("pull", "fastestdet", "--mirror", again.url) == 0
    assert again.requests == [("/FastestDet.onnx", f"bytes={arrived}-")]
