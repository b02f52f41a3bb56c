"""A network at work: an image goes in, detections in the image's pixels come out."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np

from models.candidate import Candidate
from models.decoders import DECODERS, Decoded, Decoder, DecoderSpec
from models.detection import Box, Detection
from models.engines import ENGINES, Engine, EngineOptions, engines_for
from models.errors import EngineError, ManifestError, ModelFileError
from models.image import Image
from models.manifest import Network
from models.preprocess import Geometry, Preprocessor
from models.timing import Timing


@dataclass(frozen=True, slots=True)
class Prediction:
    """What was found in one image, best first, and the time it took."""

    detections: tuple[Detection, ...]
    timing: Timing


class Recognizer(Protocol):
    """What finds things in images: one network (`Predictor`), or several and a choice of them."""

    @property
    def candidate(self) -> Candidate: ...

    @property
    def device(self) -> str: ...

    def predict(self, image: Image) -> Prediction:
        """Find things in a BGR image, height × width × 3. Raises EngineError."""

    def close(self) -> None:
        """Free the memory. Called once, when no prediction is under way."""


class Predictor:
    """Pre-processing, engine and decoder of one network. Used by one thread at a time.

    *candidate* says what was put together. *score_threshold* replaces the manifest's. Raises
    ManifestError where manifest and network do not fit together.
    """

    def __init__(
        self,
        network: Network,
        engine: Engine,
        candidate: Candidate,
        score_threshold: float | None = None,
    ) -> None:
        self.network = network
        self.candidate = candidate
        self._engine = engine
        self._preprocess = Preprocessor(network.manifest.input)
        self._decode = make_decoder(network, engine.output_names, score_threshold)

    @property
    def device(self) -> str:
        """Where the engine really runs: "cpu", "cuda" …"""
        return self._engine.device

    def predict(self, image: Image) -> Prediction:
        """Find things in a BGR image, height × width × 3. Raises EngineError.

        Called by the worker for every frame. Boxes are clipped to the image.
        """
        began = time.perf_counter()
        blob, geometry = self._preprocess(image)
        prepared = time.perf_counter()
        outputs = self._engine.run(blob)
        inferred = time.perf_counter()
        detections = self._detections(self._decode(outputs), geometry)
        decoded = time.perf_counter()
        timing = Timing(
            pre_ms=(prepared - began) * 1e3,
            infer_ms=(inferred - prepared) * 1e3,
            post_ms=(decoded - inferred) * 1e3,
        )
        return Prediction(detections, timing)

    def warm_up(self) -> None:
        """Predict once on a grey image: an engine's first run is many times slower."""
        spec = self.network.manifest.input
        self.predict(np.full((spec.height, spec.width, 3), 127, np.uint8))

    def close(self) -> None:
        """Free the network's memory. Called once, when no prediction is under way."""
        self._engine.close()

    def _detections(self, decoded: Decoded, geometry: Geometry) -> tuple[Detection, ...]:
        labels = [self.network.labels[index] for index in decoded.classes]
        scores = decoded.scores.tolist()
        if decoded.boxes is None:
            return tuple(map(Detection, labels, scores))
        boxes = map(Box._make, geometry.to_image(decoded.boxes).tolist())
        return tuple(
            Detection(label, score, box)
            for label, score, box in zip(labels, scores, boxes, strict=True)
            if box.left < box.right and box.top < box.bottom
        )


def load_predictor(
    network: Network,
    engine_name: str,
    options: EngineOptions,
    score_threshold: float | None = None,
) -> Predictor:
    """Load *network* into the engine of that name, warmed up and ready for frames.

    Raises ModelFileError for a damaged file, ManifestError where the manifest does not fit the
    network, UnknownName or MissingExtra for the engine, and EngineError if it does not run.
    """
    engine = load_engine(network, engine_name, options)
    candidate = Candidate(
        network=network.name,
        precision=options.precision or network.manifest.precision,
        engine=engine_name,
        device=engine.device,
        threads=options.threads,
        spinning=options.spinning,
    )
    try:
        predictor = Predictor(network, engine, candidate, score_threshold)
        predictor.warm_up()
    except (ManifestError, ModelFileError) as error:
        engine.close()
        raise type(error)(f"network {network.name!r}: {error}") from error
    except BaseException:
        engine.close()
        raise
    return predictor


def load_engine(network: Network, engine_name: str, options: EngineOptions) -> Engine:
    """The engine with *network* in it. Raises as `load_predictor`."""
    readers = engines_for(network)
    if engine_name in ENGINES.names() and engine_name not in readers:
        raise ModelFileError(
            f"network {network.name!r}: engine {engine_name!r} does not read "
            f"{network.manifest.file!r}; use {' or '.join(readers)}"
        )
    own = network.manifest.precision
    if options.precision == own:
        options = replace(options, precision=None)
    elif options.precision is not None and own != "fp32":
        raise EngineError(
            f"network {network.name!r} is {own} and cannot be computed in {options.precision}; "
            f"only a float32 network can be computed in another precision"
        )
    engine: Engine = ENGINES.load(engine_name)(network.path, options)
    spec = network.manifest.input
    size = (3, spec.height, spec.width) if spec.layout == "nchw" else (spec.height, spec.width, 3)
    wanted, found = (1, *size), engine.input_shape
    fits = found is None or (
        len(found) == len(wanted)
        and all(n in (None, m) for n, m in zip(found, wanted, strict=True))
    )
    if not fits:
        engine.close()
        raise ManifestError(
            f"network {network.name!r}: the manifest describes an input of {_shape(wanted)}, but "
            f"the network takes {_shape(found or ())}; correct input.width, input.height or "
            f"input.layout"
        )
    return engine


def make_decoder(
    network: Network, output_names: tuple[str, ...], score_threshold: float | None = None
) -> Decoder:
    """The decoder that the manifest names, for outputs in the order of *output_names*."""
    section = network.manifest.decoder
    spec = DecoderSpec(
        width=network.manifest.input.width,
        height=network.manifest.input.height,
        classes=len(network.labels),
        score_threshold=section.score_threshold if score_threshold is None else score_threshold,
        iou_threshold=section.iou_threshold,
        limit=section.limit,
        output_names=output_names,
        options=section.options,
    )
    decoder: Decoder = DECODERS.load(section.name)(spec)
    return decoder


def _shape(dimensions: tuple[int | None, ...]) -> str:
    return "×".join("?" if n is None else str(n) for n in dimensions)
