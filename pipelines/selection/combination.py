"""Which network each of several cameras should run: chosen together, since they share a machine.

The objective is ours: the sum over the cameras of the weighted logarithms of their figures, each
camera's weights scaled to add up to 1,

    Σ_i [ a_i ln Accuracy_i + b_i ln(s · Throughput_i) − c_i ln P ]  − further terms alike,

with s the share of their frames that the cores suffice for and P the watts of the whole machine
(pipelines/selection/company.py). For one camera it is the figure of merit itself. A sum of
logarithms is proportionally fair (Kelly, Maulloo and Tan, "Rate control for communication
networks: shadow prices, proportional fairness and stability", Journal of the Operational Research
Society 49, 1998): no camera is starved for the sake of another, and none counts for more because
its figures are larger.

The best combination is found exactly: what another candidate of the same camera beats or equals in
everything is left out (only the shared s and P tie the cameras together, and both are monotone),
and the rest is searched (pipelines/selection/branch_and_bound.py).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log1p

from models.candidate import Candidate
from pipelines.selection.behind_camera import behind_camera, scenario_behind_camera
from pipelines.selection.branch_and_bound import Option, Search, Shared
from pipelines.selection.choice import Choice
from pipelines.selection.company import (
    Company,
    choose_beside,
    demand,
    part_of_watts,
    share,
    total_weight,
)
from pipelines.selection.eligible import AXES, find_eligible
from pipelines.selection.measurement import Measurement
from pipelines.selection.merit import TERMS
from pipelines.selection.scenario import Scenario


@dataclass(frozen=True, slots=True)
class CameraTable:
    """What one camera may choose from: *rows*, one for each candidate, as they were measured.

    *rate_fps*: frames a second that the camera delivers; None does not limit the network.
    """

    name: str
    rows: tuple[Measurement, ...]
    scenario: Scenario
    rate_fps: float | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """One camera's part of a combination.

    *choice* ranks its candidates with the others' networks as they are; *company* are these.
    *alone* is what the camera would run if it had the machine to itself.
    """

    name: str
    choice: Choice
    company: Company
    alone: Candidate | None


@dataclass(frozen=True, slots=True)
class Combination:
    """*places* in the order of the cameras; those that have nothing to choose from are left out.

    *share*: of the frames asked for, what the cores suffice for. *demand*: cores asked for.
    *watts*: of the whole machine, None where unknown. *score*: the objective. *note*: in one
    clause what was chosen together, or why nothing could be.
    """

    places: tuple[Place, ...] = ()
    share: float = 1.0
    demand: float = 0.0
    watts: float | None = None
    score: float | None = None
    note: str = ""

    def place(self, name: str) -> Place | None:
        """The camera's part; None where it has none."""
        return next((place for place in self.places if place.name == name), None)


@dataclass(frozen=True, slots=True)
class _Field:
    """One camera's options, and its part of the weights of what all share."""

    table: CameraTable
    options: tuple[Option, ...]
    throughput: float
    power: float


def combine(
    cameras: Sequence[CameraTable],
    cores: float,
    running: Mapping[str, Candidate | None] | None = None,
    min_gain: float = 0.0,
) -> Combination:
    """The best combination for *cameras*, whose names differ, on *cores* for their networks.

    The lowest `max_power_w` of their scenarios holds for the machine. What is *running*, by the
    cameras' names, stays unless the best one is worth more by the fraction *min_gain* at least, so
    that two cameras do not change places for nothing. It depends neither on the order of the
    cameras nor on anything but the arguments.
    """
    ordered = sorted(cameras, key=lambda camera: camera.name)
    eligible = [camera for camera in ordered if _rows(camera)]
    fields = [_field(camera, len(eligible)) for camera in eligible]
    if not fields:
        return Combination(note="no camera has a candidate to choose")
    limits = [c.scenario.max_power_w for c in eligible if c.scenario.max_power_w is not None]
    shared = Shared(
        cores=cores,
        throughput=math.fsum(field.throughput for field in fields),
        power=math.fsum(field.power for field in fields),
        max_power_w=min(limits, default=None),
    )
    search = Search([field.options for field in fields], shared)
    found = search.run()
    if found is None:
        return Combination(note="no combination keeps within the limits: each chooses for itself")
    score = search.score
    if running and (kept := _kept(fields, running)) is not None:
        value = search.value(kept)
        most = max(total_weight(field.table.scenario) for field in fields)
        if value is not None and score is not None and most * (score - value) < log1p(min_gain):
            found, score = kept, value
    asked = math.fsum(option.demand for option in found)
    left = share(cores, asked)
    companies = {
        field.table.name: _company(fields, found, index, shared)
        for index, field in enumerate(fields)
    }
    places = tuple(
        Place(
            camera.name,
            choose_beside(camera.rows, camera.scenario, camera.rate_fps, companies[camera.name]),
            companies[camera.name],
            choose_beside(camera.rows, camera.scenario, camera.rate_fps).candidate,
        )
        for camera in cameras
        if camera.name in companies
    )
    watts = math.fsum(option.watts for option in found)
    served = "one camera" if len(fields) == 1 else f"{len(fields)} cameras"
    note = f"{asked:.2g} of {cores:.3g} {'core' if cores == 1 else 'cores'} for {served}"
    if left < 1:
        note += f", so that each gets {left:.0%} of its frames"
    if search.ended_early:
        note += "; the best of those that there was time to look at"
    return Combination(places, left, asked, watts or None, score, note)


def _rows(camera: CameraTable) -> tuple[Measurement, ...]:
    """The rows that the camera may choose from alone; what breaks a limit alone breaks it beside
    others too.
    """
    counted = [behind_camera(row, camera.rate_fps) for row in camera.rows]
    return find_eligible(counted, scenario_behind_camera(camera.scenario, camera.rate_fps)).rows


def _field(camera: CameraTable, cameras: int) -> _Field:
    rows = _rows(camera)
    measured = {row.candidate: row for row in camera.rows}
    scenario = scenario_behind_camera(camera.scenario, camera.rate_fps)
    total, weights = total_weight(scenario), scenario.weights
    options: list[Option] = []
    for row in rows:
        merit = balanced = 0.0
        for term in TERMS:
            value = term.value(row)
            if value is None or term.name == "power":
                continue
            figure = term.sign * math.log(value)
            merit += getattr(weights, term.name) / total * figure
            balanced += figure if term in AXES else 0.0
        watts = part_of_watts(row, cameras)
        balanced -= math.log(row.power.watts) if row.power else 0.0
        option = Option(
            row.candidate,
            merit,
            balanced,
            demand(measured[row.candidate], camera.rate_fps),
            watts or 0.0,
            (scenario.min_fps or 0.0) / row.fps,
        )
        if not any(other.beats(option) for other in options):
            options = [other for other in options if not option.beats(other)] + [option]
    known = any(row.power is not None for row in rows)
    return _Field(
        camera, tuple(options), weights.throughput / total, weights.power / total if known else 0.0
    )


def _kept(
    fields: Sequence[_Field], running: Mapping[str, Candidate | None]
) -> tuple[Option, ...] | None:
    """What runs, as options; None where one of them is none, or is beaten in everything."""
    found = [
        next((o for o in field.options if o.candidate == running.get(field.table.name)), None)
        for field in fields
    ]
    known = tuple(option for option in found if option is not None)
    return known if len(known) == len(fields) else None


def _company(
    fields: Sequence[_Field],
    found: Sequence[Option],
    index: int,
    shared: Shared,
) -> Company:
    others = [pair for n, pair in enumerate(zip(fields, found, strict=True)) if n != index]
    return Company(
        cores=shared.cores,
        cameras=len(fields),
        demand=math.fsum(option.demand for _, option in others),
        watts=math.fsum(option.watts for _, option in others),
        throughput=math.fsum(field.throughput for field, _ in others),
        power=math.fsum(field.power for field, _ in others),
        least_share=max((option.least_share for _, option in others), default=0.0),
        max_power_w=shared.max_power_w,
        networks=tuple(option.candidate for _, option in others),
    )
