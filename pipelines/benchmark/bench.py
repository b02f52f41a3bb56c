"""One benchmark from its plan to its report: a study of all candidates, or a budgeted search."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import msgspec
from msgspec import Struct

from models.candidate import Candidate
from models.errors import InputError, SaccadeError
from models.manifest import Network
from pipelines.benchmark.data.coco import read_coco
from pipelines.benchmark.data.folders import read_folders
from pipelines.benchmark.data.labelled import Labelled
from pipelines.benchmark.data.pictures import rendered, some_of
from pipelines.benchmark.grid import missing_engines
from pipelines.benchmark.ledger import Ledger
from pipelines.benchmark.platform import Platform
from pipelines.benchmark.progress import Progress, Tell
from pipelines.benchmark.record import Record
from pipelines.benchmark.sampling.laboratory import Laboratory
from pipelines.benchmark.sampling.sample import Extent
from pipelines.benchmark.search.judge import Prior
from pipelines.benchmark.search.search import Search
from pipelines.benchmark.store.measurements import MeasurementStore, Run
from pipelines.benchmark.study import EXTENT, Study
from pipelines.power import PowerSource
from pipelines.selection.scenario import Scenario

ROUNDS = 3
REST_S = 5.0


class Plan(Struct, frozen=True, kw_only=True):
    """What is to be measured.

    *networks*: name → SHA-256 of the file, so that a run is not resumed with another one.
    *images*: a folder for each class; *annotations*: a file in COCO's format. *extent*: of a
    sample; *rest_s*: how long the power at rest is measured before. *budget_s*: None measures all
    *candidates*, else those that can win by *scenario*.
    """

    candidates: tuple[Candidate, ...]
    networks: dict[str, str]
    images: str | None = None
    annotations: str | None = None
    rounds: int = ROUNDS
    extent: Extent = EXTENT
    rest_s: float = REST_S
    budget_s: float | None = None
    scenario: Scenario | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """What came of a benchmark. *notes* are for people.

    *rejected*: the candidates that cannot be measured or must not be used; *left*: those that
    were not measured to the end; both with the reason.
    """

    platform: Platform
    records: tuple[Record, ...]
    rejected: Mapping[Candidate, str]
    left: Mapping[Candidate, str]
    notes: tuple[str, ...]


def start(
    plan: Plan,
    networks: Mapping[str, Network],
    platform: Platform,
    store: MeasurementStore,
    power: PowerSource | None,
    tell: Tell,
    prior: Prior | None = None,
) -> Report:
    """Carry out *plan*. Interrupted at any moment, `resume` goes on from there.

    *networks* has every network of the plan. *prior* is for a plan with a budget. Raises
    SaccadeError.
    """
    with store.locked():
        run = store.begin(platform, msgspec.json.encode(plan).decode())
        return _carry_out(plan, run, networks, platform, store, power, tell, prior)


def resume(
    networks: Mapping[str, Network],
    platform: Platform,
    store: MeasurementStore,
    power: PowerSource | None,
    tell: Tell,
    prior: Prior | None = None,
) -> Report:
    """Go on with the last benchmark on *platform*. Raises InputError where it is finished."""
    with store.locked():
        run = store.unfinished(platform.fingerprint)
        if run is None:
            raise InputError(
                f"{store.path}: has no interrupted benchmark of this machine as it is now "
                f"({platform.fingerprint}); start one without --resume"
            )
        try:
            plan = msgspec.json.decode(run.plan, type=Plan)
        except msgspec.DecodeError as error:
            raise InputError(
                f"{store.path}: the interrupted benchmark cannot be read: {error}; start a new one"
            ) from error
        for name, sha256 in plan.networks.items():
            found = networks.get(name)
            if found is None or found.manifest.sha256 != sha256:
                raise InputError(
                    f"network {name!r} of the interrupted benchmark was removed or replaced; "
                    f"start a new one without --resume"
                )
        return _carry_out(plan, run, networks, platform, store, power, tell, prior)


def _carry_out(
    plan: Plan,
    run: Run,
    networks: Mapping[str, Network],
    platform: Platform,
    store: MeasurementStore,
    power: PowerSource | None,
    tell: Tell,
    prior: Prior | None,
) -> Report:
    began_s = time.monotonic()
    with _pictures(plan) as (pictures, data):
        laboratory = Laboratory(networks, pictures, power, data)
        ledger = Ledger(laboratory, platform, plan.candidates, store, run)
        missing = missing_engines(plan.candidates)
        for candidate in ledger.alive():
            if candidate.engine in missing:
                ledger.reject(candidate, missing[candidate.engine])
        tell(Progress(0, 1, plan.rest_s, "the machine at rest"))
        ledger.rest(plan.rest_s)
        left: dict[Candidate, str] = {}
        if plan.budget_s is None:
            Study(ledger, plan.rounds, tell, plan.extent).run()
        else:
            left = _search(plan, ledger, began_s - ledger.spent_s, tell, prior)
        store.finish(run)
        return Report(
            platform,
            ledger.records,
            dict(ledger.rejected),
            left,
            (*(data.notes if data else ()), *ledger.notes),
        )


def _search(
    plan: Plan, ledger: Ledger, began_s: float, tell: Tell, prior: Prior | None
) -> dict[Candidate, str]:
    """Search among the candidates of each task, as their accuracies do not compare."""
    assert plan.budget_s is not None
    assert plan.scenario is not None
    tasks: dict[str, list[Candidate]] = {}
    for candidate in ledger.candidates:
        task = ledger.networks[candidate.network].manifest.task
        if plan.scenario.task in (None, task):
            tasks.setdefault(task, []).append(candidate)
    end_s = began_s + plan.budget_s
    left: dict[Candidate, str] = {}
    waiting = sum(map(len, tasks.values()))
    for candidates in tasks.values():
        now_s = time.monotonic()
        deadline_s = now_s + (end_s - now_s) * len(candidates) / waiting
        waiting -= len(candidates)

        def show(what: str) -> None:
            now_s = time.monotonic()
            done = min(100, round(100 * (now_s - began_s) / (end_s - began_s)))
            tell(Progress(done, 100, max(0.0, end_s - now_s), what))

        left |= Search(
            ledger,
            candidates,
            plan.scenario,
            clock=time.monotonic,
            deadline_s=deadline_s,
            prior=prior,
            tell=show,
        ).run()
    return left


def read_data(images: str | None, annotations: str | None) -> Labelled | None:
    """The labelled pictures of a `Plan`; None where it names none. Raises InputError."""
    if images is not None:
        return read_folders(Path(images))
    return None if annotations is None else read_coco(Path(annotations))


@contextmanager
def _pictures(plan: Plan) -> Iterator[tuple[tuple[str, ...], Labelled | None]]:
    """The pictures to time, and the labelled ones they were taken from; rendered where none are."""
    data = read_data(plan.images, plan.annotations)
    if data is not None:
        yield some_of([picture.path for picture in data.pictures]), data
        return
    try:
        folder = tempfile.TemporaryDirectory(prefix="saccade-bench-")
    except OSError as error:
        raise SaccadeError(f"no folder for temporary files: {error.strerror}") from error
    with folder as name:
        yield rendered(Path(name)), None
