"""Pictures whose truth is known, and what of it a network can be judged by."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt
from msgspec import Struct

from models.image import Image
from models.manifest import Network, Task


class Object(NamedTuple):
    """*number* of its class in the data; *box*: left, top, right, bottom in pixels, or None."""

    number: int
    box: tuple[float, float, float, float] | None = None


class Picture(Struct, frozen=True):
    """One file and what it shows."""

    path: str
    objects: tuple[Object, ...]


class Labelled(Struct, frozen=True):
    """*classes*: each with its names, any of which a network's label may be.

    *ordered*: the classes stand in the order of the networks' outputs. *name* is for people, *task*
    says which networks the pictures can judge. *notes*: what of the data was left out.
    """

    name: str
    task: Task
    classes: tuple[tuple[str, ...], ...]
    pictures: tuple[Picture, ...]
    ordered: bool = False
    notes: tuple[str, ...] = ()

    def judges(self, network: Network) -> bool:
        """Whether the network does the task, and has a label for what there is to be found."""
        return network.manifest.task == self.task and bool(self.indexes_for(network.labels))

    def indexes_for(self, labels: Sequence[str]) -> dict[int, int]:
        """The class of the data → its index in a network's *labels*.

        By position where the data are ordered and as many, else by name. A class that the
        network has no label for is missing.
        """
        if self.ordered and len(self.classes) == len(labels):
            return {index: index for index in range(len(labels))}
        known: dict[str, int] = {}
        for index, label in enumerate(labels):
            known.setdefault(_plain(label), index)
        return {
            index: next(known[name] for name in map(_plain, names) if name in known)
            for index, names in enumerate(self.classes)
            if not known.keys().isdisjoint(map(_plain, names))
        }


class Truth(NamedTuple):
    """As models.evaluation takes it: *boxes* (n, 4) in pixels, *classes* (n,) indexes of labels."""

    image: Image
    boxes: npt.NDArray[np.float32]
    classes: npt.NDArray[np.intp]


class Truths:
    """The pictures of *data* for a network with *labels*: decoded one by one, iterated once.

    What the network has no label for is left out, with its picture where a class is all that the
    picture has. *count*: the pictures that were there.
    """

    def __init__(self, data: Labelled, labels: Sequence[str]) -> None:
        self._data = data
        self._index = data.indexes_for(labels)
        self._unknown = 0
        self._unreadable: list[str] = []
        self.count = 0

    def __iter__(self) -> Iterator[Truth]:
        for picture in self._data.pictures:
            known = [thing for thing in picture.objects if thing.number in self._index]
            self._unknown += len(picture.objects) - len(known)
            if self._data.task == "classify" and not known:
                continue
            image = cv2.imread(picture.path, cv2.IMREAD_COLOR)
            if image is None:
                self._unreadable.append(picture.path)
                continue
            self.count += 1
            boxes = [thing.box for thing in known if thing.box is not None]
            yield Truth(
                np.asarray(image, np.uint8),
                np.array(boxes, np.float32).reshape(-1, 4),
                np.array([self._index[thing.number] for thing in known], np.intp),
            )

    def notes(self) -> tuple[str, ...]:
        """What was left out so far, for the user."""
        found = []
        if self._unknown:
            things = "pictures" if self._data.task == "classify" else "boxes"
            found.append(f"{things} left out that the network has no label for: {self._unknown}")
        if self._unreadable:
            first, more = self._unreadable[0], len(self._unreadable) - 1
            others = f" and {more} more" if more else ""
            found.append(f"{first}{others} cannot be read as a picture; left out")
        return tuple(found)


def _plain(name: str) -> str:
    return " ".join(name.replace("_", " ").replace("-", " ").casefold().split())
