"""From a trained network to a folder that the application can install: checked and measured."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import msgspec
from torch import nn

from models.crosscheck import cross_check
from models.engines import EngineOptions
from models.evaluation import LEAST_SCORE
from models.manifest import MANIFEST, Manifest, Network, encode_manifest, load_network, sha256_of
from models.predictor import load_predictor
from models.training.checkpoint import write
from models.training.exporting import export
from models.training.samples import Cached
from models.training.session import Course, best_threshold, describe, measure

log = logging.getLogger(__name__)


def pack(module: nn.Module, course: Course, tests: Cached, name: str, folder: Path) -> Network:
    """Write *module* as *folder*/NAME.onnx with its manifest; returns the network.

    Every engine must agree on its output, and its accuracy on *tests* stands in the manifest.
    Raises CrossCheckError, InputError and SaccadeError.
    """
    folder.mkdir(parents=True, exist_ok=True)

    def put(file: Path) -> None:
        deviation = export(module, course.family.decoder, course.width, course.side, file)
        log.info("%s: exported, deviates from PyTorch by %.1e", name, deviation)

    manifest = describe(course, name, best_threshold(module, course))
    return finish(manifest, put, tests, course.data.title, folder)


def finish(
    manifest: Manifest, put: Callable[[Path], None], tests: Cached, title: str, folder: Path
) -> Network:
    """Let *put* write the network's file, check and measure it, and complete its manifest.

    What is in *folder* already is replaced when all that is done, so an interruption in the many
    minutes of measuring leaves it as it was.
    """
    folder.mkdir(parents=True, exist_ok=True)
    draft = folder / f".{manifest.file}"
    put(draft)
    manifest = msgspec.structs.replace(manifest, sha256=sha256_of(draft), size=draft.stat().st_size)
    network = Network(manifest, draft, tuple(manifest.labels))
    for engine, reason in cross_check(network).refused.items():
        log.warning("%s: not with %s: %s", network.name, engine, reason)
    detects = manifest.task == "detect"
    predictor = load_predictor(
        network, "onnxruntime", EngineOptions(device="cpu"), LEAST_SCORE if detects else 0.0
    )
    with closing(predictor):
        accuracy = measure(predictor, tests, title)
    log.info("%s: %s %.1f %%", network.name, accuracy[0].metric, accuracy[0].value * 100)
    manifest = msgspec.structs.replace(manifest, accuracy=accuracy)
    draft.replace(folder / manifest.file)
    write(folder / MANIFEST, encode_manifest(manifest).encode())
    return load_network(folder / MANIFEST)
