"""Runs measuring processes and hears them out, whatever becomes of them."""

from __future__ import annotations

import os
import selectors
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import msgspec

from models.errors import SaccadeError
from pipelines.benchmark.sampling.job import (
    Checked,
    Job,
    Refused,
    Reply,
    Timed,
    decode_reply,
    encode,
)

ROOT = Path(__file__).resolve().parents[3]

# Without a sign of life for so long a process is killed. Loading may convert the network first,
# which takes long on small boards.
_SILENCE_S = 120.0
TICK_S = 0.25


class Rejected(SaccadeError):
    """A candidate that cannot be measured or must not be used; the message is the reason."""


class Cancelled(SaccadeError):
    """Whoever asked no longer wants to know."""

    def __init__(self) -> None:
        super().__init__("the benchmark was cancelled")


class Process:
    """One measuring process. Used as a context manager, which ends it."""

    def __init__(self, job: Job, silence_s: float = _SILENCE_S) -> None:
        """*silence_s*: without a sign of life for so long it is killed."""
        self._silence_s = silence_s
        self._stack = ExitStack()
        self._errors = self._stack.enter_context(tempfile.TemporaryFile())  # noqa: SIM115
        self._process = subprocess.Popen(
            [sys.executable, "-m", "pipelines.benchmark.sampling.child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            cwd=ROOT,
            # Ctrl-C is for the benchmark alone.
            start_new_session=True,
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._in = self._stack.enter_context(self._process.stdin)
        self._out = self._stack.enter_context(self._process.stdout)
        self._job = job
        self._rest = b""

    @property
    def pid(self) -> int:
        return self._process.pid

    def __enter__(self) -> Process:
        return self

    def __exit__(self, *_: object) -> None:
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        self._stack.close()

    def answer(
        self, hear: Callable[[Reply], None] | None = None, tick: Callable[[], None] | None = None
    ) -> Timed | Checked:
        """The job's answer. Raises Rejected.

        *hear* is called with every reply, *tick* about every TICK_S seconds.
        """
        try:
            self._in.write(encode(self._job))
            self._in.close()
        except BrokenPipeError as error:
            raise Rejected(self._epitaph()) from error
        stream = self._out.fileno()
        silent_s = 0.0
        with selectors.DefaultSelector() as selector:
            selector.register(stream, selectors.EVENT_READ)
            while True:
                ready = selector.select(TICK_S)
                if tick is not None:
                    tick()
                if not ready:
                    # In ticks: after the whole machine slept, nobody was silent.
                    silent_s += TICK_S
                    if silent_s > self._silence_s:
                        raise Rejected(
                            f"the measuring process hung: no sign of life for "
                            f"{self._silence_s:.0f} s"
                        )
                    continue
                silent_s = 0.0
                data = os.read(stream, 1 << 16)
                if not data:
                    raise Rejected(self._epitaph())
                for reply in self._split(data):
                    if hear is not None:
                        hear(reply)
                    if isinstance(reply, Refused):
                        raise Rejected(reply.reason)
                    if isinstance(reply, Timed | Checked):
                        return reply

    def _split(self, data: bytes) -> list[Reply]:
        *lines, self._rest = (self._rest + data).split(b"\n")
        try:
            return [decode_reply(line) for line in lines]
        except msgspec.DecodeError as error:
            raise Rejected(f"the measuring process talks nonsense: {error}") from error

    def _epitaph(self) -> str:
        """Of what a process died that gave no answer."""
        status = self._process.wait()
        if status < 0:
            return f"the measuring process was killed by {signal.Signals(-status).name}"
        self._errors.seek(0)
        lines = self._errors.read()[-4000:].decode("utf-8", "replace").split("\n")
        said = [line.strip() for line in lines if line.strip()]
        return f"the measuring process failed: {said[-1] if said else f'status {status}'}"
