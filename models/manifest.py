"""A network's manifest: the TOML file that says what a network is and how to feed and read it.

docs/manifest.md documents every key for users.
"""

from __future__ import annotations

import hashlib
import os
import re
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct

from models.errors import ManifestError, ModelFileError
from models.toml import convert, dump_toml, read_toml, read_toml_data

Task = Literal["detect", "classify"]
Fit = Literal["stretch", "letterbox", "letterbox-topleft", "crop"]
Precision = Literal["fp32", "fp16", "bf16", "int8"]
Fraction = Annotated[float, Meta(ge=0, le=1)]
Pixels = Annotated[int, Meta(ge=1, le=8192)]
NAME_PATTERN = r"^[a-z0-9][a-z0-9._-]{0,63}$"
Name = Annotated[
    str,
    Meta(
        pattern=NAME_PATTERN,
        description="at most 64 of a-z, 0-9, '.', '_' and '-', beginning with a letter or digit",
    ),
]
FileName = Annotated[
    str,
    Meta(
        pattern=r"^(?!\.)[^/\\\x00-\x1f\x7f]{1,200}$",
        description="the name of a file in the manifest's own folder, without any folder",
    ),
]
Sha256 = Annotated[
    str, Meta(pattern=r"^[0-9a-f]{64}$", description="the 64 digits (0-9, a-f) of a SHA-256")
]
PixelMean = Annotated[float, Meta(ge=-1000, le=1000)]
PixelStd = Annotated[float, Meta(gt=0, le=1000)]

MANIFEST = "manifest.toml"
LABEL_SETS = Path(__file__).parent / "labels"


class Input(Struct, frozen=True, forbid_unknown_fields=True):
    """How an image becomes the network's input tensor: fit, colour order, (x − mean) / std.

    *fit*: "stretch" ignores the aspect ratio; "letterbox" keeps it and pads with *pad* on both
    sides; "letterbox-topleft" pads right and below only; "crop" takes the central *crop*
    fraction of the image's short side as a square. *mean* and *std* are in the order of
    *colour*, on pixel values 0…255.
    """

    width: Pixels
    height: Pixels
    fit: Fit = "stretch"
    crop: Annotated[float, Meta(gt=0, le=1)] = 1.0
    colour: Literal["bgr", "rgb"] = "bgr"
    mean: tuple[PixelMean, PixelMean, PixelMean] = (0.0, 0.0, 0.0)
    std: tuple[PixelStd, PixelStd, PixelStd] = (1.0, 1.0, 1.0)
    pad: Annotated[float, Meta(ge=0, le=255)] = 114.0
    layout: Literal["nchw", "nhwc"] = "nchw"
    dtype: Literal["float32", "uint8"] = "float32"


class DecoderSection(Struct, frozen=True, forbid_unknown_fields=True):
    """*name* is one of the table of decoders; *options* are that decoder's own."""

    name: str
    score_threshold: Fraction = 0.35
    iou_threshold: Fraction = 0.45
    limit: Annotated[int, Meta(ge=1, le=1000)] = 100
    options: dict[str, Any] = {}


class Accuracy(Struct, frozen=True, forbid_unknown_fields=True):
    """*value* is a fraction. *origin*: "measured" by Saccade, or "declared" by the source."""

    metric: Literal["top1", "top5", "AP50", "AP"]
    value: Fraction
    dataset: str
    origin: Literal["measured", "declared"]
    images: int | None = None


class Pruned(Struct, frozen=True, forbid_unknown_fields=True):
    """How the network was made of its parent: *method* told which kernels matter.

    *macs*, *parent_macs*: multiplications with addition for one input, now and before. *dynamic*:
    it leaves out for each picture what that does not need, and *macs* is the mean.
    """

    method: Literal["lkam", "gamma", "taylor", "random"]
    macs: Annotated[int, Meta(ge=0)]
    parent_macs: Annotated[int, Meta(ge=1)]
    dynamic: bool = False


class Manifest(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One network in one file.

    *labels*: the labels themselves, or the name of a label file beside the manifest or of a
    label set that comes with Saccade ("coco80"). *source*: where the file was published; in the
    catalogue, the address it is downloaded from. *size*: bytes.
    """

    schema: Literal[1] = 1
    name: Name
    title: str
    task: Task
    precision: Precision = "fp32"
    file: FileName
    sha256: Sha256
    size: Annotated[int, Meta(ge=1)] | None = None
    source: str = ""
    licence: str
    labels: FileName | tuple[str, ...]
    parent: str | None = None
    pruned: Pruned | None = None
    input: Input
    decoder: DecoderSection
    accuracy: tuple[Accuracy, ...] = ()


class Network(Struct, frozen=True):
    """A manifest with what it names resolved: the network's file and its labels."""

    manifest: Manifest
    path: Path
    labels: tuple[str, ...]

    @property
    def name(self) -> str:
        return self.manifest.name

    def verify(self) -> None:
        """Compare the file with the manifest's SHA-256. Raises ManifestError."""
        found = sha256_of(self.path)
        if found != self.manifest.sha256:
            raise ManifestError(
                f"{self.path.name} of network {self.name!r} is damaged or another file: its "
                f"SHA-256 begins with {found[:12]}, the manifest's with "
                f"{self.manifest.sha256[:12]}; remove the network and install it again"
            )


def load_network(manifest_path: Path) -> Network:
    """Read a manifest and what it points to. Raises ManifestError naming file and key."""
    manifest = read_toml(manifest_path, Manifest, ManifestError)
    return Network(
        manifest=manifest,
        path=_beside(manifest_path, manifest.file, "file"),
        labels=read_labels(manifest_path, manifest),
    )


def describe_network(manifest_path: Path, file: Path) -> Network:
    """The network in *file*, described by a manifest that its user wrote.

    What can be derived may be missing there: the name (from the file's), the title, the task
    (from the decoder), the file's name, size and SHA-256, and the licence ("unknown").
    Raises ManifestError or ModelFileError.
    """
    if not file.is_file():
        raise ModelFileError(f"{file}: there is no such file")
    if not file.stat().st_size:
        raise ModelFileError(f"{file}: is empty, not a network")
    data = read_toml_data(manifest_path, ManifestError)
    decoder = data.get("decoder")
    classifier = isinstance(decoder, dict) and decoder.get("name") == "classify"
    name = re.sub(r"[^a-z0-9._-]+", "-", file.stem.lower()).strip("._-")[:64]
    derived = {
        "name": name,
        "title": data.get("name", name),
        "task": "classify" if classifier else "detect",
        "file": file.name,
        "sha256": sha256_of(file),
        "size": file.stat().st_size,
        "licence": "unknown",
    }
    manifest = convert({**derived, **data}, Manifest, ManifestError, str(manifest_path))
    for key in ("file", "sha256", "size"):
        if data.get(key, derived[key]) != derived[key]:
            raise ManifestError(
                f"{manifest_path}: {key} = {data[key]!r}, but {file} has {derived[key]!r}; "
                f"correct the key or leave it out"
            )
    return Network(manifest=manifest, path=file, labels=read_labels(manifest_path, manifest))


def read_labels(manifest_path: Path, manifest: Manifest) -> tuple[str, ...]:
    """The labels that a manifest lists or names, in the order of the network's classes."""
    if isinstance(manifest.labels, str):
        path = label_set(manifest.labels) or _beside(manifest_path, manifest.labels, "labels")
        labels = _label_file(path)
    else:
        path, labels = manifest_path, tuple(label.strip() for label in manifest.labels)
    if not labels:
        raise ManifestError(f"{path}: there is not one label")
    if "" in labels:
        raise ManifestError(
            f"{path}: label {labels.index('') + 1} is empty; every class needs its label, in order"
        )
    return labels


def label_set(name: str) -> Path | None:
    """The label set of that name that comes with Saccade, if there is one."""
    path = LABEL_SETS / f"{name}.txt"
    return path if name.isidentifier() and path.is_file() else None


def encode_manifest(manifest: Manifest) -> str:
    """The manifest as TOML text, with every default written out.

    So a stored network keeps its meaning when a later version has other defaults.
    """
    return dump_toml(msgspec.to_builtins(manifest))


def sha256_of(path: Path) -> str:
    """The file's SHA-256 as hexadecimal digits. Raises ModelFileError if it cannot be read."""
    digest = hashlib.sha256()
    try:
        with path.open("rb") as stream:
            while chunk := stream.read(1 << 20):
                digest.update(chunk)
    except OSError as error:
        raise ModelFileError(f"{path}: cannot be read: {error.strerror}") from error
    return digest.hexdigest()


def _beside(manifest_path: Path, name: str, key: str) -> Path:
    """The file *name* in the manifest's folder, which not even a symbolic link may leave."""
    # realpath, as Path.resolve raises at a loop of links before Python 3.13.
    folder = Path(os.path.realpath(manifest_path.parent))
    path = Path(os.path.realpath(folder / name))
    if folder not in path.parents:
        raise ManifestError(
            f"{manifest_path}: {key} = {name!r} points outside the manifest's folder; "
            f"put the file beside the manifest"
        )
    if not path.is_file():
        raise ManifestError(f"{manifest_path}: {key} = {name!r}: there is no such file")
    return path


def _label_file(path: Path) -> tuple[str, ...]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise ManifestError(f"{path}: not UTF-8 text") from error
    except OSError as error:
        raise ManifestError(f"{path}: cannot be read: {error.strerror}") from error
    return tuple(line.strip() for line in text.rstrip().split("\n")) if text.strip() else ()
