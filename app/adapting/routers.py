"""The trained routers: where they are kept, and how a run gets one."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from app.adapting.engine import engine_of
from app.config import Config
from app.files import write_whole
from models.command import command
from models.errors import InputError, SaccadeError, UnknownName
from models.manifest import NAME_PATTERN
from models.store import Store
from pipelines.selection.premodel import PREFIX

if TYPE_CHECKING:
    from pipelines.selection.premodel.deploy import Deployment
    from pipelines.selection.premodel.router import Router

log = logging.getLogger(__name__)


def routers_folder(config: Config) -> Path:
    """Beside the folder of the networks."""
    return config.storage.networks_folder.with_name("routers")


def check_name(name: str) -> None:
    """Raise InputError for what cannot be a router's name."""
    if not re.fullmatch(NAME_PATTERN, name):
        raise InputError(f"--out {name!r}: a name is of a-z, 0-9, '.', '_' and '-'")


def keep(deployment: Deployment, config: Config) -> Path:
    """Write the deployment, or in its place what speaks against it. Raises SaccadeError."""
    from pipelines.selection.premodel.deploy import encode

    path = routers_folder(config) / f"{deployment.name}.json"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SaccadeError(f"{path.parent}: cannot be made: {error.strerror}") from error
    write_whole(path, encode(deployment))
    return path


def find(config: Config, name: str | None = None) -> Deployment:
    """The deployment called *name*, by default the newest. Raises InputError."""
    from pipelines.selection.premodel.deploy import read_deployment

    paths = {path.stem: path for path in routers_folder(config).glob("*.json")}
    if not paths:
        raise InputError(f"no router was trained yet; `{command()} adapt train --help` says how")
    if name is None:
        name = max(paths, key=lambda each: paths[each].stat().st_mtime)
    if name not in paths:
        raise UnknownName("router", name, paths)
    return read_deployment(paths[name])


def loader(model: str, config: Config, store: Store) -> Callable[[], Router]:
    """What loads the router that a camera asks for as "adapt:NAME".

    Raises InputError where there is none of that name, or it must not be used.
    """
    deployment = find(config, model.removeprefix(PREFIX))
    deployment.expect_router()
    return partial(load, deployment, config, store, len(config.camera))


def load(deployment: Deployment, config: Config, store: Store, cameras: int) -> Router:
    """Its router as the configuration says; *cameras* pipelines share the cores.

    Raises SaccadeError.
    """
    from pipelines.selection.premodel.router import load_router

    trained = deployment.study.facts
    engine, options = engine_of(config, trained.engine, cameras)
    router = load_router(
        deployment, store.get, engine, options, config.detect.score_threshold or None
    )
    if (trained.engine, trained.threads) != (engine, options.threads):
        log.warning(
            "%s was trained with %s and %d threads, so its times are other ones here",
            router.candidate.network,
            trained.engine,
            trained.threads,
        )
    log.info("%s on %s, %d threads", router.candidate, router.device, options.threads)
    return router
