"""Networks of the catalogue, installed from a mirror: a folder, a real server, a bad one."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from models import catalogue
from models.errors import (
    DownloadError,
    InputError,
    MissingExtra,
    SaccadeError,
    UnknownName,
)
from models.store import Store
from tests.app.cli.models.conftest import Run
from tests.conftest import ROOT
from tests.models.server import Behaviour, serving
from tests.models.tiny import MANIFEST, write_manifest, write_network


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
