"""A router at work: it stands where a `Predictor` does, and runs the network that a frame needs."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from models.candidate import Candidate
from models.command import command
from models.engines import EngineOptions
from models.errors import InputError
from models.image import Image
from models.manifest import Network
from models.predictor import Prediction
from models.timing import Timing
from pipelines.selection.premodel import PREFIX
from pipelines.selection.premodel.deploy import Deployment
from pipelines.selection.premodel.evaluation.contenders import LearnedRouter
from pipelines.selection.premodel.outcomes.features import Describer
from pipelines.selection.premodel.outcomes.runner import Answer, Runner, load_runners
from pipelines.selection.premodel.strategies.confidence import Cascade
from pipelines.selection.premodel.strategies.premodel import Premodel
from pipelines.selection.premodel.strategies.temporal import State, Temporal

# What ran for an image, in order; the last answer counts.
_Live = Callable[[Image], Sequence[Answer]]


class Router:
    """Used by one thread at a time. *runners*: of the networks of *learned*, in their order.

    All of them stay in memory. *candidate* names the router as a whole.
    """

    def __init__(
        self, learned: LearnedRouter, runners: Sequence[Runner], candidate: Candidate
    ) -> None:
        self.candidate = candidate
        self._runners = tuple(runners)
        self._answer = _live(learned, self._runners)

    @property
    def device(self) -> str:
        """Where the engines really run."""
        return self.candidate.device

    def predict(self, image: Image) -> Prediction:
        """As `Predictor.predict`. Raises EngineError.

        The timing is that of all networks that ran; what the router takes itself is part of the
        pre-processing.
        """
        began = time.perf_counter()
        answers = self._answer(image)
        elapsed_ms = (time.perf_counter() - began) * 1e3
        timings = [answer.prediction.timing for answer in answers]
        infer_ms = sum(timing.infer_ms for timing in timings)
        post_ms = sum(timing.post_ms for timing in timings)
        return Prediction(
            answers[-1].prediction.detections,
            Timing(elapsed_ms - infer_ms - post_ms, infer_ms, post_ms),
        )

    def close(self) -> None:
        """Free the memory of all networks. Called once, when no prediction is under way."""
        for runner in self._runners:
            runner.close()


def load_router(
    deployment: Deployment,
    find: Callable[[str], Network],
    engine: str,
    options: EngineOptions,
    score_threshold: float | None = None,
) -> Router:
    """Load all networks that the router of *deployment* may run; *find* knows them by name.

    Raises InputError where the router was refused, or a network is not the one it was trained
    with; else as *find* and `load_predictor`.
    """
    name, learned, facts = deployment.name, deployment.expect_router(), deployment.study.facts
    trained_with = dict(zip(facts.networks, facts.hashes, strict=True))
    networks = [find(each) for each in learned.networks]
    for network in networks:
        if network.manifest.sha256 != trained_with[network.name]:
            raise InputError(
                f"{PREFIX}{name} was trained with another network {network.name!r} than the one "
                f"that is installed; train it again with `{command()} adapt train`"
            )
        network.verify()
    runners = load_runners(networks, engine, options, threshold=score_threshold, top=facts.top)
    first = runners[0].candidate
    kinds = {runner.candidate.precision for runner in runners}
    candidate = Candidate(
        network=f"{PREFIX}{name}",
        precision=first.precision if len(kinds) == 1 else "mixed",
        engine=first.engine,
        device=first.device,
        threads=first.threads,
        spinning=first.spinning,
    )
    return Router(learned, runners, candidate)


def _live(learned: LearnedRouter, runners: Sequence[Runner]) -> _Live:
    if isinstance(learned, Premodel):
        return _by_features(learned, runners)
    if isinstance(learned, Cascade):
        return _by_confidence(learned, runners)
    return _by_frames_before(learned, runners)


def _by_features(learned: Premodel, runners: Sequence[Runner]) -> _Live:
    describe, decide = Describer(), learned.decider()
    return lambda image: (runners[int(decide(describe(image)[None])[0])].run(image),)


def _by_confidence(learned: Cascade, runners: Sequence[Runner]) -> _Live:
    def answer(image: Image) -> Sequence[Answer]:
        answers: list[Answer] = []
        for stage, runner in enumerate(runners):
            answers.append(runner.run(image))
            if learned.enough(stage, answers[-1].certainty):
                break
        return answers

    return answer


def _by_frames_before(learned: Temporal, runners: Sequence[Runner]) -> _Live:
    state = State()

    def answer(image: Image) -> Sequence[Answer]:
        nonlocal state
        found = runners[state.size].run(image)
        state = learned.after(state, found.certainty)
        return (found,)

    return answer
