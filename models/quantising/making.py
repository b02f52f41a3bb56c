"""From a float network to its 8-bit version: calibrated, judged, refused where it loses much."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import msgspec

from models.engines import EngineOptions
from models.errors import InputError
from models.evaluation import LEAST_SCORE, Truth, average_precision, top1
from models.image import Image
from models.manifest import Accuracy, Manifest, Network, sha256_of
from models.predictor import load_predictor
from models.quantising.quantiser import Quantiser
from models.quantising.search import Found, fewest_in_float
from models.quantising.sensitivity import sensitivities

# Pictures for the layers' sensitivity: it is an average over all values of the outputs already.
_FEW = 8
# What is lost is seen only where there is ten times as much to lose, or this.
_TIMES, _PLENTY = 10, 0.1

Tell = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Material:
    """What a network is calibrated with and judged by; no picture is in both.

    *title* names the *count* pictures it is judged by. *calibration* and *truths* are called for
    each pass over them; a picture that cannot be read may be missing. *classes*: how many there
    are to guess among.
    """

    title: str
    calibration: Callable[[], Iterable[Image]]
    calibrated: int
    truths: Callable[[], Iterable[Truth]]
    count: int
    classes: int


@dataclass(frozen=True, slots=True)
class Made:
    """The 8-bit *network*, in a file of the scratch folder; *before* and *after* on one material.

    *layers*: how many could be in 8 bits; *found* says which of them are not.
    """

    network: Network
    before: tuple[Accuracy, ...]
    after: tuple[Accuracy, ...]
    layers: int
    found: Found


def check_quantisable(network: Network) -> None:
    """Raise InputError for a network that is no float network in an ONNX file."""
    manifest = network.manifest
    if manifest.precision == "int8":
        parent = f"; take {manifest.parent!r}" if manifest.parent else ""
        raise InputError(f"network {network.name!r} is in 8 bits already{parent}")
    if manifest.precision != "fp32":
        raise InputError(
            f"network {network.name!r}: its weights are {manifest.precision}, and only a float32 "
            f"network can be quantised"
        )
    if not manifest.file.lower().endswith(".onnx"):
        raise InputError(
            f"network {network.name!r}: {manifest.file!r} is no ONNX file, and only those can be "
            f"quantised here"
        )


def make(
    network: Network,
    name: str,
    material: Material,
    most_lost: float,
    scratch: Path,
    threads: int = 1,
    tell: Tell = lambda stage, done, total: None,
) -> Made:
    """The 8-bit version of *network*, called *name*, that loses at most *most_lost*, a fraction.

    *tell* is called with the stage, and how much of it is done. Raises InputError where the
    pictures are not of the network's kind or too much is lost, and SaccadeError.
    """
    check_quantisable(network)

    def measured(subject: Network, stage: str) -> tuple[Accuracy, ...]:
        return measure(subject, material, threads, lambda done: tell(stage, done, material.count))

    before = measured(network, "accuracy in float")
    _check_kind(network, material, before[0], most_lost)
    progress = _Counter(tell, "calibrating", material.calibrated)
    quantiser = Quantiser(network, material.calibration(), scratch, progress)
    results: dict[tuple[str, ...], tuple[Accuracy, ...]] = {}
    draft = Network(_manifest(network, name), scratch / f"{name}.onnx", network.labels)

    def lost(in_float: tuple[str, ...]) -> float:
        quantiser.write(draft.path, [each for each in quantiser.layers if each not in in_float])
        stage = f"accuracy in 8 bits, {len(in_float)} in float"
        results[in_float] = measured(draft, stage)
        return round(before[0].value - results[in_float][0].value, 6)

    def errors() -> dict[str, float]:
        progress = _Counter(tell, "sensitivity of layers", len(quantiser.layers))
        images = list(islice(material.calibration(), _FEW))
        return dict(sensitivities(quantiser, network, images, scratch, threads, progress))

    found = fewest_in_float(quantiser.layers, lost, errors, most_lost)
    after = results[found.in_float]
    if not found.within:
        raise InputError(_refusal(network, before[0], after[0], found, most_lost))
    # The last one tried need not be the one that was chosen.
    quantiser.write(draft.path, [each for each in quantiser.layers if each not in found.in_float])
    manifest = msgspec.structs.replace(
        draft.manifest,
        sha256=sha256_of(draft.path),
        size=draft.path.stat().st_size,
        accuracy=(*_carried_over(network.manifest, before, after), *after),
    )
    return Made(
        Network(manifest, draft.path, network.labels), before, after, len(quantiser.layers), found
    )


def measure(
    network: Network,
    material: Material,
    threads: int = 1,
    advance: Callable[[int], None] = lambda done: None,
) -> tuple[Accuracy, ...]:
    """The accuracy as a manifest states it, the first figure the one that counts.

    *advance* is called with the number of pictures that are done. Raises SaccadeError.
    """
    detects = network.manifest.task == "detect"
    options = EngineOptions(threads=threads, device="cpu")
    count = 0

    def counted() -> Iterator[Truth]:
        nonlocal count
        for truth in material.truths():
            yield truth
            count += 1
            advance(count)

    predictor = load_predictor(network, "onnxruntime", options, LEAST_SCORE if detects else 0.0)
    with closing(predictor):
        if detects:
            found = average_precision(predictor, counted(), network.labels)
            values = {"AP50": found.ap50, "AP": found.ap}
        else:
            values = {"top1": top1(predictor, counted(), network.labels)}
    if not count:
        raise InputError(f"{material.title}: not one of them can be read")
    return tuple(
        Accuracy(metric, round(value, 4), material.title, "measured", count)  # type: ignore[arg-type]
        for metric, value in values.items()
    )


def _check_kind(network: Network, material: Material, before: Accuracy, most_lost: float) -> None:
    """Raise InputError where the float network itself is too seldom right to lose anything."""
    chance = 1 / material.classes if before.metric == "top1" else 0.0
    least = chance + max(most_lost, min(_TIMES * most_lost, _PLENTY))
    if before.value <= least:
        raise InputError(
            f"network {network.name!r}: even in float its {before.metric} is {before.value:.1%} on "
            f"{material.title}, where a loss of {most_lost * 100:g} points can be seen above "
            f"{least:.1%} only; the pictures are not of the kind that it was trained on, or their "
            f"labels are not its own"
        )


def _manifest(network: Network, name: str) -> Manifest:
    return msgspec.structs.replace(
        network.manifest,
        name=name,
        title=f"{network.manifest.title}, 8 bits",
        precision="int8",
        file=f"{name}.onnx",
        sha256="0" * 64,
        size=None,
        # That is where the float network was published.
        source="",
        parent=network.name,
        pruned=None,
        accuracy=(),
    )


def _carried_over(
    parent: Manifest, before: tuple[Accuracy, ...], after: tuple[Accuracy, ...]
) -> Iterator[Accuracy]:
    """The parent's figures less what was lost, so that the two compare in a list.

    The parent's are often of other pictures, such as ImageNet's 50,000: beside them a figure of
    the user's would say that 8 bits are better. What is gained is chance, and not carried over.
    """
    lost = {a.metric: max(0.0, a.value - b.value) for a, b in zip(before, after, strict=True)}
    for figure in parent.accuracy:
        if figure.metric in lost:
            yield msgspec.structs.replace(
                figure,
                value=round(max(0.0, figure.value - lost[figure.metric]), 4),
                dataset=f"{figure.dataset}, less what 8 bits lose on {after[0].dataset}",
                origin="declared",
            )


def _refusal(
    network: Network, before: Accuracy, after: Accuracy, found: Found, most_lost: float
) -> str:
    return (
        f"network {network.name!r} is refused in 8 bits: it loses {found.lost * 100:.1f} points of "
        f"{before.metric} ({before.value:.1%} → {after.value:.1%}) on {before.dataset}, and "
        f"{most_lost * 100:g} is allowed; leaving up to half of its layers in float is not enough"
    )


class _Counter:
    """Tells how often it was called, of *total* times."""

    def __init__(self, tell: Tell, stage: str, total: int) -> None:
        self._tell, self._stage, self._total = tell, stage, total
        self._done = 0

    def __call__(self) -> None:
        self._done += 1
        self._tell(self._stage, self._done, self._total)
