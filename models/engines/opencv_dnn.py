"""OpenCV's own inference, cv2.dnn, on the processor."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import cv2

from models.engines import Array, EngineOptions
from models.engines.checks import expect_file, expect_precision, expect_processor, one_line
from models.errors import EngineError, ModelFileError
from models.opencv_log import silence


class OpenCvDnn:
    """One network.

    OpenCV has one pool of threads in the whole process, for its image functions too: running
    sets its size to the network's number of threads. Its threads never spin.
    """

    def __init__(self, path: Path, options: EngineOptions) -> None:
        expect_file(path)
        expect_processor("opencv-dnn", options)
        expect_precision("opencv-dnn", options)
        self._threads = options.threads
        silence()
        try:
            self._net: Any = cv2.dnn.readNetFromONNX(str(path))
        except cv2.error as error:
            raise ModelFileError(
                f"{path}: opencv-dnn cannot read it: {_reason(error, path)}; the file is "
                f"damaged, is not a network in ONNX format, or needs an operation that OpenCV "
                f"{cv2.__version__} lacks"
            ) from error
        self._names = tuple(self._net.getUnconnectedOutLayersNames())
        self._outputs: Any = None

    @property
    def device(self) -> str:
        return "cpu"

    @property
    def input_shape(self) -> None:
        return None

    @property
    def output_names(self) -> tuple[str, ...]:
        return self._names

    def run(self, blob: Array) -> list[Array]:
        # Setting it, even to what it is, can rebuild the pool.
        if cv2.getNumThreads() != self._threads:
            cv2.setNumThreads(self._threads)
        try:
            self._net.setInput(blob)
            # Given the last call's arrays it fills those instead of allocating new ones.
            self._outputs = self._net.forward(self._names, self._outputs)
        except cv2.error as error:
            raise EngineError(f"opencv-dnn cannot run the network: {_reason(error)}") from error
        return list(self._outputs)

    def close(self) -> None:
        del self._net, self._outputs


def _reason(error: cv2.error, path: Path | None = None) -> str:
    """What OpenCV says, in one line, without the path that the message begins with anyway."""
    text = one_line(getattr(error, "err", None) or error)
    return text.replace(str(path), "").strip(" :.") if path else text
