"""Networks, pictures and plans that are measured in no time."""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import msgspec
import numpy as np

from models.candidate import Candidate
from models.manifest import DecoderSection, Network
from pipelines.benchmark.bench import Plan
from pipelines.benchmark.grid import Limits, make_grid
from pipelines.benchmark.sampling.sample import Extent
from tests import tiny_networks

BGR = {"blue": (200, 20, 20), "green": (20, 200, 20), "red": (20, 20, 200)}
SHORT = Extent(frames=4, seconds=0.02, early_s=0.01)


def colours(folder: Path, name: str = "colours") -> Network:
    """A classifier that is right about every picture of `folders`."""
    folder.mkdir(parents=True, exist_ok=True)
    path = tiny_networks.colours(folder / f"{name}.onnx")
    return _named(tiny_networks.network(path, DecoderSection("classify")), name)


def boxes(folder: Path, name: str = "boxes") -> Network:
    """A detector that finds the left upper quarter of every picture, in its brightest colour."""
    folder.mkdir(parents=True, exist_ok=True)
    path = tiny_networks.boxes(folder / f"{name}.onnx", [[0.0, 0.0, 0.5, 0.5]])
    section = DecoderSection("ssd", score_threshold=0.3, options={"background": None})
    return _named(tiny_networks.network(path, section), name)


def _named(network: Network, name: str) -> Network:
    manifest = msgspec.structs.replace(network.manifest, name=name)
    return msgspec.structs.replace(network, manifest=manifest)


def picture(path: Path, colour: str, size: int = 32) -> Path:
    """A picture all of one colour."""
    path.parent.mkdir(parents=True, exist_ok=True)
    assert cv2.imwrite(str(path), np.full((size, size, 3), BGR[colour], np.uint8))
    return path


def folders(path: Path, each: int = 2) -> Path:
    """A folder for each colour."""
    for colour in BGR:
        for number in range(each):
            picture(path / colour / f"{number}.png", colour)
    return path


def coco(path: Path, **changes: object) -> Path:
    """Three pictures in COCO's format, each with the object that `boxes` finds."""
    names = list(BGR)
    for name in names:
        picture(path.parent / "images" / f"{name}.png", name)
    document = {
        "images": [
            {"id": n, "file_name": f"{name}.png", "width": 32, "height": 32}
            for n, name in enumerate(names)
        ],
        "categories": [{"id": 10 + n, "name": name} for n, name in enumerate(names)],
        "annotations": [
            {"id": n, "image_id": n, "category_id": 10 + n, "bbox": [0, 0, 16, 16], "area": 256}
            for n in range(len(names))
        ],
    }
    path.write_text(json.dumps(document | changes))
    return path


def plan(*networks: Network, engines: tuple[str, ...] = ("onnxruntime",), **more: object) -> Plan:
    """Every candidate of *networks* on *engines*, on one thread and two, as short as can be."""
    return Plan(
        candidates=make_grid(networks, Limits(engines, (1, 2))),
        networks={network.name: network.manifest.sha256 for network in networks},
        extent=SHORT,
        rest_s=0.05,
        **more,  # type: ignore[arg-type]
    )


def candidate(network: str = "colours", **more: object) -> Candidate:
    """One on ONNX Runtime."""
    return Candidate(network, "fp32", "onnxruntime", **more)  # type: ignore[arg-type]
