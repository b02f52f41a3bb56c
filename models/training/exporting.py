"""From PyTorch to what the application runs: boxes decoded inside the network, then ONNX."""

from __future__ import annotations

import io
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from models.engines import Array
from models.errors import CrossCheckError
from models.manifest import DecoderSection
from models.training.networks.detector import BOX, OBJECTNESS, Defaults, Detector, corners

OPSET = 17
PARITY = 1e-4

_OUTPUTS = {"ssd": ("boxes", "scores"), "yolo": ("boxes",), "classify": ("logits",)}


class _Decoding(nn.Module):
    """A detector with its boxes decoded, for an input of one size."""

    def __init__(self, detector: Detector, width: int, height: int) -> None:
        super().__init__()
        self.detector = detector
        defaults = detector.defaults(width, height)
        self._width, self._height = width, height
        for name in Defaults.__slots__:
            self.register_buffer(name, getattr(defaults, name), persistent=False)

    def decoded(self, images: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Corners in pixels, objectness, and class probabilities where there is an object."""
        found = self.detector(images)
        defaults = Defaults(*(getattr(self, name) for name in Defaults.__slots__))
        objectness = torch.sigmoid(found[..., OBJECTNESS : OBJECTNESS + 1])
        classes = torch.softmax(found[..., OBJECTNESS + 1 :], -1)
        return corners(found[..., BOX], defaults), objectness, classes


class _Ssd(_Decoding):
    """As the decoder "ssd" reads it."""

    def forward(self, images: Tensor) -> tuple[Tensor, Tensor]:
        boxes, objectness, classes = self.decoded(images)
        left, top, right, bottom = torch.split(boxes, 1, -1)
        w, h = self._width, self._height
        return torch.cat((top / h, left / w, bottom / h, right / w), -1), objectness * classes


class _Yolo(_Decoding):
    """As the decoder "yolo" reads it."""

    def forward(self, images: Tensor) -> Tensor:
        boxes, objectness, classes = self.decoded(images)
        left, top, right, bottom = torch.split(boxes, 1, -1)
        x, y = (left + right) / 2, (top + bottom) / 2
        return torch.cat((x, y, right - left, bottom - top, objectness, classes), -1)


def decoder_section(decoder: str, score_threshold: float) -> DecoderSection:
    """How a manifest says that a network of ours is read."""
    if decoder == "classify":
        return DecoderSection("classify", score_threshold, limit=5, options={"softmax": True})
    return DecoderSection(decoder, score_threshold)


def runnable(module: nn.Module, decoder: str, width: int, height: int) -> nn.Module:
    """*module* as it is exported, in evaluation mode, for inputs of that size."""
    kinds = {"ssd": _Ssd, "yolo": _Yolo}
    if isinstance(module, Detector):
        module = kinds[decoder](module, width, height)
    return module.eval()


class TorchEngine:
    """The engine seam for a network in training, so that it is evaluated as every other."""

    device = "cpu"

    def __init__(self, module: nn.Module, decoder: str, width: int, height: int) -> None:
        self._module = runnable(module, decoder, width, height)
        self.output_names = _OUTPUTS[decoder]
        self.input_shape = (1, 3, height, width)

    def run(self, blob: Array) -> list[Array]:
        with torch.inference_mode():
            outputs = self._module(torch.from_numpy(blob))
        return [output.numpy() for output in _as_tuple(outputs)]

    def close(self) -> None:
        """Nothing to free."""


def export(module: nn.Module, decoder: str, width: int, height: int, path: Path) -> float:
    """Write *module* as ONNX; returns the largest deviation from PyTorch, relative to the output.

    Raises CrossCheckError if that is above PARITY: the file would be another network.
    """
    buffer = io.BytesIO()
    with warnings.catch_warnings():
        # The newer exporter needs a further package and leaves batch-norm unfolded.
        warnings.simplefilter("ignore")
        torch.onnx.export(
            runnable(module, decoder, width, height).to("cpu", torch.float32),
            (_noise(width, height),),
            buffer,  # type: ignore[arg-type]
            input_names=["images"],
            output_names=list(_OUTPUTS[decoder]),
            opset_version=OPSET,
            dynamo=False,
        )
    path.write_bytes(buffer.getvalue())
    found = deviation(module, decoder, width, height, path)
    if not found <= PARITY:
        raise CrossCheckError(
            f"{path}: the exported network deviates from PyTorch by {found:.1e}, and "
            f"{PARITY:.0e} is allowed"
        )
    return found


def deviation(module: nn.Module, decoder: str, width: int, height: int, path: Path) -> float:
    """How far *module* is from the network in *path* at most, relative to the output.

    Raises ValueError where their outputs have other shapes.
    """
    import onnxruntime

    image = _noise(width, height)
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    with torch.inference_mode():
        expected = _as_tuple(runnable(module, decoder, width, height)(image))
    found: list[Any] = session.run(None, {"images": image.numpy()})
    return max(
        float(np.abs(a.numpy() - b).max() / max(1.0, float(np.abs(b).max())))
        for a, b in zip(expected, found, strict=True)
    )


def _noise(width: int, height: int) -> Tensor:
    noise = np.random.default_rng(0).normal(size=(1, 3, height, width))
    return torch.from_numpy(noise.astype(np.float32))


def _as_tuple(outputs: Tensor | tuple[Tensor, ...]) -> tuple[Tensor, ...]:
    return (outputs,) if isinstance(outputs, Tensor) else outputs
