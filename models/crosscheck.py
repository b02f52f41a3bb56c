"""Do all engines compute the same from a network? One that does not is not to be trusted with it.

Every engine that reads the network's type of file runs the same synthetic images, and its raw
outputs are compared with those of the reference, for ONNX files ONNX Runtime. What is computed in
float32 must be equal but for rounding. In lower precision engines rightly round differently, and
the differences grow from layer to layer; how much is the network's own: there an engine may deviate
a few times as much as the reference itself does when every pixel is changed by at most one grey
level.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from models.engines import EngineOptions, engines_for
from models.errors import CrossCheckError, EngineError, MissingExtra, ModelFileError
from models.image import Image
from models.manifest import Network, Precision
from models.predictor import load_engine, load_predictor
from models.preprocess import Preprocessor
from models.trial import expect_survival

# Of an output's largest value. Engines were seen to differ by 1e-5, and a faulty one by 0.4.
_ROUNDING = 1e-3
# Times the response to one grey level; up to 3.0 was seen of engines whose accuracy is the same.
_RESPONSES = 4.0
# Of an output's standard deviation: always allowed, and never allowed, in low precision.
_LEAST, _MOST = 0.05, 1.0

Array = npt.NDArray[np.float64]
Outputs = Mapping[str, Array]


@dataclass(frozen=True, slots=True)
class CrossCheck:
    """*agreed*: the engines that may run the network, the reference first.

    *contradicted*, *failed* and *absent*: the others, each with the reason: it computes something
    else, cannot run the network at all, or is not installed.
    """

    agreed: tuple[str, ...]
    contradicted: Mapping[str, str]
    failed: Mapping[str, str]
    absent: Mapping[str, str]

    @property
    def refused(self) -> Mapping[str, str]:
        """Every engine that must not run the network, with the reason."""
        return {**self.contradicted, **self.failed, **self.absent}


def cross_check(network: Network, engines: Sequence[str] | None = None) -> CrossCheck:
    """As `compare`, for a network that is to be added.

    Raises CrossCheckError where engines contradict the reference and none confirms it, so that
    nobody knows who is right.
    """
    check = compare(network, engines, first=expect_survival)
    if check.contradicted and len(check.agreed) == 1:
        raise CrossCheckError(
            f"network {network.name!r} is refused: {'; '.join(check.contradicted.values())}; "
            f"no other engine confirms {check.agreed[0]}'s output"
        )
    return check


def compare(
    network: Network,
    engines: Sequence[str] | None = None,
    precision: Precision | None = None,
    *,
    first: Callable[[Network, str], None] | None = None,
) -> CrossCheck:
    """Compare the *engines*, by default all, with the reference; an engine only fails for itself.

    *precision* is what the others compute in, None for the network's own; the reference always
    computes in that. *first* is called before an engine is run, and may raise EngineError against
    it. Raises ModelFileError or ManifestError if the reference cannot read the
    network or the decoder its outputs, MissingExtra if it is not installed, and CrossCheckError if
    it cannot run it.
    """
    reference, *others = engines_for(network)
    try:
        load_predictor(network, reference, EngineOptions(device="cpu")).close()
        expected = _run(network, reference, _images(network))
        allowed = _allowances(network, reference, expected, precision)
    except EngineError as error:
        raise CrossCheckError(f"network {network.name!r} cannot be checked: {error}") from error
    for outputs in expected:
        for name, values in outputs.items():
            if not np.isfinite(values).all():
                raise CrossCheckError(
                    f"network {network.name!r} is refused: its output {name!r} has values that "
                    f"are not numbers"
                )
    agreed, contradicted, failed, absent = [reference], {}, {}, {}
    for engine in others if engines is None else engines:
        if engine == reference:
            continue
        try:
            if first is not None:
                first(network, engine)
            found = _run(network, engine, _images(network), precision)
        except MissingExtra as error:
            absent[engine] = str(error)
        except (EngineError, ModelFileError) as error:
            failed[engine] = str(error)
        else:
            reason = _difference(expected, found, allowed)
            if reason:
                contradicted[engine] = f"{engine} contradicts {reference}: {reason}"
            else:
                agreed.append(engine)
    return CrossCheck(tuple(agreed), contradicted, failed, absent)


def _images(network: Network) -> Iterator[Image]:
    """Images to check with, the same for every engine, in the size of the network's input.

    Noise whose grain goes from coarse to fine, as in nature, and a scene of plain shapes.
    """
    width, height = network.manifest.input.width, network.manifest.input.height
    for seed in (1, 2):
        yield _noise(np.random.default_rng(seed), width, height)
    slope = np.linspace(0, 255, width * height * 3).reshape(height, width, 3)
    scene = (slope * 0.6 + _noise(np.random.default_rng(3), width, height) * 0.4).astype(np.uint8)
    cv2.rectangle(scene, (width // 8, height // 4), (width // 3, height - 1), (40, 60, 200), -1)
    cv2.circle(scene, (width * 2 // 3, height // 2), height // 5, (210, 180, 30), -1)
    yield scene


def _run(
    network: Network, engine: str, pictures: Iterator[Image], precision: Precision | None = None
) -> list[Outputs]:
    """For each picture the engine's raw outputs by name."""
    preprocess = Preprocessor(network.manifest.input)
    loaded = load_engine(network, engine, EngineOptions(device="cpu", precision=precision))
    try:
        return [
            {
                name: output.astype(np.float64)
                for name, output in zip(
                    loaded.output_names, loaded.run(preprocess(picture)[0]), strict=True
                )
            }
            for picture in pictures
        ]
    finally:
        loaded.close()


def _noise(random: np.random.Generator, width: int, height: int) -> Image:
    sum_ = np.full((height, width, 3), 128, np.float32)
    for grain in (4, 8, 16, 32, 64, 128):
        coarse = random.standard_normal((grain, grain, 3), np.float32) * 40
        sum_ += cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC)
    return np.clip(sum_, 0, 255).astype(np.uint8)


def _allowances(
    network: Network, reference: str, expected: list[Outputs], precision: Precision | None
) -> Mapping[str, float] | None:
    """How far each output may deviate, see `_spread`; None where all is computed in float32."""
    if (precision or network.manifest.precision) == "fp32":
        return None
    random = np.random.default_rng(0)
    changed = (
        np.clip(image + random.integers(-1, 2, image.shape), 0, 255).astype(np.uint8)
        for image in _images(network)
    )
    response = _run(network, reference, changed)
    return {
        name: min(_MOST, max(_LEAST, _RESPONSES * _spread(expected, response, name)))
        for name in expected[0]
    }


def _spread(expected: list[Outputs], found: list[Outputs], name: str) -> float:
    """The root mean square deviation of an output over all images, in standard deviations."""
    reference = np.concatenate([outputs[name].ravel() for outputs in expected])
    other = np.concatenate([outputs[name].ravel() for outputs in found])
    return float(np.sqrt(np.mean((reference - other) ** 2)) / max(reference.std(), 1e-12))


def _difference(
    expected: list[Outputs], found: list[Outputs], allowed: Mapping[str, float] | None
) -> str:
    """In what the outputs differ by more than is allowed; "" if in nothing."""
    for name in expected[0]:
        if any(name not in outputs for outputs in found):
            return f"it does not give the output {name!r}"
        for reference, other in zip(expected, found, strict=True):
            if reference[name].shape != other[name].shape:
                return (
                    f"its output {name!r} has the shape {other[name].shape}, "
                    f"not {reference[name].shape}"
                )
        if allowed is None:
            most, unit = _ROUNDING, "the largest value"
            deviation = max(
                float(np.abs(a[name] - b[name]).max() / max(np.abs(a[name]).max(), 1e-12))
                for a, b in zip(expected, found, strict=True)
            )
        else:
            most, unit = allowed[name], "the standard deviation"
            deviation = _spread(expected, found, name)
        # Not "deviation > most", which lets NaN pass.
        if not deviation <= most:
            return (
                f"its output {name!r} deviates by {deviation:.3g} of {unit}, "
                f"and {most:.3g} is allowed"
            )
    return ""
