"""A network at work that also says how sure it is."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

from models.candidate import Candidate
from models.engines import EngineOptions
from models.image import Image
from models.manifest import Network
from models.predictor import Prediction, Predictor, load_predictor
from pipelines.selection.premodel.outcomes.judging import certainty, floor


@dataclass(frozen=True, slots=True)
class Answer:
    """*prediction* is what the network alone would have said; *certainty* as in `judging`."""

    prediction: Prediction
    certainty: float


class Runner:
    """*predictor* finds all that tells how sure it is; what is below *threshold* is not shown.

    *threshold* None takes the manifest's. How sure the network is does not depend on it, as that
    was calibrated before anybody changed the threshold.
    """

    def __init__(self, predictor: Predictor, threshold: float | None, top: int) -> None:
        self._predictor = predictor
        manifest = predictor.network.manifest
        self._task = manifest.task
        self._own = manifest.decoder.score_threshold
        self._threshold = self._own if threshold is None else threshold
        self._floor = floor(self._own, self._task)
        self._top = top

    @property
    def network(self) -> Network:
        return self._predictor.network

    @property
    def candidate(self) -> Candidate:
        return self._predictor.candidate

    def run(self, image: Image) -> Answer:
        """As `Predictor.predict`."""
        prediction = self._predictor.predict(image)
        found = prediction.detections
        telling = [finding for finding in found if finding.score >= self._floor]
        sure = certainty(telling, self._task, self._top, self._own)
        shown = tuple(finding for finding in found if finding.score >= self._threshold)
        return Answer(replace(prediction, detections=shown), sure)

    def close(self) -> None:
        """Free the network's memory."""
        self._predictor.close()


def load_runners(
    networks: Sequence[Network],
    engine: str,
    options: EngineOptions,
    *,
    threshold: float | None = None,
    top: int = 1,
) -> tuple[Runner, ...]:
    """All *networks* at once, loaded and warmed up; where one fails, none is left open.

    *threshold* replaces those of the manifests. Raises as `load_predictor`.
    """
    with contextlib.ExitStack() as loaded:
        runners = []
        for network in networks:
            telling = floor(network.manifest.decoder.score_threshold, network.manifest.task)
            least = telling if threshold is None else min(telling, threshold)
            predictor = load_predictor(network, engine, options, least)
            loaded.callback(predictor.close)
            runners.append(Runner(predictor, threshold, top))
        loaded.pop_all()
    return tuple(runners)
