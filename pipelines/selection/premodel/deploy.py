"""From outcomes to a router that may be used, or to the reasons against it, and their file."""

from __future__ import annotations

from pathlib import Path

import msgspec
import numpy as np
from msgspec import Struct

from models.errors import InputError
from pipelines.selection.premodel import PREFIX
from pipelines.selection.premodel.evaluation.contenders import LearnedRouter, all_contenders, curve
from pipelines.selection.premodel.evaluation.evaluate import (
    Progress,
    each_alone,
    evaluate,
    failed_share,
    oracle_figures,
)
from pipelines.selection.premodel.evaluation.resampling import REPEATS
from pipelines.selection.premodel.evaluation.study import Study
from pipelines.selection.premodel.evaluation.verdict import better_alone, choose_router, refusal
from pipelines.selection.premodel.outcomes.table import Outcomes
from pipelines.selection.scenario import Scenario

SCHEMA = 1


class Deployment(Struct, frozen=True, kw_only=True):
    """What is kept of a training. *router* is None where none may be used; the study says why."""

    schema: int = SCHEMA
    name: str
    study: Study
    router: LearnedRouter | None

    def expect_router(self) -> LearnedRouter:
        """The router. Raises InputError with the reasons where none may be used."""
        if self.router is None:
            reasons = "; ".join(f"{each.name}: {each.refusal}" for each in self.study.routers)
            raise InputError(f"{PREFIX}{self.name} must not be used: {reasons}")
        return self.router


def train(
    outcomes: Outcomes,
    scenario: Scenario,
    name: str,
    advance: Progress = lambda done, total: None,
) -> Deployment:
    """Judge every router; the best one that may be used then learns from all pictures."""
    contenders, held_to_time = all_contenders(scenario, outcomes.is_video), curve()
    judged = evaluate(outcomes, {**contenders, **held_to_time}, advance)
    routers = tuple(
        msgspec.structs.replace(judged[each], refusal=refusal(judged[each])) for each in contenders
    )
    networks = each_alone(outcomes)
    chosen = choose_router(routers, scenario)
    preferred = better_alone(chosen, networks, scenario) if chosen else None
    study = Study(
        facts=outcomes.facts,
        scenario=scenario.name,
        pictures=len(outcomes),
        halvings=2 * REPEATS,
        networks=networks,
        failed=failed_share(outcomes),
        oracle=oracle_figures(outcomes),
        feature_s=outcomes.feature_seconds,
        routers=routers,
        curve=tuple(judged[each] for each in held_to_time),
        chosen=chosen.name if chosen else "",
        preferred=preferred.network if preferred else "",
    )
    everything = np.arange(len(outcomes))
    router = contenders[chosen.name](outcomes, everything) if chosen else None
    return Deployment(name=name, study=study, router=router)


def encode(deployment: Deployment) -> bytes:
    """As JSON."""
    return msgspec.json.format(msgspec.json.encode(deployment), indent=1) + b"\n"


def read_deployment(path: Path) -> Deployment:
    """What `encode` wrote. Raises InputError."""
    try:
        found = msgspec.json.decode(path.read_bytes(), type=Deployment)
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}") from error
    except msgspec.DecodeError as error:
        raise InputError(f"{path}: is no trained router: {error}; train it again") from error
    if found.schema != SCHEMA:
        raise InputError(
            f"{path}: schema = {found.schema}: this version reads schema {SCHEMA}; train it again"
        )
    return found
