"""Static int8 of a trained network: calibrated on its own pictures, and kept only where it pays."""

from __future__ import annotations

import logging
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from models.engines import ENGINES
from models.errors import SaccadeError
from models.image import Image
from models.manifest import MANIFEST, Network, load_network
from models.quantising.quantiser import Quantiser
from models.training.packing import finish
from models.training.samples import Cached
from models.training.speed import milliseconds

log = logging.getLogger(__name__)

PICTURES = 128
MOST_LOST = 0.01


def quantise(network: Network, images: Iterable[Image], file: Path) -> None:
    """Write *network* as *file* with all its layers in 8 bits.

    *images*: BGR, what the ranges of the activations are taken from.
    """
    with tempfile.TemporaryDirectory() as scratch:
        Quantiser(network, images, Path(scratch)).write(file)


def quantised_pack(
    network: Network, samples: Cached, tests: Cached, title: str, folder: Path
) -> Network | None:
    """NAME-int8 in *folder*; None, and nothing there, where it does not pay.

    It pays where at most MOST_LOST of the accuracy is lost and it is smaller, or faster on some
    engine.
    """
    manifest = msgspec.structs.replace(
        network.manifest,
        name=f"{network.name}-int8",
        title=f"{network.manifest.title}, 8 bits",
        precision="int8",
        file=f"{network.name}-int8.onnx",
        parent=network.name,
        accuracy=(),
    )
    images = [samples[n].image for n in range(min(PICTURES, len(samples)))]
    with _beside(folder) as scratch:
        made = finish(manifest, lambda file: quantise(network, images, file), tests, title, scratch)
        if against := _against(made, network, images[:32]):
            log.warning("%s: is not kept: %s", made.name, against)
            # One that is there was made of the network before this one.
            shutil.rmtree(folder, ignore_errors=True)
            return None
        folder.mkdir(parents=True, exist_ok=True)
        for path in sorted(scratch.iterdir(), key=lambda path: path.suffix == ".toml"):
            path.replace(folder / path.name)
    return load_network(folder / MANIFEST)


@contextmanager
def _beside(folder: Path) -> Iterator[Path]:
    """An empty hidden folder beside *folder*; what an interruption leaves, the next one clears."""
    scratch = folder.with_name(f".{folder.name}")
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(parents=True)
    try:
        yield scratch
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _against(made: Network, network: Network, images: list[Image]) -> str:
    """Why the 8-bit version does not pay; "" where it does."""
    lost = network.manifest.accuracy[0].value - made.manifest.accuracy[0].value
    if lost > MOST_LOST:
        return f"it loses {lost * 100:.1f} points"
    smaller = made.path.stat().st_size < network.path.stat().st_size
    return "" if smaller or _faster(made, network, images) else "it is neither smaller nor faster"


def _faster(one: Network, other: Network, images: list[Image]) -> bool:
    for engine in ENGINES.names():
        try:
            if milliseconds(one, engine, images) < milliseconds(other, engine, images):
                return True
        except SaccadeError:
            continue
    return False
