"""What a study of routers found: the document that is kept, shown and drawn."""

from __future__ import annotations

from msgspec import Struct

from pipelines.selection.premodel.evaluation.resampling import Interval
from pipelines.selection.premodel.outcomes.table import Facts


class Alone(Struct, frozen=True):
    """One network for all pictures. *best*: the share of pictures of which it is the label."""

    network: str
    accuracy: Interval
    seconds: float
    best: float


class Routed(Struct, frozen=True, kw_only=True):
    """One router, judged on pictures that it did not learn from, averaged over all halvings.

    *seconds*: of a picture in all, of which *own_s* for routing. *mix*: how often each network gave
    the answer. *shuffled*: the accuracy of the same mix dealt at random, and *lift* what the router
    has beyond it. *matched*: the accuracy of the random mix of two networks that takes the same
    time, and *margin* what the router has beyond that. *rival*: of the networks that alone take no
    longer the most accurate, "" where there is none, and *ahead* what the router has beyond it.
    *refusal*: why it must not be used.
    """

    name: str
    accuracy: Interval
    seconds: float
    own_s: float
    mix: dict[str, float]
    shuffled: float
    lift: Interval
    matched: float
    margin: Interval
    rival: str = ""
    ahead: Interval | None = None
    refusal: str = ""


class Study(Struct, frozen=True, kw_only=True):
    """*facts*: what was run on what. *pictures*: how many. *halvings*: how often they were split.

    *oracle*: accuracy and seconds of the best network for every picture, known beforehand.
    *failed*: the share of pictures on which every network fails. *curve*: confidence cascades held
    to ever less time. *chosen*: the name of the router that is used, "" where none may be.
    *preferred*: a network that the scenario would rather have alone, "" where there is none.
    """

    facts: Facts
    scenario: str
    pictures: int
    halvings: int
    networks: tuple[Alone, ...]
    failed: float
    oracle: tuple[float, float]
    feature_s: float
    routers: tuple[Routed, ...]
    curve: tuple[Routed, ...]
    chosen: str = ""
    preferred: str = ""

    @property
    def single(self) -> Alone:
        """The most accurate network alone."""
        return max(self.networks, key=lambda each: each.accuracy.value)

    @property
    def router(self) -> Routed | None:
        """The router that is used."""
        return next((each for each in self.routers if each.name == self.chosen), None)

    def joules(self, seconds: float) -> float | None:
        """What a picture of that many *seconds* costs, by the mean power of the run."""
        power = self.facts.power
        return None if power is None else power.watts * seconds
