"""The first network of a camera whose network is chosen automatically."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from app.automatic import SECONDS, Automatic
from app.choosing import Chooser
from models.command import command
from models.manifest import Network
from pipelines.benchmark.progress import Progress
from pipelines.live.pipeline import Pipeline
from pipelines.selection.measurement import Measurement

if TYPE_CHECKING:
    from models.predictor import Recognizer

log = logging.getLogger(__name__)


class FirstChoice:
    """Chooses by what was measured; else by a short benchmark; else by the manifests' accuracy.

    *benchmark*: whether one may be done, which takes `SECONDS` at the most. *window*: whether one
    shows it, where a key skips it.
    """

    def __init__(
        self, automatic: Automatic, chooser: Chooser, *, benchmark: bool, window: bool
    ) -> None:
        self._automatic = automatic
        self._chooser = chooser
        self._benchmark = benchmark
        self._window = window
        self._skipped = threading.Event()
        self._measuring = 0
        # By camera, the network that its choice began with.
        self._networks: dict[str, Network] = {}

    @property
    def measuring(self) -> bool:
        """Whether a short benchmark is under way."""
        return self._measuring > 0

    def skip(self) -> None:
        """End the short benchmark, or do none: the manifests decide."""
        self._skipped.set()

    def introduce(self, pipeline: Pipeline, network: Network, *, chosen: bool) -> None:
        """Have the network of *pipeline* chosen from those like *network*, or count it as named."""
        if chosen:
            self._chooser.add(pipeline, (), network.manifest.task)
        else:
            self._chooser.add_fixed(pipeline, partial(self._automatic.rows, network))

    def load(
        self,
        pipeline: Pipeline,
        network: Network,
        otherwise: Callable[[], Recognizer | None],
    ) -> Recognizer | None:
        """The predictor to begin with, on a thread of the camera's. Raises SaccadeError.

        *network* is what *otherwise* loads; only networks that do the same are chosen from.
        """
        rows = self._automatic.rows(network)
        self._networks[pipeline.name] = network
        if not rows and self._benchmark and not self._skipped.is_set():
            rows = self._measure(pipeline, network)
        self._chooser.learn(pipeline.name, rows)
        predictor = self._chooser.load_first(pipeline.name) if rows else None
        if predictor is not None:
            return predictor
        log.info(
            "%s: network %s, by the accuracy in the manifests, since nothing is measured here; "
            "`%s bench` measures",
            pipeline.name,
            network.name,
            command(),
        )
        return otherwise()

    def learn_anew(self) -> None:
        """Choose from what is known now: other devices have shared what they measured."""
        for camera, network in list(self._networks.items()):
            if rows := self._automatic.rows(network):
                self._chooser.learn(camera, rows)

    def _measure(self, pipeline: Pipeline, network: Network) -> tuple[Measurement, ...]:
        log.info(
            "%s: measuring for %.0f s at the most which network runs best here; %s skips it",
            pipeline.name,
            SECONDS,
            "Esc in the window or --no-benchmark" if self._window else "--no-benchmark",
        )
        hint = "; Esc skips" if self._window else ""

        def tell(progress: Progress) -> None:
            pipeline.activity = (
                f"measuring which network runs best here: {progress.what}, "
                f"{progress.left_s:.0f} s left{hint}"
            )

        self._measuring += 1
        try:
            return self._automatic.measure(
                network,
                self._chooser.ruling(pipeline.name).scenario,
                tell,
                self._skipped.is_set,
                rate_fps=self._chooser.rate_fps(pipeline.name),
            )
        finally:
            self._measuring -= 1
            pipeline.activity = ""
