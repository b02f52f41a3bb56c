"""The network that is to be pruned: of which family it is, and how good."""

from __future__ import annotations

from contextlib import closing, suppress

from models.engines import EngineOptions
from models.errors import InputError
from models.evaluation import LEAST_SCORE
from models.manifest import Network
from models.predictor import load_predictor
from models.training.networks import FAMILIES
from models.training.samples import cached
from models.training.session import Course, measure
from models.training.starting import module_of


def family_of(network: Network) -> str:
    """The name of the family that *network* is of. Raises InputError where it cannot be pruned."""
    manifest = network.manifest
    if manifest.pruned:
        raise InputError(
            f"network {network.name!r}: is pruned already; prune {manifest.parent!r} by more"
        )
    if manifest.precision != "fp32":
        raise InputError(
            f"network {network.name!r}: its weights are {manifest.precision}, and only those of "
            f"fp32 can be pruned{f'; take {manifest.parent!r}' if manifest.parent else ''}"
        )
    for name in FAMILIES.names() if network.path.suffix == ".onnx" else ():
        family = FAMILIES.load(name)
        with suppress(InputError):
            if family.task == manifest.task:
                module_of(network, family)
                return str(name)
    raise InputError(
        f"network {network.name!r}: is of no family that `train` knows, and only those can be "
        f"pruned: {', '.join(FAMILIES.names())}"
    )


def accuracy_of(network: Network, course: Course) -> float:
    """Its accuracy on the course's pictures kept apart; measured, unless its manifest has it."""
    tests = cached(course.data.test, course.cache, course.workers)
    for known in network.manifest.accuracy[:1]:
        if (known.dataset, known.images) == (course.data.title, len(tests)):
            return known.value
    least = LEAST_SCORE if network.manifest.task == "detect" else 0.0
    options = EngineOptions(device="cpu")
    with closing(load_predictor(network, "onnxruntime", options, least)) as predictor:
        return measure(predictor, tests, course.data.title)[0].value
