"""Everything that is measured of the networks, one after the other, with the time that is left."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NoReturn

import msgspec
import numpy as np
from tqdm import tqdm

from benchmarks.networks.accuracy import FRAMES, SEEDS, accuracy, conveyor, false_alarms, scene
from benchmarks.networks.figures import Figures, Point
from benchmarks.networks.sets import SetName, Sets, read_photo
from benchmarks.networks.speed import milliseconds
from models.cost import Cost, cost
from models.errors import InputError
from models.image import Image
from models.manifest import Network
from models.training.samples import Sample

Drawn = Mapping[SetName, Sequence[Sample]]


def measure(networks: Sequence[Network], sets: Sets, training: Path) -> tuple[Figures, ...]:
    """The figures of every network on *sets*. Raises SaccadeError.

    *training* has a folder for each family, with its learning curve if there is one.
    """
    drawn = draw(networks, sets)
    times = milliseconds(networks, [_picture(network, drawn[network.name]) for network in networks])
    costs = {network.name: _cost(network) for network in networks}
    # By the work, as one network's picture takes many times as long as another's.
    work = sum(costs[network.name].macs * _pictures(network, sets) for network in networks)
    with tqdm(total=work, mininterval=1, bar_format="{l_bar}{bar}| {remaining} left") as bar:
        return tuple(
            _figures(
                network,
                costs[network.name],
                drawn[network.name],
                sets.photos,
                times[network.name],
                _curve(network, training),
                bar,
            )
            for network in networks
        )


def draw(networks: Sequence[Network], sets: Sets) -> dict[str, Drawn]:
    """For each network the samples of each set, drawn once for all that take the same."""
    kinds: dict[tuple[int, bool], Drawn] = {}
    for network in networks:
        side, crops = network.manifest.input.height, network.manifest.task == "classify"
        if (side, crops) not in kinds:
            kinds[side, crops] = {name: _set(sets, name, side, crops) for name in sets.names}
    return {
        network.name: kinds[network.manifest.input.height, network.manifest.task == "classify"]
        for network in networks
    }


def _set(sets: Sets, name: SetName, side: int, crops: bool) -> Sequence[Sample]:
    what = "crops" if crops else "pictures"
    with tqdm(desc=f"drawing {name}", unit=f" {what}", delay=0.5) as bar:

        def advance(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        return sets.samples(name, side, crops, advance)


def _figures(
    network: Network,
    price: Cost,
    drawn: Drawn,
    photos: Sequence[Path],
    times: Mapping[str, float | None],
    curve: tuple[Point, ...],
    bar: tqdm[NoReturn],
) -> Figures:
    """Everything of one network."""
    manifest = network.manifest
    detects = manifest.task == "detect"
    square = cost(network.path, manifest.input.height, manifest.input.height)
    bar.set_description(network.name)

    def advance(pictures: int) -> None:
        bar.update(pictures * price.macs)

    return Figures(
        name=network.name,
        title=manifest.title.partition(":")[0],
        task=manifest.task,
        precision=manifest.precision,
        sha256=manifest.sha256,
        bytes=network.path.stat().st_size,
        width=manifest.input.width,
        height=manifest.input.height,
        threshold=manifest.decoder.score_threshold,
        parameters=price.parameters,
        macs=price.macs,
        square_macs=square.macs,
        accuracy={name: accuracy(network, samples, advance) for name, samples in drawn.items()},
        false_alarms=false_alarms(network, map(read_photo, photos), advance)
        if detects and photos
        else None,
        conveyor=conveyor(network, advance) if detects else None,
        milliseconds=dict(times),
        curve=curve,
    )


def _cost(network: Network) -> Cost:
    shape = network.manifest.input
    return cost(network.path, shape.width, shape.height)


def _pictures(network: Network, sets: Sets) -> int:
    """How many pictures the network is given, times apart."""
    count = sets.pictures * len(sets.names)
    if network.manifest.task == "detect":
        count += len(sets.photos) + len(SEEDS) * FRAMES
    return count


def _picture(network: Network, drawn: Drawn) -> Image:
    """What the network is timed with: a camera's picture, or a crop of a label."""
    if network.manifest.task == "classify":
        return drawn["held-out"][0].image
    image = np.empty((720, 1280, 3), np.uint8)
    scene(SEEDS[0]).render(0.0, image)
    return image


def _curve(network: Network, training: Path) -> tuple[Point, ...]:
    """The learning curve of the network's family; an 8-bit network has learned nothing itself."""
    path = training / network.name.removesuffix("-labels") / "history.json"
    try:
        return msgspec.json.decode(path.read_bytes(), type=tuple[Point, ...])
    except FileNotFoundError:
        return ()
    except (OSError, msgspec.DecodeError) as error:
        raise InputError(f"{path}: cannot be read as a learning curve: {error}") from error
