"""One camera's pipeline, as the configuration describes it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import msgspec

from app import networks
from app.adapting import routers
from app.config import AUTO, CameraConfig, Config, MotionConfig
from app.first_choice import FirstChoice
from models.manifest import Network
from models.predictor import Recognizer
from models.store import Store
from pipelines.cameras import CameraOptions, View
from pipelines.cameras.source import camera_factory, find_camera, redact
from pipelines.live.motion import MotionGate, MotionOptions
from pipelines.live.pipeline import Pipeline
from pipelines.live.worker import Policy
from pipelines.selection.premodel import PREFIX
from pipelines.tracking.tracker import Tracker


def assemble(
    camera: CameraConfig, config: Config, store: Store, first: FirstChoice, *, limit: int | None
) -> Pipeline:
    """The pipeline of *camera*, not yet started; it ends after *limit* frames.

    Its network is the one that was named, a router, or what *first* chooses. Raises InputError.
    """
    policy = Policy(config.live.policy)
    options = CameraOptions(
        width=camera.width or None,
        height=camera.height or None,
        fps=camera.fps or None,
        paced=policy is not Policy.EVERY_FRAME,
        timeout_s=camera.timeout_s,
    )
    if camera.source == "auto":
        camera = msgspec.structs.replace(camera, source=find_camera())
    found: tuple[Network, ...] = ()
    load: Callable[[], Recognizer | None]
    if camera.model.startswith(PREFIX):
        load = routers.loader(camera.model, config, store)
    else:
        found = networks.wanted(camera, store)
        load = partial(networks.load, found, config, len(config.camera))
    network = found[0] if found else None
    chosen = network if camera.model == AUTO else None

    def begin() -> Recognizer | None:
        return first.load(pipeline, chosen, load) if chosen else load()

    pipeline = Pipeline(
        camera.name,
        redact(camera.source),
        camera_factory(camera.source, options, View(camera.rotation, camera.region)),
        begin,
        policy=policy,
        timeout_s=camera.timeout_s,
        limit=limit,
        gate=_gate(config.motion),
        tracker=Tracker() if config.tracking.enabled else None,
    )
    if network:
        first.introduce(pipeline, network, chosen=chosen is not None)
    return pipeline


def _gate(config: MotionConfig) -> MotionGate | None:
    if not config.enabled:
        return None
    return MotionGate(MotionOptions(config.sensitivity, config.heartbeat_s))
