"""ncnn, https://github.com/Tencent/ncnn: made for Arm; reads what pnnx makes of an ONNX file.

Left alone it computes a float32 network in float16 where the processor can; here each precision is
a candidate of its own.
"""

from __future__ import annotations

import math
import os
from pathlib import Path

import numpy as np

from models.engines import Array, EngineOptions
from models.engines.checks import expect_file, expect_precision, expect_processor
from models.engines.pnnx import convert
from models.errors import EngineError
from models.manifest import Precision

# OpenMP's threads busy-wait between two layers, and with other threads beside them for cores that
# they occupy themselves: paced at 30 Hz on two busy cores an inference of 24 ms took 120. OpenMP
# reads this once, when it is loaded.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")

import ncnn


class Ncnn:
    """One network. Its threads never spin, unless the user's environment says otherwise."""

    def __init__(self, path: Path, options: EngineOptions) -> None:
        expect_file(path)
        expect_processor("ncnn", options)
        expect_precision("ncnn", options, _lower_precisions())
        converted = convert(path)
        self._shape = converted.about.input_shape
        self._outputs = converted.about.outputs
        _, channels, height, width = self._shape
        # In memory of ncnn's own: it would work in, and free, memory that it is only shown.
        self._input = ncnn.Mat(width, height, channels)
        self._pixels = np.asarray(self._input)
        self._net = ncnn.Net()
        settings = self._net.opt
        settings.num_threads = options.threads
        # In ms. Its own 20 would go before the policy above.
        settings.openmp_blocktime = 0
        settings.use_bf16_storage = options.precision == "bf16"
        for name in ("packed", "storage", "arithmetic"):
            setattr(settings, f"use_fp16_{name}", options.precision == "fp16")
        if self._net.load_param(str(converted.param)) or self._net.load_model(
            str(converted.weights)
        ):
            raise EngineError(f"{converted.param.parent}: is damaged; delete it")

    @property
    def device(self) -> str:
        return "cpu"

    @property
    def input_shape(self) -> tuple[int | None, ...]:
        return self._shape

    @property
    def output_names(self) -> tuple[str, ...]:
        return tuple(output.name for output in self._outputs)

    def run(self, blob: Array) -> list[Array]:
        if blob.shape != self._shape or blob.dtype != np.float32:
            raise EngineError(
                f"ncnn cannot run the network: it takes {self._shape} float32, not {blob.shape} "
                f"{blob.dtype}"
            )
        np.copyto(self._pixels, blob[0])
        extractor = self._net.create_extractor()
        extractor.input("in0", self._input)
        found = []
        for output in self._outputs:
            status, values = extractor.extract(output.blob)
            if status:
                raise EngineError(f"ncnn cannot run the network: no output {output.name!r}")
            array = np.asarray(values)
            if array.size != math.prod(output.shape):
                raise EngineError(
                    f"ncnn cannot run the network: pnnx has made {array.shape} of its output "
                    f"{output.name!r}, which is {output.shape}"
                )
            found.append(array.reshape(output.shape))
        return found

    def close(self) -> None:
        del self._net, self._pixels, self._input


def _lower_precisions() -> tuple[Precision, ...]:
    # Asked for float16 on any other processor it silently computes in float32.
    return ("bf16", "fp16") if ncnn.cpu_support_arm_asimdhp() else ("bf16",)
