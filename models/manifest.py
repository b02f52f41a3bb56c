"""A network's manifest: the TOML file that says what a network is and how to feed and read it.

docs/manifest.md documents every key for users.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct

from models.errors import ManifestError
from models.toml import read_toml

Task = Literal["detect", "classify"]
Fit = Literal["stretch", "letterbox", "letterbox-topleft", "crop"]
Precision = Literal["fp32", "fp16", "bf16", "int8"]
Fraction = Annotated[float, Meta(ge=0, le=1)]
Pixels = Annotated[int, Meta(ge=1, le=8192)]
Name = Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9._-]{0,63}$")]
Sha256 = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}$")]
Three = tuple[float, float, float]

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
    mean: Three = (0.0, 0.0, 0.0)
    std: Three = (1.0, 1.0, 1.0)
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


class Manifest(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One network in one file. *labels*: the labels themselves, or the name of a label file

    beside the manifest or of a label set that comes with Saccade ("coco80"). *source*: where
    the file was published.
    """

    schema: Literal[1] = 1
    name: Name
    title: str
    task: Task
    precision: Precision = "fp32"
    file: str
    sha256: Sha256
    size: Annotated[int, Meta(ge=1)] | None = None
    source: str = ""
    licence: str
    labels: str | tuple[str, ...]
    parent: str | None = None
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
                f"{self.path}: SHA-256 is {found}, the manifest says {self.manifest.sha256}; "
                f"the file is damaged or another one: remove the network and add it again"
            )


def load_network(manifest_path: Path) -> Network:
    """Read a manifest and what it points to. Raises ManifestError naming file and key."""
    manifest = read_toml(manifest_path, Manifest, ManifestError)
    return Network(
        manifest=manifest,
        path=_beside(manifest_path, manifest.file, "file"),
        labels=_labels(manifest_path, manifest),
    )


def sha256_of(path: Path) -> str:
    """The file's SHA-256 as hexadecimal digits."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(1 << 20):
            digest.update(chunk)
    return digest.hexdigest()


def _beside(manifest_path: Path, name: str, key: str) -> Path:
    """The file *name* in the manifest's folder, which it may not leave."""
    folder = manifest_path.parent.resolve()
    path = (folder / name).resolve()
    if folder not in path.parents:
        raise ManifestError(
            f"{manifest_path}: {key} = {name!r} points outside the manifest's folder; "
            f"put the file beside the manifest"
        )
    if not path.is_file():
        raise ManifestError(f"{manifest_path}: {key} = {name!r}: there is no such file")
    return path


def _labels(manifest_path: Path, manifest: Manifest) -> tuple[str, ...]:
    if not isinstance(manifest.labels, str):
        labels = manifest.labels
    else:
        bundled = LABEL_SETS / f"{manifest.labels}.txt"
        path = (
            bundled
            if manifest.labels.isidentifier() and bundled.is_file()
            else _beside(manifest_path, manifest.labels, "labels")
        )
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError as error:
            raise ManifestError(f"{path}: not UTF-8 text: {error.reason}") from error
        labels = tuple(line.strip() for line in text.splitlines() if line.strip())
    if not labels:
        raise ManifestError(f"{manifest_path}: labels: there is not one label")
    return labels


def encode_manifest(manifest: Manifest) -> str:
    """The manifest as TOML text, for networks that a command registers."""
    from models.toml import dump_toml

    return dump_toml(msgspec.to_builtins(manifest))
