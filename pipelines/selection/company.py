"""What one camera may choose beside others that use the same machine.

A network asks for cores: processor seconds of one frame times frames a second. Where all networks
together ask for more than there are, every camera gets the same share of its frames,
s = min(1, cores / asked for), as equal threads do under a fair scheduler. Watts are those of the
whole machine, at rest once; they are counted for what is asked for, also where the cores do not
suffice, so that they are rather too many than too few.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import astuple, dataclass, replace

from models.candidate import Candidate
from pipelines.selection.behind_camera import behind_camera, notes, scenario_behind_camera
from pipelines.selection.choice import Choice, choose
from pipelines.selection.eligible import find_eligible
from pipelines.selection.measurement import Measurement
from pipelines.selection.rows import Rejection
from pipelines.selection.scenario import Scenario

_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Company:
    """The other cameras' networks, added up.

    *cores*: for the networks of all cameras. *cameras*: how many share the power at rest, this
    one included. *demand* in cores and *watts*: what the others ask for. *throughput*, *power*:
    what these weigh for the others, each camera's weights adding up to 1. *least_share*: of their
    frames, what the others must be left. *max_power_w*: the lowest limit that one of them sets.
    *networks*: what they run.
    """

    cores: float
    cameras: int = 1
    demand: float = 0.0
    watts: float = 0.0
    throughput: float = 0.0
    power: float = 0.0
    least_share: float = 0.0
    max_power_w: float | None = None
    networks: tuple[Candidate, ...] = ()

    def share(self, demand: float) -> float:
        """Of their frames, what all cameras get if this one asks for *demand* cores."""
        return share(self.cores, self.demand + demand)


def share(cores: float, demand: float) -> float:
    """The part of the frames asked for that *cores* suffice for."""
    return min(1.0, cores / demand) if demand > 0 else 1.0


def demand(row: Measurement, rate_fps: float | None) -> float:
    """The cores that *row* keeps busy at *rate_fps*; None is no camera.

    Where its processor time is unknown, all its threads count while it works.
    """
    if not row.fps > 0:
        return 0.0
    fps = row.fps if rate_fps is None else min(row.fps, rate_fps)
    if row.cpu_s_per_frame is not None:
        return row.cpu_s_per_frame * fps
    return row.candidate.threads * fps / row.fps


def part_of_watts(row: Measurement, cameras: int) -> float | None:
    """What *row* adds to the machine's watts, with its part of those at rest.

    Where the power at rest is unknown it counts in full.
    """
    if row.power is None:
        return None
    rest = row.idle_w or 0.0
    return row.power.watts - rest + rest / cameras


def total_weight(scenario: Scenario) -> float:
    """What all figures weigh together."""
    return math.fsum(astuple(scenario.weights))


def choose_beside(
    rows: Sequence[Measurement],
    scenario: Scenario,
    rate_fps: float | None,
    company: Company | None = None,
) -> Choice:
    """Rank *rows*, one for each candidate, as they count at *rate_fps* and beside *company*.

    The figures are those of this camera, but for the watts, which are the machine's; the order
    counts what the others lose or gain as well.
    """
    wish = scenario_behind_camera(scenario, rate_fps)
    counted = [behind_camera(row, rate_fps) for row in rows]
    said = notes(rows, rate_fps)
    if company is None:
        return _with(choose(counted, wish), said)
    alone = {row.candidate for row in find_eligible(counted, wish).rows}
    wish = _within(wish, company)
    kept, others, refused = [], {}, []
    for row, full in zip(rows, counted, strict=True):
        asked = demand(row, rate_fps)
        if not 0 < asked < math.inf or row.candidate not in alone:
            kept.append(full)  # no figure at all, or beyond a limit even alone: to be rejected
            continue
        left = company.share(asked)
        if left < company.least_share - _ROUNDING:
            reason = f"it leaves the other cameras {left:.0%} of their frames, too few for them"
            refused.append(Rejection(row.candidate, reason))
            continue
        beside = _beside(full, company, left)
        kept.append(beside)
        others[row.candidate] = total_weight(scenario) * _effect(beside, company, left)
    return _with(choose(kept, wish, beside=others), (*said, *_shared(kept, company)), refused)


def _within(wish: Scenario, company: Company) -> Scenario:
    """*wish* with the machine's limit of watts, and both limits free of rounding."""
    watts = [limit for limit in (wish.max_power_w, company.max_power_w) if limit is not None]
    return replace(
        wish,
        min_fps=wish.min_fps and wish.min_fps * (1 - _ROUNDING),
        max_power_w=min(watts) * (1 + _ROUNDING) if watts else None,
    )


def _beside(row: Measurement, company: Company, left: float) -> Measurement:
    ends, watts = row.fps_ci95, part_of_watts(row, company.cameras)
    return replace(
        row,
        fps=row.fps * left,
        fps_ci95=None if ends is None else (ends[0] * left, ends[1] * left),
        power=row.power and replace(row.power, watts=(watts or 0.0) + company.watts),
    )


def _effect(row: Measurement, company: Company, left: float) -> float:
    """What the others gain by it, in logarithms."""
    watts = row.power.watts if row.power else 1.0
    return company.throughput * math.log(left) - company.power * math.log(max(watts, _ROUNDING))


def _shared(rows: Sequence[Measurement], company: Company) -> tuple[str, ...]:
    if company.cameras < 2:
        return ()
    found = f"chosen for all cameras together, which share {company.cores:.3g} cores"
    if any(row.power is not None for row in rows):
        found += "; the watts are of the whole machine"
    return (found,)


def _with(choice: Choice, said: Sequence[str], refused: Sequence[Rejection] = ()) -> Choice:
    return replace(choice, notes=(*choice.notes, *said), rejected=(*choice.rejected, *refused))
