"""Pictures with what they show, as every network calls it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import cv2
import numpy as np

from models.detection import Box, Detection
from models.image import Image
from models.manifest import Network
from pipelines.benchmark.data.labelled import Labelled, Object

# An object that a network has no label for; it can only be missed.
_NAMELESS = "\0"


@dataclass(frozen=True, slots=True)
class Example:
    """*truth*: what the picture shows as each of the networks calls it, in their order.

    None: nobody knows, and what the teacher finds is to count as right. *group*: see Outcomes.
    """

    image: Image
    truth: tuple[tuple[Detection, ...], ...] | None
    group: int


class Examples(Protocol):
    """Where examples come from; iterated once."""

    def __iter__(self) -> Iterator[Example]: ...

    def __len__(self) -> int:
        """How many there are at most."""
        ...

    def notes(self) -> tuple[str, ...]:
        """What was left out so far, for the user."""
        ...


class Pictures:
    """The pictures of *data* for *networks*.

    An object that no network has a label for is left out, and a picture whose class is none.
    """

    def __init__(self, data: Labelled, networks: Sequence[Network]) -> None:
        self._data = data
        self._networks = networks
        self._indexes = [data.indexes_for(network.labels) for network in networks]
        self._known = {index for indexes in self._indexes for index in indexes}
        self._unknown = 0
        self._unreadable: list[str] = []

    def __len__(self) -> int:
        return len(self._data.pictures)

    def __iter__(self) -> Iterator[Example]:
        for number, picture in enumerate(self._data.pictures):
            objects = [thing for thing in picture.objects if thing.number in self._known]
            self._unknown += len(picture.objects) - len(objects)
            if self._data.task == "classify" and not objects:
                continue
            image = cv2.imread(picture.path, cv2.IMREAD_COLOR)
            if image is None:
                self._unreadable.append(picture.path)
                continue
            truth = tuple(self._seen_by(column, objects) for column in range(len(self._networks)))
            yield Example(np.asarray(image, np.uint8), truth, number)

    def notes(self) -> tuple[str, ...]:
        """As in `Examples`."""
        found = []
        if self._unknown:
            things = "pictures" if self._data.task == "classify" else "boxes"
            found.append(f"{self._unknown} {things} show what no network has a label for; left out")
        if self._unreadable:
            first, more = self._unreadable[0], len(self._unreadable) - 1
            others = f" and {more} more" if more else ""
            found.append(f"{first}{others} cannot be read as a picture; left out")
        return tuple(found)

    def _seen_by(self, column: int, objects: Sequence[Object]) -> tuple[Detection, ...]:
        labels, indexes = self._networks[column].labels, self._indexes[column]
        return tuple(
            Detection(
                labels[indexes[thing.number]] if thing.number in indexes else _NAMELESS,
                1.0,
                Box(*thing.box) if thing.box else None,
            )
            for thing in objects
        )
