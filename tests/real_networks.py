"""The real networks that tests run: the catalogue's, and those that are nowhere published as ONNX.

The latter's manifests are beside this file, in networks/; the files of both come from the folder of
the `real` fixture.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from models import catalogue
from models.errors import ManifestError
from models.manifest import Manifest, Network, read_labels
from models.toml import read_toml

MANIFESTS = {
    path.stem: path
    for folder in (catalogue.FOLDER, Path(__file__).parent / "networks")
    for path in sorted(folder.glob("*.toml"))
}

DETECTORS = (
    "fastestdet",
    "nanodet-m",
    "nanodet-m-int8",
    "ssd-mobilenet-v1",
    "ssd-mobilenet-v1-int8",
    "yolo-fastest-1.1",
    "yolox-nano",
)
CLASSIFIERS = (
    "mobilenet-v1-0.25-128",
    "mobilenet-v1-0.25-128-int8",
    "mobilenet-v1-0.5-160",
    "mobilenet-v1-0.5-160-int8",
    "mobilenet-v1-0.75-192",
    "mobilenet-v1-0.75-192-int8",
    "mobilenet-v2",
    "mobilenet-v2-int8",
    "squeezenet-v1.0",
    "squeezenet-v1.1",
)
ALL = (*DETECTORS, "yunet", *CLASSIFIERS)


def real_network(name: str, real: Path) -> Network:
    """The network of that name; skips where the folder does not have its file."""
    path = MANIFESTS[name]
    manifest = read_toml(path, Manifest, ManifestError)
    for folder in ("original", "converted"):
        file = real / folder / manifest.file
        if file.is_file():
            return Network(manifest=manifest, path=file, labels=read_labels(path, manifest))
    pytest.skip(f"{manifest.file} is not in {real}")
