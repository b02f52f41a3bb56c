"""One's own network, added with one command, and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from models.errors import (
    InputError,
    ManifestError,
    ModelFileError,
    SaccadeError,
    UnknownName,
)
from models.store import Store
from tests.app.cli.models.conftest import Run
from tests.models.tiny import write_manifest, write_network

FASTESTDET = """\
labels = "coco80"

[input]
width = 352
height = 352
std = [255, 255, 255]

[decoder]
name = "fastestdet"
"""


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
