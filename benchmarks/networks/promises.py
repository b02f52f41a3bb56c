"""What the bundled networks shall be, and whether the figures say that they are."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from benchmarks.networks.figures import Figures, Report
from benchmarks.networks.sets import SetName

ENGINE = "onnxruntime"

BEST, SPREAD = 0.85, 0.15
FASTER = 6.0
MOST_LOST = 0.03
MOST_FALSE = 0.2
RECALL = 0.9
MOST_BYTES = 25_000_000

_RENDERS: tuple[tuple[SetName, str], ...] = (
    ("seeds", "other seeds"),
    ("held-out", "other drawings"),
)


@dataclass(frozen=True, slots=True)
class Promise:
    """*says* what was promised, *found* what is. *short*: by how much it falls short, if it does.

    Without what it takes to tell, *found* is empty.
    """

    says: str
    found: str = ""
    short: str = ""

    @property
    def holds(self) -> bool:
        """Whether it is kept, for all that was measured."""
        return bool(self.found) and not self.short

    @property
    def verdict(self) -> str:
        """In words: "holds: …", "falls short by …: …", or "not measured"."""
        if not self.found:
            return "not measured"
        return (
            f"falls short by {self.short}: {self.found}" if self.short else f"holds: {self.found}"
        )


def promises(report: Report) -> Iterator[Promise]:
    """Every promise on the set as a whole, which *report* must be of."""
    detectors, classifiers = (plain(report, task) for task in ("detect", "classify"))
    for name, drawn in _RENDERS:
        yield _best(detectors, name, f"the best detector has {BEST * 100:.0f} % AP50 on {drawn}")
    yield from _lightest(detectors)
    for name, drawn in _RENDERS:
        yield _best(classifiers, name, f"the best classifier has {BEST * 100:.0f} % on {drawn}")
    values = [_value(network, "held-out") for network in classifiers]
    yield _at_least(
        f"{SPREAD * 100:.0f} points lie between the best and the worst classifier",
        max(values) - min(values),
        "",
        SPREAD,
        _points,
    )
    yield _composites(detectors[:2])
    yield _false_alarms([network for network in report.networks if network.task == "detect"])
    yield _conveyor(report)
    size = sum(network.bytes for network in report.networks)
    yield _at_most("all networks together have 25 MB", size, "", MOST_BYTES, _megabytes)


def plain(report: Report, task: str) -> list[Figures]:
    """The networks of that task in full precision, the most accurate first."""
    found = [each for each in report.networks if each.task == task and each.precision == "fp32"]
    return sorted(found, key=lambda each: -_value(each, "held-out"))


def _best(networks: Sequence[Figures], name: SetName, says: str) -> Promise:
    best = max(networks, key=lambda each: _value(each, name))
    return _at_least(says, _value(best, name), _called(best), BEST, _percent)


def _lightest(detectors: Sequence[Figures]) -> Iterator[Promise]:
    best, lightest = detectors[0], min(detectors, key=lambda each: each.macs)
    whose = f"{_called(lightest)} and {_called(best)}"
    yield _at_least(
        f"the lightest detector lies {SPREAD * 100:.0f} points below the best",
        _value(best, "held-out") - _value(lightest, "held-out"),
        whose,
        SPREAD,
        _points,
    )
    times = [each.milliseconds.get(ENGINE) for each in (best, lightest)]
    says = f"the lightest detector is {FASTER:.0f} times as fast as the best"
    if times[0] is None or times[1] is None:
        yield Promise(says)
    else:
        yield _at_least(says, times[0] / times[1], whose, FASTER, _times)


def _composites(best: Sequence[Figures]) -> Promise:
    says = f"the best two detectors lose at most {MOST_LOST * 100:.0f} points over photographs"
    lost = [
        (_value(each, "held-out") - each.accuracy["composites"].value, _called(each))
        for each in best
        if "composites" in each.accuracy
    ]
    return _at_most(says, *max(lost), MOST_LOST, _points) if lost else Promise(says)


def _false_alarms(detectors: Sequence[Figures]) -> Promise:
    says = f"every detector has at most {MOST_FALSE} false alarms a photograph"
    counts = [
        (each.false_alarms, _called(each)) for each in detectors if each.false_alarms is not None
    ]
    return _at_most(says, *max(counts), MOST_FALSE, _count) if counts else Promise(says)


def _conveyor(report: Report) -> Promise:
    says = f"the default network finds {RECALL * 100:.0f} % of the labels on the conveyor"
    for network in report.networks:
        if network.name == report.default and network.conveyor:
            recall = network.conveyor.recall
            return _at_least(says, recall, _called(network), RECALL, _percent)
    return Promise(says)


def _at_least(
    says: str, found: float, whose: str, wanted: float, words: Callable[[float], str]
) -> Promise:
    return _held(says, found, whose, wanted - found, words)


def _at_most(
    says: str, found: float, whose: str, wanted: float, words: Callable[[float], str]
) -> Promise:
    return _held(says, found, whose, found - wanted, words)


def _held(
    says: str, found: float, whose: str, short: float, words: Callable[[float], str]
) -> Promise:
    """It falls short by *short*, unless that is nothing or less."""
    gap = _points if words is _percent else words
    return Promise(
        says,
        f"{words(found)}, {whose}" if whose else words(found),
        gap(short) if short > 0 else "",
    )


def _value(network: Figures, name: SetName) -> float:
    return network.accuracy[name].value


def _called(network: Figures) -> str:
    return f"`{network.name}`"


def _percent(value: float) -> str:
    return f"{value * 100:.1f} %"


def _points(value: float) -> str:
    return f"{value * 100:.1f} points"


def _times(value: float) -> str:
    return f"{value:.1f} times"


def _count(value: float) -> str:
    return f"{value:.2f}"


def _megabytes(value: float) -> str:
    return f"{value / 1e6:.1f} MB"
