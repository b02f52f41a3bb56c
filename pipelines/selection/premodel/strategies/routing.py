"""What a router decided for a number of pictures, and what that costs."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from pipelines.selection.premodel.outcomes.table import FloatArray, IntArray, Outcomes

BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Routing:
    """For n pictures of m networks: which ones *ran*, (n, m), and whose answer counts, (n,).

    *own_s*: what the router itself takes for a picture, its features included.
    """

    ran: BoolArray
    answers: IntArray
    own_s: float

    def seconds(self, outcomes: Outcomes) -> FloatArray:
        """What each picture takes in all: the router and every network that it ran, (n,)."""
        return np.asarray(self.own_s + self.ran @ outcomes.seconds)


class Strategy(Protocol):
    """A router that has learned: frozen, and can be written as JSON."""

    @property
    def networks(self) -> tuple[str, ...]:
        """The networks that it may run."""
        ...

    def route(self, outcomes: Outcomes, rows: IntArray) -> Routing:
        """What it decides for those *rows*."""
        ...


def columns_of(networks: Iterable[str], outcomes: Outcomes) -> IntArray:
    """The columns of *outcomes* that have those networks."""
    return np.array([outcomes.facts.networks.index(name) for name in networks], np.intp)


def alone(columns: IntArray, networks: int) -> BoolArray:
    """For pictures of which each runs one of *networks* only, that of *columns* (n,)."""
    return np.asarray(columns[:, None] == np.arange(networks))


def time_of(decide: Callable[[int], object], times: int = 50) -> float:
    """The seconds that a decision takes, the median; *decide* gets a number that counts up."""
    taken = []
    for number in range(times):
        began = time.perf_counter()
        decide(number)
        taken.append(time.perf_counter() - began)
    return float(np.median(taken))
