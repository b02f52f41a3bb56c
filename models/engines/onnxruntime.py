"""ONNX Runtime, https://onnxruntime.ai: the reference engine."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import onnxruntime

from models.engines import Array, EngineOptions
from models.engines.checks import expect_file, expect_one_input, expect_precision
from models.errors import EngineError, ModelFileError

# Failures come as exceptions; what it would log besides is for its developers.
_FATAL = 4
onnxruntime.set_default_logger_severity(_FATAL)

# The devices, the fastest first, and ONNX Runtime's names for them.
PROVIDERS = {
    "tensorrt": "TensorrtExecutionProvider",
    "cuda": "CUDAExecutionProvider",
    "cpu": "CPUExecutionProvider",
}


class OnnxRuntime:
    """One session. "auto" takes the first device on which the session really starts."""

    def __init__(self, path: Path, options: EngineOptions) -> None:
        expect_file(path)
        expect_precision("onnxruntime", options)
        self._session, self._device = _open(path, options)
        inputs = self._session.get_inputs()
        expect_one_input(path, [node.name for node in inputs])
        # Only plain values: a node of its own would keep the whole session alive.
        self._input = inputs[0].name
        self._shape = tuple(n if isinstance(n, int) else None for n in inputs[0].shape)
        self._outputs = tuple(node.name for node in self._session.get_outputs())

    @property
    def device(self) -> str:
        return self._device

    @property
    def input_shape(self) -> tuple[int | None, ...]:
        return self._shape

    @property
    def output_names(self) -> tuple[str, ...]:
        return self._outputs

    def run(self, blob: Array) -> list[Array]:
        try:
            outputs: list[Array] = self._session.run(None, {self._input: blob})
        except Exception as error:
            raise EngineError(f"onnxruntime cannot run the network: {_reason(error)}") from error
        return outputs

    def close(self) -> None:
        del self._session


def _open(path: Path, options: EngineOptions) -> tuple[Any, str]:
    """A session on the best device that *options* allow, and that device."""
    settings = onnxruntime.SessionOptions()
    settings.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL
    settings.execution_mode = onnxruntime.ExecutionMode.ORT_SEQUENTIAL
    settings.intra_op_num_threads = options.threads
    settings.inter_op_num_threads = 1
    settings.log_severity_level = _FATAL
    settings.add_session_config_entry("session.intra_op.allow_spinning", str(int(options.spinning)))
    failure: Exception | None = None
    for device in _devices(options.device):
        providers = list(dict.fromkeys((PROVIDERS[device], PROVIDERS["cpu"])))
        try:
            session = onnxruntime.InferenceSession(
                str(path), settings, providers=providers, enable_fallback=0
            )
        except Exception as error:
            failure = error
            continue
        # A provider whose libraries are missing is left out without an error.
        if session.get_providers()[0] == providers[0]:
            return session, device
    if options.device not in ("auto", "cpu"):
        raise EngineError(
            f"onnxruntime cannot use the device {options.device!r} here"
            f"{f': {_reason(failure)}' if failure else ''}; use 'auto' or 'cpu'"
        )
    raise ModelFileError(
        f"{path}: onnxruntime cannot read it: {_reason(failure)}; the file is damaged, or is not "
        f"a network in ONNX format"
    )


def _devices(wanted: str) -> list[str]:
    available = onnxruntime.get_available_providers()
    devices = [device for device, provider in PROVIDERS.items() if provider in available]
    if wanted == "auto":
        return devices
    if wanted not in devices:
        raise EngineError(
            f"onnxruntime has no device {wanted!r} here; there is {', '.join(devices)}"
        )
    return [wanted]


def _reason(error: Exception | None) -> str:
    """What is left of "[ONNXRuntimeError] : 7 : INVALID_PROTOBUF : Load … failed:Not parsed."."""
    text = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
    return text.rsplit(" : ", 1)[-1].rsplit("failed:", 1)[-1].strip().rstrip(".")
