"""What is known so far of a run, kept in the store as it becomes known."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from models.candidate import Candidate
from models.manifest import Network
from pipelines.benchmark.conditions.watch import Conditions
from pipelines.benchmark.data.labelled import Labelled
from pipelines.benchmark.platform import Platform
from pipelines.benchmark.record import Record, accuracy_of, make_record
from pipelines.benchmark.sampling.job import Checked, Refused
from pipelines.benchmark.sampling.process import Rejected
from pipelines.benchmark.sampling.sample import Extent, Sample
from pipelines.benchmark.store.measurements import MeasurementStore, Run
from pipelines.power import PowerReading


class Takes(Protocol):
    """Whoever takes samples: a `Laboratory`, or a recording of one."""

    @property
    def networks(self) -> Mapping[str, Network]: ...
    @property
    def data(self) -> Labelled | None: ...
    def rest(self, seconds: float) -> Conditions: ...
    def check(self, candidate: Candidate) -> Checked: ...
    def time(self, candidate: Candidate, round_: int, extent: Extent) -> Sample: ...


class Ledger:
    """The checks, samples and rejections of *candidates*: those of *run*, and what is done now.

    Without *store* and *run* nothing is kept beyond this object.
    """

    def __init__(
        self,
        laboratory: Takes,
        platform: Platform,
        candidates: Iterable[Candidate],
        store: MeasurementStore | None = None,
        run: Run | None = None,
    ) -> None:
        self._laboratory = laboratory
        self._platform = platform
        self._store = store
        self._run = run
        self._samples: dict[Candidate, list[Sample]] = defaultdict(list)
        self._checks: dict[str, Checked | Refused] = {}
        self._records: dict[Candidate, Record] = {}
        self._disturbance = ""
        data = laboratory.data
        self._judged = {
            name for name, network in laboratory.networks.items() if data and data.judges(network)
        }
        self.candidates = tuple(dict.fromkeys(candidates))
        self.rejected: dict[Candidate, str] = {}
        self.idle: PowerReading | None = None
        if store is not None and run is not None:
            self._checks = store.checks(run)
            self.rejected = store.rejections(run)
            self.idle = store.idle(run)
            self._records = {record.measurement.candidate: record for record in store.results(run)}
            for sample in store.samples(run):
                self._samples[sample.candidate].append(sample)
            for subject in self._checks:
                self._reject_refused(subject)

    @property
    def networks(self) -> Mapping[str, Network]:
        return self._laboratory.networks

    @property
    def records(self) -> tuple[Record, ...]:
        """The finished measurements."""
        return tuple(self._records.values())

    @property
    def spent_s(self) -> float:
        """What all checks and samples have taken."""
        samples = (sample.took_s for each in self._samples.values() for sample in each)
        checks = (each.took_s for each in self._checks.values() if isinstance(each, Checked))
        return sum(samples) + sum(checks)

    @property
    def notes(self) -> tuple[str, ...]:
        """What is to be known of the measurements, for people."""
        checks = {
            f"{subject.split()[0]}: {note}": None
            for subject, outcome in self._checks.items()
            if isinstance(outcome, Checked)
            for note in outcome.notes
        }
        found = []
        if self._disturbance:
            found.append(f"the power at rest is too high: {self._disturbance}")
        if repeats := sum(map(self.repeats, self.candidates)):
            found.append(f"disturbed samples that were taken once more: {repeats}")
        return (*found, *checks)

    def rest(self, seconds: float) -> None:
        """Measure the power at rest."""
        conditions = self._laboratory.rest(seconds)
        self.idle, self._disturbance = conditions.power, conditions.disturbance
        if self._store is not None and self._run is not None:
            self._store.set_idle(self._run, self.idle)

    def alive(self) -> list[Candidate]:
        """The candidates that are not rejected."""
        return [candidate for candidate in self.candidates if candidate not in self.rejected]

    def reject(self, candidate: Candidate, reason: str) -> None:
        """The candidate cannot be measured or must not be used."""
        self.rejected[candidate] = reason
        if self._store is not None and self._run is not None:
            self._store.reject(self._run, candidate, reason)

    def is_checked(self, candidate: Candidate) -> bool:
        """Whether the outcome of `check` is known already."""
        return candidate in self.rejected or _subject(candidate) in self._checks

    def check(self, candidate: Candidate) -> Checked | None:
        """What came of checking the candidate's network on its engine; None where it is rejected.

        Threads and spinning change nothing of it, so it is done once for all of them.
        """
        if not self.is_checked(candidate):
            outcome: Checked | Refused
            try:
                outcome = self._laboratory.check(candidate)
            except Rejected as problem:
                outcome = Refused(str(problem))
            subject = _subject(candidate)
            self._checks[subject] = outcome
            if self._store is not None and self._run is not None:
                self._store.add_check(self._run, subject, outcome)
            self._reject_refused(subject)
        return self._checked(candidate)

    def knows_accuracy(self) -> bool:
        """Whether the accuracy of any network is known, or can be measured."""
        return bool(self._judged) or any(
            network.manifest.accuracy for network in self.networks.values()
        )

    def may_measure_accuracy(self, candidate: Candidate) -> bool:
        """Whether checking the candidate will tell its accuracy, as far as is known."""
        return candidate.network in self._judged and not self.is_checked(candidate)

    def accuracy(self, candidate: Candidate) -> float | None:
        """The candidate's accuracy: as measured, else, where it cannot be, as declared."""
        if self.may_measure_accuracy(candidate):
            return None
        return accuracy_of(self.networks[candidate.network], self._checked(candidate)).accuracy

    def accuracies_alike(self, candidate: Candidate) -> list[float]:
        """What was measured of the same network in the same precision on other engines."""
        start = f"{candidate.network} {candidate.precision} "
        return [
            outcome.accuracy
            for subject, outcome in self._checks.items()
            if subject.startswith(start)
            and isinstance(outcome, Checked)
            and outcome.accuracy is not None
        ]

    def samples(self, candidate: Candidate) -> list[Sample]:
        """The candidate's samples so far."""
        return self._samples[candidate]

    def repeats(self, candidate: Candidate) -> int:
        """How many of the candidate's samples were taken in place of disturbed ones."""
        samples = self._samples[candidate]
        return len(samples) - len({sample.round for sample in samples})

    def sample(self, candidate: Candidate, round_: int, extent: Extent) -> Sample | None:
        """Take one more; None where that fails, which rejects the candidate."""
        try:
            sample = self._laboratory.time(candidate, round_, extent)
        except Rejected as problem:
            self.reject(candidate, str(problem))
            return None
        self._samples[candidate].append(sample)
        if self._store is not None and self._run is not None:
            self._store.add_sample(self._run, sample)
        return sample

    def provisional(self, candidate: Candidate, samples: Sequence[Sample] = ()) -> Record:
        """The candidate's row from *samples*, by default all that there are, at least one."""
        return make_record(
            samples or self._samples[candidate],
            self.networks[candidate.network],
            self._platform.fingerprint,
            self._checked(candidate),
            self.idle,
        )

    def finish(self, candidate: Candidate) -> None:
        """The candidate's row is complete: keep it."""
        if candidate in self._records:
            return
        record = self._records[candidate] = self.provisional(candidate)
        if self._store is not None:
            sha256 = self.networks[candidate.network].manifest.sha256
            self._store.add(record, sha256, self._platform, self._run)

    def _checked(self, candidate: Candidate) -> Checked | None:
        outcome = self._checks.get(_subject(candidate))
        return outcome if isinstance(outcome, Checked) else None

    def _reject_refused(self, subject: str) -> None:
        """What was refused is rejected whatever its threads."""
        outcome = self._checks[subject]
        if isinstance(outcome, Refused):
            for candidate in self.alive():
                if _subject(candidate) == subject:
                    self.reject(candidate, outcome.reason)


def _subject(candidate: Candidate) -> str:
    """What the outcome of a check depends on."""
    return f"{candidate.network} {candidate.precision} {candidate.engine} {candidate.device}"
