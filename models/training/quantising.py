"""Static int8 of a trained network: calibrated on its own pictures, and kept only where it pays."""

from __future__ import annotations

import logging
import shutil
import tempfile
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from models.engines import ENGINES
from models.errors import SaccadeError
from models.image import Image
from models.manifest import MANIFEST, Network, load_network
from models.preprocess import Preprocessor
from models.training.packing import finish
from models.training.samples import Cached
from models.training.speed import milliseconds

log = logging.getLogger(__name__)

PICTURES = 128
MOST_LOST = 0.01


def quantise(network: Network, images: Iterable[Image], file: Path) -> None:
    """Write *network* as *file* with 8-bit weights, one scale a kernel, and 8-bit activations.

    *images*: BGR, what the ranges of the activations are taken from.
    """
    import onnx
    from onnxruntime.quantization import (
        CalibrationMethod,
        QuantFormat,
        QuantType,
        quantize_static,
    )
    from onnxruntime.quantization.shape_inference import quant_pre_process

    with tempfile.TemporaryDirectory() as scratch, _quiet():
        prepared = Path(scratch) / "prepared.onnx"
        quant_pre_process(network.path, prepared, skip_symbolic_shape=True)
        quantize_static(
            prepared,
            file,
            _Pictures(network, images),
            quant_format=QuantFormat.QDQ,
            per_channel=True,
            activation_type=QuantType.QUInt8,
            weight_type=QuantType.QInt8,
            calibrate_method=CalibrationMethod.MinMax,
            nodes_to_exclude=_in_float(onnx.load(prepared)),
        )


def quantised_pack(
    network: Network, samples: Cached, tests: Cached, title: str, folder: Path
) -> Network | None:
    """NAME-int8 in *folder*; None, and nothing there, where it does not pay.

    It pays where at most MOST_LOST of the accuracy is lost and it is smaller, or faster on some
    engine.
    """
    manifest = msgspec.structs.replace(
        network.manifest,
        name=f"{network.name}-int8",
        title=f"{network.manifest.title}, 8 bits",
        precision="int8",
        file=f"{network.name}-int8.onnx",
        parent=network.name,
        accuracy=(),
    )
    images = [samples[n].image for n in range(min(PICTURES, len(samples)))]
    with _beside(folder) as scratch:
        made = finish(manifest, lambda file: quantise(network, images, file), tests, title, scratch)
        if against := _against(made, network, images[:32]):
            log.warning("%s: is not kept: %s", made.name, against)
            # One that is there was made of the network before this one.
            shutil.rmtree(folder, ignore_errors=True)
            return None
        folder.mkdir(parents=True, exist_ok=True)
        for path in sorted(scratch.iterdir(), key=lambda path: path.suffix == ".toml"):
            path.replace(folder / path.name)
    return load_network(folder / MANIFEST)


@contextmanager
def _beside(folder: Path) -> Iterator[Path]:
    """An empty hidden folder beside *folder*; what an interruption leaves, the next one clears."""
    scratch = folder.with_name(f".{folder.name}")
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(parents=True)
    try:
        yield scratch
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _against(made: Network, network: Network, images: list[Image]) -> str:
    """Why the 8-bit version does not pay; "" where it does."""
    lost = network.manifest.accuracy[0].value - made.manifest.accuracy[0].value
    if lost > MOST_LOST:
        return f"it loses {lost * 100:.1f} points"
    smaller = made.path.stat().st_size < network.path.stat().st_size
    return "" if smaller or _faster(made, network, images) else "it is neither smaller nor faster"


def _faster(one: Network, other: Network, images: list[Image]) -> bool:
    for engine in ENGINES.names():
        try:
            if milliseconds(one, engine, images) < milliseconds(other, engine, images):
                return True
        except SaccadeError:
            continue
    return False


class _Pictures:
    """Calibration data as ONNX Runtime asks for it: one input after the other, then None."""

    def __init__(self, network: Network, images: Iterable[Image]) -> None:
        self._inputs = _inputs(network, images)

    def get_next(self) -> dict[str, Any] | None:
        return next(self._inputs, None)


def _inputs(network: Network, images: Iterable[Image]) -> Iterator[dict[str, Any]]:
    preprocess = Preprocessor(network.manifest.input)
    for image in images:
        yield {"images": np.array(preprocess(image)[0])}


def _in_float(model: Any) -> list[str]:
    """The names of the nodes that stay in float.

    What decodes the boxes, as a coordinate has more than 256 values: the nodes that no
    convolution or linear layer comes after. And linear layers and unfolded batch-norms: they are
    small, and OpenCV 5.0 runs neither in 8 bits. And the joints of C.ReLU, of a map and its
    negative: OpenVINO 2026.4 ends by signal 11 when it compiles one in 8 bits.
    """
    negatives = {name for node in model.graph.node if node.op_type == "Neg" for name in node.output}
    readers: dict[str, list[Any]] = {}
    for node in model.graph.node:
        for name in node.input:
            readers.setdefault(name, []).append(node)
    before: set[str] = set()
    # The nodes are in an order in which every node comes after those it reads.
    for node in reversed(model.graph.node):
        followers = [reader for name in node.output for reader in readers.get(name, [])]
        weighted = node.op_type in ("Conv", "Gemm", "MatMul")
        if weighted or any(follower.name in before for follower in followers):
            before.add(node.name)
    return [
        node.name
        for node in model.graph.node
        if node.name not in before
        or node.op_type in ("Gemm", "BatchNormalization")
        or (node.op_type == "Concat" and not negatives.isdisjoint(node.input))
    ]


class _quiet(warnings.catch_warnings):  # noqa: N801
    """ONNX Runtime recommends its pre-processing through the root logger, even behind it."""

    def __enter__(self) -> Any:
        self._level = logging.root.level
        logging.root.setLevel(logging.ERROR)
        return super().__enter__()

    def __exit__(self, *error: Any) -> None:
        logging.root.setLevel(self._level)
        super().__exit__(*error)
