"""OpenVINO, https://docs.openvino.ai: reads ONNX itself, on x86 and on Arm.

Left alone it computes a float32 network in bfloat16, or on Arm in float16, where the processor can;
here each precision is a candidate of its own.
"""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path
from typing import Any

from models.engines import Array, EngineOptions
from models.engines.checks import (
    expect_file,
    expect_one_input,
    expect_precision,
    expect_processor,
    one_line,
)
from models.errors import EngineError, ModelFileError

# `import openvino` reports itself to its maker's server and leaves files in the home folder, unless
# the package that does so is absent.
sys.modules["openvino_telemetry"] = None  # type: ignore[assignment]

import openvino  # noqa: E402
from openvino.frontend import FrontEndManager  # noqa: E402

PRECISIONS = {
    "fp32": openvino.Type.f32,
    "bf16": openvino.Type.bf16,
    "fp16": openvino.Type.f16,
}


class OpenVino:
    """One compiled network and its one request. Its threads have no setting for spinning."""

    def __init__(self, path: Path, options: EngineOptions) -> None:
        expect_file(path)
        expect_processor("openvino", options)
        expect_precision("openvino", options, ("bf16", "fp16"))
        model = _read(path)
        self._names = tuple(_name(output) for output in model.outputs)
        shape = model.input().get_partial_shape()
        if len(shape) and shape[0].is_dynamic:
            shape[0] = 1
            model.reshape(shape)
        self._shape = tuple(n.get_length() if n.is_static else None for n in shape)
        self._request = _compile(path, model, options).create_infer_request()

    @property
    def device(self) -> str:
        return "cpu"

    @property
    def input_shape(self) -> tuple[int | None, ...]:
        return self._shape

    @property
    def output_names(self) -> tuple[str, ...]:
        return self._names

    def run(self, blob: Array) -> list[Array]:
        try:
            found = self._request.infer([blob], share_inputs=True, share_outputs=True)
        except RuntimeError as error:
            raise EngineError(f"openvino cannot run the network: {_reason(error)}") from error
        return [found[index] for index in range(len(self._names))]

    def close(self) -> None:
        del self._request


@cache
def _core() -> Any:
    """It knows the devices; all networks share it."""
    return openvino.Core()


def _read(path: Path) -> Any:
    # Not Core.read_model, which tries every format it knows and logs how each of them failed.
    reader = FrontEndManager().load_by_framework("onnx")
    try:
        model = reader.convert(reader.load(str(path)))
    except Exception as error:
        raise _unreadable(path, _reason(error)) from error
    if not model.outputs:
        raise _unreadable(path, "there is nothing in it")
    expect_one_input(path, [node.get_any_name() for node in model.inputs])
    return model


def _compile(path: Path, model: Any, options: EngineOptions) -> Any:
    wanted = PRECISIONS[options.precision or "fp32"]
    settings = {
        "PERFORMANCE_HINT": "LATENCY",
        "NUM_STREAMS": "1",
        "INFERENCE_NUM_THREADS": options.threads,
        "INFERENCE_PRECISION_HINT": wanted,
        # The networks of several cameras would all be pinned to the same cores.
        "ENABLE_CPU_PINNING": False,
    }
    try:
        compiled = _core().compile_model(model, "CPU", settings)
    except RuntimeError as error:
        raise _unreadable(path, _reason(error)) from error
    # A precision that the processor lacks is replaced by another one without an error.
    if compiled.get_property("INFERENCE_PRECISION_HINT") != wanted:
        raise EngineError(f"openvino cannot compute in {options.precision} on this processor")
    return compiled


def _unreadable(path: Path, reason: str) -> ModelFileError:
    return ModelFileError(
        f"{path}: openvino cannot read it: {reason}; the file is damaged, is not a network in "
        f"ONNX format, or needs an operation that OpenVINO lacks"
    )


def _name(output: Any) -> str:
    """The output's name in the ONNX file; its tensor may have further ones."""
    friendly = str(output.get_node().get_friendly_name()).removesuffix("/sink_port_0")
    return friendly if friendly in output.get_names() else str(output.get_any_name())


def _reason(error: Exception) -> str:
    """What it says, without the places in its source that it begins with."""
    places = ("Exception from", "Check '", "FrontEnd")
    said = [line for line in str(error).strip().splitlines() if not line.startswith(places)]
    return one_line(" ".join(said) or error)
