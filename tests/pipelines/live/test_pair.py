"""Two threads that share out a camera and a network, however long either of them takes."""

from __future__ import annotations

import itertools
import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from models.candidate import Candidate
from models.errors import EndOfStream
from models.image import Image
from models.predictor import Prediction
from models.timing import Timing
from pipelines.live import capture
from pipelines.live.frame import Inference
from pipelines.live.pipeline import Pipeline
from pipelines.live.status import Accounting
from pipelines.live.worker import Policy
from pipelines.shot import Shot
from tests.pipelines.live.running import started
from tests.pipelines.live.test_capture import until


class Single:
    """Something that only one thread at a time may use; each use takes as long as *wait* does."""

    def __init__(self, wait: Callable[[], None]) -> None:
        self._wait = wait
        self._used = threading.Lock()
        self.opened = self.closed = 0

    @contextmanager
    def used(self) -> Iterator[None]:
        assert self._used.acquire(blocking=False), "used by two threads at a time"
        try:
            self._wait()
            yield
        finally:
            self._used.release()


class Device(Single):
    """A camera that notes which thread has read which frame."""

    fps = None

    def __init__(self, wait: Callable[[], None], count: int | None = None) -> None:
        super().__init__(wait)
        self._count = count
        self.readers: dict[float, int] = {}

    def open(self) -> tuple[int, int]:
        self.opened += 1
        return 4, 6

    def read(self, buffer: Image) -> Shot:
        with self.used():
            if len(self.readers) == self._count:
                raise EndOfStream("over")
            captured_s = time.monotonic()
            self.readers[captured_s] = threading.get_ident()
            return Shot(buffer, captured_s)

    def close(self) -> None:
        with self.used():
            self.closed += 1


class Network(Single):
    candidate = Candidate("net", "fp32", "engine")

    def predict(self, image: Image) -> Prediction:
        with self.used():
            return Prediction((), Timing(0.0, 0.0, 0.0))

    def close(self) -> None:
        with self.used():
            self.closed += 1


class Results:
    """A sink that notes which thread had which frame."""

    def __init__(self) -> None:
        self.threads: dict[float, int] = {}
        self.numbers: list[int] = []

    def __call__(self, inference: Inference) -> None:
        self.threads[inference.frame.captured_s] = threading.get_ident()
        self.numbers.append(inference.frame.seq)


@contextmanager
def running(
    device: Device, network: Network, results: Results, policy: Policy, limit: int | None = None
) -> Iterator[Pipeline]:
    pipeline = Pipeline(
        "gate", "device:", lambda: device, lambda: network, policy=policy, limit=limit
    )
    pipeline.add_sink(results)
    with started(pipeline, within_s=20):
        yield pipeline
    assert pipeline.failure is None
    assert network.closed == 1
    assert device.closed == device.opened


def pauses(longest_s: float, seed: int) -> Callable[[], None]:
    """Mostly short ones, none at all among them."""
    generator = random.Random(seed)
    return lambda: time.sleep(longest_s * generator.random() ** 4)


def balanced(frames: Accounting) -> bool:
    return frames.captured == (
        frames.processed + frames.overwritten + frames.in_flight + frames.pending
    )


def test_who_captured_a_frame_computes_it_where_the_network_is_free() -> None:
    device, results = Device(lambda: time.sleep(0.01)), Results()

    def same() -> list[int]:
        pairs = dict(results.threads)
        return [
            thread for captured_s, thread in pairs.items() if device.readers[captured_s] == thread
        ]

    with running(device, Network(lambda: time.sleep(0.002)), results, Policy.NEWEST):
        until(lambda: len(same()) > 20 and len(set(same())) == 2)


def test_where_the_network_is_the_slower_one_each_thread_stays_where_it_is() -> None:
    device, results = Device(lambda: time.sleep(0.002)), Results()
    with running(device, Network(lambda: time.sleep(0.05)), results, Policy.NEWEST):
        until(lambda: len(results.numbers) > 12)
        computing = list(results.threads.values())[2:]
    assert len(set(computing)) == 1


@pytest.mark.parametrize("policy", list(Policy))
@pytest.mark.parametrize(("camera_s", "network_s"), [(0.002, 0.002), (0.0, 0.005), (0.005, 0.0)])
def test_turns_never_overlap_and_no_frame_is_lost_or_doubled(
    policy: Policy, camera_s: float, network_s: float
) -> None:
    device, results = Device(pauses(camera_s, 1), count=400), Results()
    with running(device, Network(pauses(network_s, 2)), results, policy) as pipeline:
        until(lambda: pipeline.finished)
        frames = pipeline.status().frames
    assert balanced(frames)
    assert frames.captured == 400
    assert frames.in_flight == frames.pending == 0
    assert results.numbers == sorted(set(results.numbers))
    assert results.numbers[-1] == 400
    if policy is Policy.EVERY_FRAME:
        assert len(results.numbers) == 400


@pytest.mark.parametrize("policy", list(Policy))
def test_paused_and_resumed_at_any_moment_it_goes_on(policy: Policy) -> None:
    device, results = Device(pauses(0.002, 3)), Results()
    moments = random.Random(4)
    with running(device, Network(pauses(0.002, 5)), results, policy) as pipeline:
        for _ in range(40):
            pipeline.set_paused(True)
            time.sleep(0.004 * moments.random())
            assert balanced(pipeline.status().frames)
            before = len(results.numbers)
            pipeline.set_paused(False)
            until(lambda: len(results.numbers) > before)  # noqa: B023


def test_a_pause_lasts_beyond_the_end_of_the_source_and_its_last_frame_is_there_then() -> None:
    ready = threading.Event()
    device, results = Device(lambda: None, count=1), Results()
    network = Network(lambda: None)
    pipeline = Pipeline("gate", "device:", lambda: device, lambda: ready.wait() and network)
    pipeline.add_sink(results)
    pipeline.set_paused(True)
    pipeline.start()
    ready.set()
    until(lambda: device.closed == 1)
    assert not pipeline.finished
    assert not results.numbers
    pipeline.set_paused(False)
    until(lambda: pipeline.finished)
    pipeline.join(time.monotonic() + 20)
    assert results.numbers == [1]
    assert network.closed == 1


def test_a_network_that_hangs_does_not_hold_the_camera_up() -> None:
    wake = threading.Event()
    device, results = Device(lambda: time.sleep(0.002)), Results()
    with running(device, Network(lambda: wake.wait() and None), results, Policy.NEWEST) as pipeline:
        until(lambda: pipeline.status().frames.captured > 20)
        assert pipeline.status().frames.in_flight == 1
        wake.set()
        until(lambda: len(results.numbers) > 5)


@pytest.mark.parametrize("policy", list(Policy))
def test_a_camera_that_hangs_while_the_network_computes_leaves_two_threads(
    policy: Policy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(capture, "BACKOFF_S", (0.01,))
    monkeypatch.setattr(capture, "GRACE_S", 0.1)
    slow, hung, wake, computed = (threading.Event() for _ in range(4))
    numbers = itertools.count()

    def wait() -> None:
        time.sleep(0.002)
        number = next(numbers)
        if number == 20:
            slow.set()
        elif number == 21:
            hung.set()
            wake.wait()

    def compute() -> None:
        if slow.is_set():
            computed.wait()

    devices = [Device(lambda: time.sleep(0.002)), Device(wait)]
    network, results = Network(compute), Results()
    pipeline = Pipeline(
        "gate", "device:", devices.pop, lambda: network, policy=policy, timeout_s=0.0
    )
    pipeline.add_sink(results)
    before = threading.active_count()
    pipeline.start()
    until(lambda: hung.is_set() and (pipeline.supervise() or pipeline.status().stalls == 1))
    computed.set()
    count = len(results.numbers)
    until(lambda: len(results.numbers) > count + 20)
    assert threading.active_count() - before == 3
    wake.set()
    until(lambda: threading.active_count() - before == 2)
    pipeline.set_paused(True)
    time.sleep(0.05)
    count = len(results.numbers)
    pipeline.set_paused(False)
    until(lambda: len(results.numbers) > count + 20)
    pipeline.request_stop()
    pipeline.join(time.monotonic() + 20)
    assert network.closed == 1


def test_beyond_its_limit_the_camera_runs_on_and_nothing_is_computed() -> None:
    device, results = Device(lambda: time.sleep(0.001)), Results()
    with running(device, Network(lambda: None), results, Policy.NEWEST, limit=5) as pipeline:
        until(lambda: pipeline.finished)
        before = pipeline.status().frames.captured
        until(lambda: pipeline.status().frames.captured > before + 5)
    assert len(results.numbers) == 5


def test_stopped_at_any_moment_everything_is_closed() -> None:
    moments = random.Random(6)
    for _ in range(30):
        device, results = Device(pauses(0.004, 7)), Results()
        with running(device, Network(pauses(0.004, 8)), results, Policy.NEWEST):
            time.sleep(0.02 * moments.random())
