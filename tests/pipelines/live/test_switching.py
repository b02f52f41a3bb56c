"""Changing the network of a running pipeline."""

from __future__ import annotations

import threading

from models.candidate import Candidate
from models.errors import EngineError, SaccadeError
from models.image import Image
from models.predictor import Prediction
from models.timing import Timing
from pipelines.live.frame import Inference
from tests.pipelines.live.test_capture import until
from tests.pipelines.live.test_pipeline import Network, running


class Named(Network):
    """A network of its own name, which says on whose threads it was run and closed."""

    def __init__(self, name: str, failure: SaccadeError | None = None) -> None:
        super().__init__()
        self.candidate = Candidate(name, "fp32", "engine")
        self.threads: set[str] = set()
        self._failure = failure

    def predict(self, image: Image) -> Prediction:
        self.threads.add(threading.current_thread().name)
        assert not self.closed.is_set(), "run after it was closed"
        if self._failure:
            raise self._failure
        return Prediction((), Timing(1.0, 2.0, 3.0))

    def close(self) -> None:
        assert not self.closed.is_set(), "closed twice"
        self.threads.add(threading.current_thread().name)
        super().close()


def names(results: list[Inference]) -> list[str]:
    return [result.candidate.network for result in results if result.candidate]


def test_the_next_network_takes_over_between_two_frames() -> None:
    first, second = Named("first"), Named("second")
    results: list[Inference] = []
    with running(first, sink=results.append) as pipeline:
        until(lambda: len(results) > 5)
        pipeline.switcher.request(lambda: second, "because")  # type: ignore[arg-type,return-value]
        until(lambda: not pipeline.switcher.busy)
        count = len(results)
        until(lambda: len(results) > count + 5)
        status, (switch,) = pipeline.status(), pipeline.switcher.switches
    # First only the one, then only the other; every frame once, in order.
    order = names(results)
    assert order == sorted(order)
    assert set(order) == {"first", "second"}
    numbers = [result.frame.seq for result in results]
    assert numbers == sorted(set(numbers))
    assert sum(result.dropped for result in results) == numbers[-1] - len(numbers)
    assert status.candidate == second.candidate
    assert first.closed.is_set()
    assert second.closed.is_set()  # at the end of the run
    assert first.threads == second.threads == {"camera gate"}
    assert (switch.before, switch.after) == (first.candidate, second.candidate)
    assert switch.why == "because"
    assert switch.gap_ms is not None


def test_the_old_network_runs_while_the_next_one_loads() -> None:
    second = Named("second")
    loading, loaded = threading.Event(), threading.Event()
    results: list[Inference] = []

    def load() -> Named:
        loading.set()
        assert loaded.wait(10)
        return second

    with running(Named("first"), sink=results.append) as pipeline:
        pipeline.switcher.request(load, "slow")  # type: ignore[arg-type]
        assert loading.wait(10)
        count = len(results)
        until(lambda: len(results) > count + 5)
        assert set(names(results)) == {"first"}
        loaded.set()
        until(lambda: "second" in names(results))


def test_a_load_that_fails_keeps_the_network() -> None:
    def load() -> Named:
        raise EngineError("no such engine")

    results: list[Inference] = []
    with running(Named("first"), sink=results.append) as pipeline:
        pipeline.switcher.request(load, "hopeless")  # type: ignore[arg-type]
        until(lambda: bool(pipeline.switcher.complaint))
        count = len(results)
        until(lambda: len(results) > count + 3)
        assert pipeline.switcher.complaint == "no such engine"
        assert pipeline.switcher.switches == ()
    assert set(names(results)) == {"first"}


def test_a_network_that_fails_at_its_first_frame_is_taken_back() -> None:
    first, broken = Named("first"), Named("broken", EngineError("out of memory"))
    results: list[Inference] = []
    with running(first, sink=results.append) as pipeline:
        pipeline.switcher.request(lambda: broken, "why")  # type: ignore[arg-type,return-value]
        until(lambda: bool(pipeline.switcher.complaint))
        count = len(results)
        until(lambda: len(results) > count + 3)
        assert pipeline.failure is None
        assert pipeline.switcher.switches == ()
    assert broken.closed.is_set()
    # Not even the frame that it failed at is missing.
    assert sum(result.dropped for result in results) == results[-1].frame.seq - len(results)


def test_of_several_wishes_the_latest_counts() -> None:
    networks = [Named(f"network-{number}") for number in range(4)]
    loading, go = threading.Event(), threading.Event()

    def slow() -> Named:
        loading.set()
        assert go.wait(10)
        return networks[0]

    results: list[Inference] = []
    with running(Named("first"), sink=results.append) as pipeline:
        pipeline.switcher.request(slow, "first")  # type: ignore[arg-type]
        assert loading.wait(10)
        for network in networks[1:]:
            pipeline.switcher.request(
                lambda network=network: network,  # type: ignore[misc]
                network.candidate.network,
            )
        go.set()
        until(lambda: "network-3" in names(results))
    assert not {"network-1", "network-2"} & set(names(results))
    assert [network.closed.is_set() for network in networks] == [True, False, False, True]


def test_what_is_loaded_too_late_is_closed_unused() -> None:
    late = Named("late")
    loading, go = threading.Event(), threading.Event()

    def load() -> Named:
        loading.set()
        assert go.wait(10)
        return late

    with running(Named("first")) as pipeline:
        pipeline.switcher.request(load, "why")  # type: ignore[arg-type]
        assert loading.wait(10)
    go.set()
    until(late.closed.is_set)
    assert late.threads == {"loader gate"}
    pipeline.switcher.request(load, "after the end")  # type: ignore[arg-type]
    assert not pipeline.switcher.busy


def test_figures_of_a_frame_are_those_of_the_present_network() -> None:
    class Slow(Named):
        def predict(self, image: Image) -> Prediction:
            return Prediction((), Timing(10.0, 20.0, 30.0))

    results: list[Inference] = []
    with running(Slow("slow"), sink=results.append) as pipeline:
        until(lambda: len(results) > 3)
        pipeline.switcher.request(lambda: Named("fast"), "faster")  # type: ignore[arg-type,return-value]
        until(lambda: "fast" in names(results))
        until(lambda: (pipeline.meter.run_latency() or Timing(9, 9, 9)).infer_ms < 3)
        assert max(timing.infer_ms for timing in [pipeline.meter.latency()] if timing) < 3
