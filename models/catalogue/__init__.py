"""The catalogue: free networks that `models pull` can fetch, one manifest each in this folder."""

from __future__ import annotations

from pathlib import Path

from models.errors import ManifestError, UnknownName
from models.manifest import Manifest, Network, read_labels
from models.toml import read_toml

FOLDER = Path(__file__).parent

# Networks that are pulled together: those of one task and one set of classes; TFLite files apart,
# as another engine runs them.
PACKS: dict[str, tuple[str, ...]] = {
    "coco": ("fastestdet", "nanodet-m", "nanodet-m-int8", "yolox-nano", "yolox-s"),
    "faces": ("yunet",),
    "imagenet": (
        "squeezenet1.1",
        "mobilenetv2",
        "shufflenet-v2",
        "googlenet",
        "efficientnet-lite4",
    ),
    "tflite": (
        "mobilenet-v1-0.25-128-quant",
        "mobilenet-v1-0.5-160-quant",
        "mobilenet-v1-0.75-192-quant",
        "mobilenet-v2-quant",
        "ssd-mobilenet-v1-quant",
    ),
}


def names() -> tuple[str, ...]:
    """The names of the catalogue's networks, sorted."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.toml")))


def manifest(name: str) -> Manifest:
    """What the catalogue says of a network. Raises UnknownName."""
    if name not in names():
        raise UnknownName("network", name, names())
    return read_toml(FOLDER / f"{name}.toml", Manifest, ManifestError)


def network(name: str, file: Path) -> Network:
    """The catalogue's network with its file, which was fetched to *file*. Raises UnknownName."""
    found = manifest(name)
    return Network(manifest=found, path=file, labels=read_labels(FOLDER / f"{name}.toml", found))


def members(name: str) -> tuple[str, ...]:
    """The networks that *name*, a network or a pack, stands for. Raises UnknownName."""
    if name in PACKS:
        return PACKS[name]
    if name in names():
        return (name,)
    raise UnknownName("network or pack", name, (*names(), *PACKS))
