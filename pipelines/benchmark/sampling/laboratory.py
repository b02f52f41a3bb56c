"""Takes single samples and checks, each in a process of its own."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

from msgspec.structs import replace

from models.candidate import Candidate
from models.manifest import Network
from pipelines.benchmark.conditions.watch import Conditions, Watch, at_rest
from pipelines.benchmark.data.labelled import Labelled
from pipelines.benchmark.sampling.job import Check, Checked, Closed, Opened, Reply, Timed, Timing
from pipelines.benchmark.sampling.process import Cancelled, Process
from pipelines.benchmark.sampling.sample import Extent, Sample
from pipelines.power import PowerSource

# How long to wait for a board that slows itself down to cool.
_COOL_S = 20.0


class Laboratory:
    """What is the same for every candidate: networks, pictures, power source.

    *pictures*: the paths of the images that are timed. *data*: what accuracy is measured on.
    *cancelled* is asked several times a second.
    """

    def __init__(
        self,
        networks: Mapping[str, Network],
        pictures: tuple[str, ...],
        power: PowerSource | None,
        data: Labelled | None = None,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> None:
        self.networks = networks
        self.data = data
        self._pictures = pictures
        self._power = power
        self._cancelled = cancelled
        self._watch = Watch(power)
        self._cools = True

    def rest(self, seconds: float) -> Conditions:
        """The power while nothing is measured."""
        return at_rest(self._power, seconds)

    def check(self, candidate: Candidate) -> Checked:
        """Compare the engine with the reference and measure the accuracy. Raises Rejected."""
        job = Check(self.networks[candidate.network], candidate, self.data)
        began_s = time.monotonic()
        with Process(job) as process:
            answer = process.answer(tick=self._heed)
        assert isinstance(answer, Checked)
        return replace(answer, took_s=time.monotonic() - began_s)

    def time(self, candidate: Candidate, round_: int, extent: Extent) -> Sample:
        """One sample. Raises Rejected, and Cancelled."""
        began_s = time.monotonic()
        self._cool()
        job = Timing(
            self.networks[candidate.network],
            candidate,
            self._pictures,
            extent.frames,
            extent.seconds,
            extent.early_s,
        )
        conditions: Conditions | None = None
        opened = False
        with Process(job) as process:

            def hear(reply: Reply) -> None:
                nonlocal conditions, opened
                if isinstance(reply, Opened):
                    opened = True
                    self._watch.begin(process.pid)
                elif isinstance(reply, Closed):
                    opened = False
                    conditions = self._watch.end()

            def tick() -> None:
                self._heed()
                if opened:
                    self._watch.sample()

            answer = process.answer(hear, tick)
        assert isinstance(answer, Timed)
        assert conditions is not None
        return Sample(candidate, round_, answer, conditions, time.monotonic() - began_s)

    def _heed(self) -> None:
        if self._cancelled():
            raise Cancelled

    def _cool(self) -> None:
        """Wait for a board that slows itself down; once in vain, no more until it has recovered."""
        end_s = time.monotonic() + (_COOL_S if self._cools else 0.0)
        while self._watch.slowed_down():
            self._heed()
            if time.monotonic() >= end_s:
                self._cools = False
                return
            time.sleep(1.0)
        self._cools = True
