"""Orders the process that times chains about, and copes with its death."""

from __future__ import annotations

import os
import select
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

import msgspec

from pipelines.benchmark.conditions.watch import Watch
from pipelines.power import PowerSource
from pipelines.prediction.child import Done, Order, Ready, Reply
from pipelines.prediction.profile import Sample, Setup

ROOT = Path(__file__).resolve().parents[2]

_REPLIES: msgspec.json.Decoder[Reply] = msgspec.json.Decoder(Reply)

# Reading a large chain takes the slowest engine on the slowest board some seconds.
_SILENCE_S = 60.0


class _Died(Exception):
    """The process ended or hung; the message is the reason."""


class Process:
    """Used as a context manager, which ends it. It starts, and starts again, when it is needed."""

    def __init__(self, setup: Setup) -> None:
        self._setup = setup
        self._running = ExitStack()
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Process:
        return self

    def __exit__(self, *_: object) -> None:
        self._end()

    def measure(
        self, seed: int, source: PowerSource | None = None, file: Path | None = None
    ) -> Sample:
        """Time one chain, or in its place the network in *file*.

        If it was disturbed, it is timed once more, and the better of the two counts.
        """
        order = Order(self._setup, seed, None if file is None else str(file))
        first = self._try(order, source)
        if not first.disturbance:
            return first
        return min(first, self._try(order, source), key=_badness)

    def _try(self, order: Order, source: PowerSource | None) -> Sample:
        try:
            return self._measure(order, source)
        except _Died as death:
            self._end()
            return Sample(order.seed, failure=str(death))

    def _measure(self, order: Order, source: PowerSource | None) -> Sample:
        seed, process = order.seed, self._process or self._start()
        ready = self._ask(process, msgspec.json.encode(order))
        if not isinstance(ready, Ready):
            return Sample(seed, failure=_reason(ready))
        watch = Watch(source)
        watch.begin(process.pid)
        done = self._ask(process, b"")
        conditions = watch.end()
        if not isinstance(done, Done):
            return Sample(seed, failure=_reason(done))
        return Sample(seed, done.ms, ready.work, conditions.power, conditions.disturbance)

    def _start(self) -> subprocess.Popen[bytes]:
        self._errors = self._running.enter_context(tempfile.TemporaryFile())  # noqa: SIM115
        # Where the chains are written, and what engines make of them: it all goes in the end.
        folder = self._running.enter_context(tempfile.TemporaryDirectory(prefix="saccade-"))
        self._rest = b""
        self._process = subprocess.Popen(
            [sys.executable, "-m", "pipelines.prediction.child", folder],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            bufsize=0,
            cwd=ROOT,
            env={**os.environ, "XDG_CACHE_HOME": folder},
            # Ctrl-C is for the one who asked, who then ends this.
            start_new_session=True,
        )
        return self._process

    def _ask(self, process: subprocess.Popen[bytes], order: bytes) -> Reply:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            process.stdin.write(order + b"\n")
        except BrokenPipeError as error:
            raise _Died(self._epitaph(process)) from error
        while b"\n" not in self._rest:
            ready, _, _ = select.select([process.stdout], [], [], _SILENCE_S)
            if not ready:
                raise _Died(f"the measuring process hung: no answer for {_SILENCE_S:.0f} s")
            data = os.read(process.stdout.fileno(), 1 << 16)
            if not data:
                raise _Died(self._epitaph(process))
            self._rest += data
        line, _, self._rest = self._rest.partition(b"\n")
        return _REPLIES.decode(line)

    def _epitaph(self, process: subprocess.Popen[bytes]) -> str:
        """Of what it died."""
        status = process.wait()
        self._errors.seek(0)
        said = self._errors.read()[-4000:].decode("utf-8", "replace").strip().splitlines()
        return f"the measuring process failed: {said[-1] if said else f'status {status}'}"

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()
            for stream in (process.stdin, process.stdout):
                if stream is not None:
                    stream.close()
        self._running.close()


def _reason(reply: Reply) -> str:
    return getattr(reply, "reason", "the measuring process talks nonsense")


def _badness(sample: Sample) -> tuple[bool, bool, float]:
    return sample.ms is None, bool(sample.disturbance), sample.ms or 0.0
