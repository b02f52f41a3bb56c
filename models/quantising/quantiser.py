"""Static 8-bit quantisation by ONNX Runtime, calibrated once and written as often as needed."""

from __future__ import annotations

import copy
from collections.abc import Callable, Collection, Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
import onnx

from models.errors import InputError
from models.image import Image
from models.manifest import Network
from models.preprocess import Preprocessor
from models.quantising.graph import layers_of, prepare, tools


class Quantiser:
    """A float network and the ranges that its activations have on *images*.

    *images*: BGR, height × width × 3. *scratch*: a folder for files in between. *advance* is
    called after every image. Raises ModelFileError, and InputError where there is nothing that
    could be in 8 bits, or no image.
    """

    def __init__(
        self,
        network: Network,
        images: Iterable[Image],
        scratch: Path,
        advance: Callable[[], None] = lambda: None,
    ) -> None:
        self._name = f"network {network.name!r}"
        self._model = prepare(network.path, scratch)
        self._layers = layers_of(self._model)
        if not self._layers:
            raise InputError(f"{self._name}: has no convolution that could be in 8 bits")
        self._ranges = self._calibrate(_inputs(network, images, advance), scratch)

    @property
    def layers(self) -> tuple[str, ...]:
        """The names of the layers that may be in 8 bits, in the order of execution."""
        return tuple(self._layers)

    def write(self, file: Path, layers: Collection[str] | None = None) -> None:
        """Write the network with these *layers* in 8 bits, by default all, as *file*.

        Weights are signed with one scale a kernel, activations unsigned with one for the map:
        what processors multiply fastest. Every range of activations is that of the pictures, from
        the least to the greatest value seen.
        """
        from onnxruntime.quantization import QDQQuantizer, QuantType
        from onnxruntime.quantization.registry import QDQRegistry, QLinearOpsRegistry

        wanted = self._layers if layers is None else layers
        quantised = {node for layer in wanted for node in self._layers[layer]}
        with tools(self._name):
            quantizer = QDQQuantizer(
                # It changes both.
                copy.deepcopy(self._model),
                per_channel=True,
                reduce_range=False,
                weight_qType=QuantType.QInt8,
                activation_qType=QuantType.QUInt8,
                tensors_range=copy.deepcopy(self._ranges),
                nodes_to_quantize=[],
                nodes_to_exclude=[
                    node.name for node in self._model.graph.node if node.name not in quantised
                ],
                op_types_to_quantize=[*QLinearOpsRegistry, *QDQRegistry],
                extra_options={},
            )
            quantizer.quantize_model()
            quantizer.model.topological_sort()
        onnx.save(quantizer.model.model, file)

    def _calibrate(self, inputs: Iterator[Any], scratch: Path) -> Any:
        from onnxruntime.quantization import CalibrationMethod, create_calibrator

        prepared = scratch / "prepared.onnx"
        onnx.save(self._model, prepared)
        name = self._model.graph.input[0].name
        first = next(inputs, None)
        if first is None:
            raise InputError(f"{self._name}: there is not one picture to calibrate with")
        with tools(self._name):
            calibrator = create_calibrator(
                prepared,
                augmented_model_path=str(scratch / "augmented.onnx"),
                calibrate_method=CalibrationMethod.MinMax,
            )
            calibrator.collect_data(_Reader({name: blob} for blob in chain((first,), inputs)))
            return calibrator.compute_data()


class _Reader:
    """Calibration data as ONNX Runtime asks for it: one input after the other, then None."""

    def __init__(self, inputs: Iterator[dict[str, Any]]) -> None:
        self._inputs = inputs

    def get_next(self) -> dict[str, Any] | None:
        return next(self._inputs, None)


def _inputs(
    network: Network, images: Iterable[Image], advance: Callable[[], None]
) -> Iterator[Any]:
    preprocess = Preprocessor(network.manifest.input)
    for image in images:
        yield np.array(preprocess(image)[0])
        advance()
