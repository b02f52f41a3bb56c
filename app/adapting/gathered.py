"""What the networks made of the data, from the cache where they have run on them before."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Sequence
from pathlib import Path

import cv2
import platformdirs

from app.adapting.data import Data, choose_teacher
from app.adapting.engine import engine_of, shared_engine
from app.config import Config
from models.engines import EngineOptions
from models.manifest import Network
from pipelines.power import PowerOptions
from pipelines.power.choose import choose_source
from pipelines.selection.premodel.outcomes.gathering import gather
from pipelines.selection.premodel.outcomes.runner import load_runners
from pipelines.selection.premodel.outcomes.table import Facts, Outcomes, load, save

log = logging.getLogger(__name__)

# Changes with whatever changes what is gathered.
_VERSION = 1


def gathered(
    data: Data,
    networks: Sequence[Network],
    config: Config,
    top: int,
    advance: Callable[[int, int], None],
    folder: Path | None = None,
) -> Outcomes:
    """Run *networks* on *data*, as a run of the application would, or read what was kept of that.

    *folder*: of the cache, the user's unless told. Raises SaccadeError.
    """
    engine, options = engine_of(config, shared_engine(networks))
    facts = Facts(
        networks=tuple(network.name for network in networks),
        hashes=tuple(network.manifest.sha256 for network in networks),
        task=data.task,
        data=data.title,
        engine=engine,
        threads=options.threads,
        top=top,
    )
    folder = folder or platformdirs.user_cache_path("saccade", appauthor=False) / "adapting"
    path = folder / f"{_key(facts, data)}.npz" if data.digest else None
    kept = load(path) if path else None
    if kept is not None:
        log.info("%s: the networks ran on them before; %s", data.title, path)
        return kept
    outcomes = _gather(data, networks, config, facts, options, advance)
    if path:
        try:
            save(outcomes, path)
        except OSError as error:
            log.warning("%s: cannot be kept: %s", path, error.strerror)
    return outcomes


def _gather(
    data: Data,
    networks: Sequence[Network],
    config: Config,
    facts: Facts,
    options: EngineOptions,
    advance: Callable[[int, int], None],
) -> Outcomes:
    # As in a run: one core is the camera's.
    cv2.setNumThreads(1)
    power = choose_source(
        config.power.source, PowerOptions(idle_w=config.power.idle_w, core_w=config.power.core_w)
    )
    examples = data.examples(networks)
    runners = load_runners(networks, facts.engine, options, top=facts.top)
    try:
        return gather(
            runners,
            examples,
            facts,
            teacher=choose_teacher(networks),
            power=power,
            advance=advance,
        )
    finally:
        for runner in runners:
            runner.close()


def _key(facts: Facts, data: Data) -> str:
    parts = (_VERSION, data.digest, facts.hashes, facts.engine, facts.threads, facts.top)
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:32]
