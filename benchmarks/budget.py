"""Does a quarter of the time find the same winner? `python -m benchmarks.budget --help`.

Replays a complete benchmark that the store holds: a search with a budget asks for samples, and
gets recorded ones, cut to the length it asked for, at the time that they took. So the winner of
ten random scenarios is compared with that of the whole table without measuring for hours.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import fmean

import msgspec
import numpy as np

from models.candidate import Candidate
from models.manifest import Network
from models.store import Store
from pipelines.benchmark.bench import Plan
from pipelines.benchmark.conditions.watch import Conditions
from pipelines.benchmark.data.labelled import Labelled
from pipelines.benchmark.ledger import Ledger
from pipelines.benchmark.platform import Platform
from pipelines.benchmark.sampling.job import Checked, Refused
from pipelines.benchmark.sampling.process import Rejected
from pipelines.benchmark.sampling.sample import Extent, Sample
from pipelines.benchmark.search.search import Search
from pipelines.benchmark.store.measurements import MeasurementStore
from pipelines.power import PowerReading
from pipelines.selection.choice import choose
from pipelines.selection.measurement import Measurement
from pipelines.selection.scenario import Scenario, Weights

Checks = Mapping[tuple[str, str, str], Checked | Refused]


class Recording:
    """A complete benchmark, replayed. *now_s* is the time that a replay has taken so far.

    *checks*: by network, precision and engine. *early_s*: of the recorded samples.
    """

    def __init__(
        self,
        networks: Mapping[str, Network],
        samples: Sequence[Sample],
        checks: Checks,
        idle: PowerReading | None,
        early_s: float,
        seed: int = 0,
    ) -> None:
        self.networks = networks
        self.now_s = 0.0
        self._samples: dict[Candidate, list[Sample]] = {}
        for sample in samples:
            self._samples.setdefault(sample.candidate, []).append(sample)
        self._checks = checks
        tasks = {
            networks[name].manifest.task
            for (name, _, _), outcome in checks.items()
            if isinstance(outcome, Checked) and outcome.metric is not None
        }
        # That there were pictures is all that a search looks at.
        labels = next(iter(networks.values())).labels
        classes = tuple((label,) for label in labels)
        self.data = Labelled("", tasks.pop(), classes, ()) if tasks else None
        self._idle = idle
        self._early_s = early_s
        self._random = np.random.default_rng(seed)
        # A replay begins with any round of a candidate, and goes through all before it repeats one.
        self._first = {each: int(self._random.integers(0, 1000)) for each in self._samples}

    @property
    def total_s(self) -> float:
        """The time of the whole benchmark."""
        samples = (sample.took_s for each in self._samples.values() for sample in each)
        return sum(samples) + self._check_s() * len(self._checks)

    def rest(self, seconds: float) -> Conditions:
        self.now_s += seconds
        return Conditions(self._idle, "", None)

    def check(self, candidate: Candidate) -> Checked:
        outcome = self._checks[candidate.network, candidate.precision, candidate.engine]
        if isinstance(outcome, Refused):
            self.now_s += self._check_s()
            raise Rejected(outcome.reason)
        self.now_s += outcome.took_s
        return outcome

    def time(self, candidate: Candidate, round_: int, extent: Extent) -> Sample:
        recorded = self._samples[candidate]
        sample = recorded[(round_ + self._first[candidate]) % len(recorded)]
        times_ms = np.array(sample.timed.times_ms)
        overhead_s = max(0.0, sample.took_s - self._early_s - float(times_ms.sum()) / 1e3)
        first = self._random.integers(0, len(times_ms))
        times_ms = np.roll(times_ms, -first)
        by_time = int(np.searchsorted(np.cumsum(times_ms), extent.seconds * 1e3)) + 1
        times_ms = np.resize(times_ms, max(extent.frames, min(by_time, len(times_ms))))
        took_s = overhead_s + extent.early_s + float(times_ms.sum()) / 1e3
        self.now_s += took_s
        timed = msgspec.structs.replace(sample.timed, times_ms=tuple(times_ms.tolist()))
        return replace(sample, round=round_, timed=timed, took_s=took_s)

    def _check_s(self) -> float:
        took_s = [each.took_s for each in self._checks.values() if isinstance(each, Checked)]
        return fmean(took_s or [0.0])


@dataclass(frozen=True, slots=True)
class Outcome:
    """*found* and *best*: the search's winner and the whole table's, by the whole table's figures.

    *share*: what the search took of the whole benchmark's time.
    """

    weights: Weights
    found: Candidate | None
    best: Candidate
    ratio: float
    share: float


def compete(
    recording: Recording, table: Sequence[Measurement], weights: Weights, budget: float
) -> Outcome:
    """Search with a *budget* of the whole time, and judge its choice by the whole *table*."""
    scenario = Scenario("random", weights)
    began_s = recording.now_s
    candidates = [row.candidate for row in table]
    ledger = Ledger(recording, Platform(table[0].platform, {}), candidates)
    ledger.rest(2.0)
    Search(
        ledger,
        candidates,
        scenario,
        clock=lambda: recording.now_s,
        deadline_s=began_s + budget * recording.total_s,
    ).run()
    merits = {place.candidate: place.score for place in choose(table, scenario).ranking}
    best = next(iter(merits))
    found = choose([record.measurement for record in ledger.records], scenario).candidate
    share = (recording.now_s - began_s) / recording.total_s
    ratio = merits[found] / merits[best] if found is not None else 0.0
    return Outcome(weights, found, best, ratio, share)


def random_weights(seed: int, count: int) -> list[Weights]:
    """Scenarios, evenly spread over the triangle of weights."""
    drawn = np.random.default_rng(seed).dirichlet((1, 1, 1), count)
    return [Weights(*map(float, weights)) for weights in drawn]


def read(
    store: MeasurementStore, networks: Mapping[str, Network]
) -> tuple[Recording, list[Measurement]]:
    """The newest complete benchmark of all its candidates, and its table."""
    for run in reversed(store.finished()):
        plan = msgspec.json.decode(run.plan, type=Plan)
        if plan.budget_s is None:
            checks = {
                (words[0], words[1], words[2]): outcome
                for words, outcome in (
                    (subject.split(), outcome) for subject, outcome in store.checks(run).items()
                )
            }
            table = [record.measurement for record in store.results(run)]
            recording = Recording(
                networks, store.samples(run), checks, store.idle(run), plan.extent.early_s
            )
            return recording, table
    sys.exit(f"{store.path}: has no complete benchmark; run `python main.py bench` first")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--store", type=Path, required=True, help="measurements.sqlite")
    parser.add_argument("--networks", type=Path, required=True, help="the networks' folder")
    parser.add_argument("--scenarios", type=int, default=10)
    parser.add_argument("--budget", type=float, default=0.24, help="of the whole time")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    networks = {network.name: network for network in Store(args.networks).networks()}
    recording, table = read(MeasurementStore(args.store), networks)
    outcomes = [
        compete(recording, table, weights, args.budget)
        for weights in random_weights(args.seed, args.scenarios)
    ]
    if args.json:
        print(msgspec.json.encode(outcomes).decode())
        return
    print(f"{len(table)} candidates, {recording.total_s / 60:.1f} min for all of them")
    print(f"{'accuracy':>9}{'fps':>7}{'watts':>7}{'time':>8}{'merit':>8}  found, best")
    for each in outcomes:
        weights = each.weights
        print(
            f"{weights.accuracy:9.2f}{weights.throughput:7.2f}{weights.power:7.2f}"
            f"{each.share:8.1%}{each.ratio:8.1%}  {each.found}"
            f"{'' if each.found == each.best else f', {each.best}'}"
        )
    good = sum(each.ratio >= 0.98 for each in outcomes)
    print(f"within 2 % of the best: {good} of {len(outcomes)}")


if __name__ == "__main__":
    main()
