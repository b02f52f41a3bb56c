"""Manifests: what they may say, and what is refused with which sentence."""

from __future__ import annotations

import hashlib
from pathlib import Path

import msgspec
import pytest

from models.errors import ManifestError, ModelFileError
from models.manifest import (
    MANIFEST,
    Accuracy,
    Manifest,
    describe_network,
    encode_manifest,
    load_network,
    sha256_of,
)
from tests.models.tiny import MANIFEST as MINIMAL
from tests.models.tiny import tiny, write_manifest, write_network


def test_what_a_manifest_leaves_out_is_derived_from_the_file(tmp_path: Path) -> None:
    file = write_network(tmp_path / "My Net (v2).onnx")
    network = describe_network(write_manifest(tmp_path / "net.toml"), file)
    manifest = network.manifest
    assert (manifest.name, manifest.title) == ("my-net-v2", "my-net-v2")
    assert (manifest.task, manifest.licence) == ("classify", "unknown")
    assert (manifest.file, manifest.size) == ("My Net (v2).onnx", file.stat().st_size)
    assert manifest.sha256 == hashlib.sha256(file.read_bytes()).hexdigest()
    assert network.labels == ("red", "green", "blue")
    assert network.path == file


def test_another_decoder_means_a_detector(tmp_path: Path) -> None:
    assert tiny(tmp_path, text=MINIMAL.replace("classify", "yolox")).manifest.task == "detect"


def test_what_a_manifest_says_counts(tmp_path: Path) -> None:
    text = 'name = "mine"\nlicence = "MIT"\ntask = "detect"\n' + MINIMAL
    manifest = tiny(tmp_path, text=text).manifest
    assert (manifest.name, manifest.title) == ("mine", "mine")
    assert (manifest.licence, manifest.task) == ("MIT", "detect")


@pytest.mark.parametrize(
    ("line", "message"),
    [
        # What is said of the file must be true of it.
        (f'sha256 = "{"0" * 64}"', "sha256 = '000"),
        ("size = 7", "size = 7, but "),
        ('file = "other.onnx"', "file = 'other.onnx', but "),
        # Nothing outside the manifest's folder, whichever way it is written.
        ('file = "../tiny.onnx"', "expected the name of a file in the manifest's own folder"),
        ('file = "/etc/passwd"', "expected the name of a file in the manifest's own folder"),
        ('name = "../up"', "name = '../up': expected at most 64 of a-z"),
        ('name = ".hidden"', "beginning with a letter or digit"),
        ('precision = "fp64"', "expected one of bf16, fp16, fp32, int8"),
        ('colour = "rgb"', "unknown key colour"),
    ],
)
def test_a_wrong_key_is_one_sentence(tmp_path: Path, line: str, message: str) -> None:
    with pytest.raises(ManifestError) as caught:
        tiny(tmp_path, text=f"{line}\n{MINIMAL}")
    assert message in str(caught.value)
    assert "tiny.toml" in str(caught.value)


@pytest.mark.parametrize(
    ("key", "message"),
    [
        ("width = 0", "input.width = 0: expected a whole number >= 1"),
        ("std = [1, 0, 1]", "input.std[1] = 0: expected a number > 0"),
        ("mean = [nan, 0, 0]", "input.mean[0] = nan: expected a number >= -1000"),
        ("mean = [0, 0]", "input.mean = [0, 0]: expected a list of length 3"),
        ("color = 'rgb'", "unknown key input.color; did you mean 'colour'?"),
    ],
)
def test_the_input_is_checked(tmp_path: Path, key: str, message: str) -> None:
    name = key.split(" ", maxsplit=1)[0]
    rest = "\n".join(line for line in MINIMAL.split("\n") if not line.startswith(f"{name} ="))
    with pytest.raises(ManifestError) as caught:
        tiny(tmp_path, text=rest.replace("[input]", f"[input]\n{key}"))
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("red\n\nblue\n", "label 2 is empty"),
        ("\n\n", "there is not one label"),
        (b"\xff\xfe", "not UTF-8 text"),
        (None, "labels = 'own.txt': there is no such file"),
    ],
)
def test_a_wrong_label_file_is_one_sentence(
    tmp_path: Path, content: str | bytes | None, message: str
) -> None:
    if content is not None:
        data = content.encode() if isinstance(content, str) else content
        (tmp_path / "own.txt").write_bytes(data)
    with pytest.raises(ManifestError, match=message):
        tiny(tmp_path, text=MINIMAL.replace('["red", "green", "blue"]', '"own.txt"'))


def test_labels_come_from_a_file_beside_the_manifest_or_a_bundled_set(tmp_path: Path) -> None:
    # As editors on Windows write it: with a mark at the start and two characters per line end.
    (tmp_path / "own.txt").write_bytes("\ufeffrouge\r\nvert\r\nbleu\r\n\r\n".encode())
    own = tiny(tmp_path, text=MINIMAL.replace('["red", "green", "blue"]', '"own.txt"'))
    assert own.labels == ("rouge", "vert", "bleu")
    coco = tiny(tmp_path, text=MINIMAL.replace('["red", "green", "blue"]', '"coco80"'))
    assert (len(coco.labels), coco.labels[0]) == (80, "person")


def test_a_link_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    network = tiny(tmp_path / "outside")
    folder = tmp_path / "inside"
    folder.mkdir()
    write_manifest(folder / MANIFEST, encode_manifest(network.manifest))
    (folder / "tiny.onnx").symlink_to(network.path)
    with pytest.raises(ManifestError, match="points outside the manifest's folder"):
        load_network(folder / MANIFEST)


def test_a_loop_of_links_is_no_file(tmp_path: Path) -> None:
    network = tiny(tmp_path)
    (tmp_path / "labels.txt").symlink_to("labels.txt")
    manifest = msgspec.structs.replace(network.manifest, labels="labels.txt")
    path = write_manifest(tmp_path / MANIFEST, encode_manifest(manifest))
    with pytest.raises(ManifestError, match="there is no such file"):
        load_network(path)


def test_a_manifest_is_written_and_read_back_whole(tmp_path: Path) -> None:
    text = (
        MINIMAL
        + "score_threshold = 0.5\n[decoder.options]\nbackground = 0\nnested = { a = [1, 2] }\n"
        + '[[accuracy]]\nmetric = "top1"\nvalue = 0.5\ndataset = "mine"\norigin = "measured"\n'
    )
    network = tiny(tmp_path, text=text)
    path = write_manifest(tmp_path / MANIFEST, encode_manifest(network.manifest))
    assert load_network(path) == network


def test_a_stored_manifest_writes_out_every_default(tmp_path: Path) -> None:
    text = encode_manifest(tiny(tmp_path).manifest)
    assert "mean = [0.0, 0.0, 0.0]" in text
    assert "iou_threshold = 0.45" in text


def test_verify_notices_one_changed_bit(tmp_path: Path) -> None:
    network = tiny(tmp_path)
    network.verify()
    data = bytearray(network.path.read_bytes())
    data[-1] ^= 1
    network.path.write_bytes(data)
    with pytest.raises(ManifestError, match="SHA-256 begins with "):
        network.verify()


def test_no_file_and_no_manifest_are_one_sentence(tmp_path: Path) -> None:
    manifest = write_manifest(tmp_path / "net.toml")
    with pytest.raises(ModelFileError, match=r"none\.onnx: there is no such file"):
        describe_network(manifest, tmp_path / "none.onnx")
    with pytest.raises(ManifestError, match=r"none\.toml: cannot be read: No such file"):
        describe_network(tmp_path / "none.toml", write_network(tmp_path / "a.onnx"))
    with pytest.raises(ModelFileError, match="cannot be read: Is a directory"):
        sha256_of(tmp_path)


def test_every_key_is_documented() -> None:
    """docs/manifest.md is what the error messages' readers are sent to."""
    text = (Path(__file__).parents[2] / "docs" / "manifest.md").read_text(encoding="utf-8")

    def keys(kind: type, prefix: str = "") -> list[str]:
        found = []
        for field in msgspec.structs.fields(kind):
            found.append(f"`{prefix}{field.encode_name}`")
            if isinstance(field.type, type) and issubclass(field.type, msgspec.Struct):
                found += keys(field.type, f"{field.encode_name}.")
        return found

    documented = [*keys(Manifest), *keys(Accuracy, "accuracy.")]
    assert [key for key in documented if key not in text] == []
