"""Processor events through `perf stat`, attached to a running process and all its threads."""

from __future__ import annotations

import os
import re
import select
import shutil
import signal
import subprocess
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pipelines.benchmark.hardware.events import (
    cache_line_bytes,
    core_counters,
    event_figures,
    wanted_events,
)

# perf attaches in some 20 ms; a loaded small board may need a few times as long.
_ANSWER_S = 10.0
# Multiplexed counters were each on for less than the whole time, or than this of it.
_WHOLE = 0.999
COUNTED_SHARE = "least_counted_share"


class Unavailable(Exception):
    """There are no processor events; the message is one clause that says why."""


@dataclass(frozen=True, slots=True)
class Counted:
    """*counts*: whole-time estimates by our names. *least_share*: the least time one was on.

    *user_only*: the kernel left out what ran in itself.
    """

    counts: dict[str, float]
    least_share: float
    user_only: bool


def parse(text: str, names: Mapping[str, str]) -> Counted:
    """Read what `perf stat -x, --no-scale` wrote; *names*: perf's name of an event → ours.

    A line is value, unit, event, time on in ns, percentage on, … (perf-stat(1), "CSV FORMAT").
    The value is looked at first: what is not supported still shows 100.00 %. A processor with
    two kinds of cores gives one line for each kind; their counts and percentages add up, and the
    sum is what is scaled: count / share of the time.
    """
    raw: dict[str, float] = defaultdict(float)
    shares: dict[str, float] = defaultdict(float)
    user_only = False
    for line in text.splitlines():
        fields = line.split(",")
        if len(fields) < 5 or not re.fullmatch(r"\d+(\.\d+)?", fields[0]):
            continue  # a comment, <not supported>, or <not counted>
        # "instructions", "instructions:u", "cpu_core/instructions/u", "armv8_pmuv3/l2d_cache/"
        match = re.fullmatch(r"(?:[^/]+/)?([^/:]+)(?:[/:](\w*))?", fields[2])
        if match is None or match[1] not in names:
            continue
        user_only |= "u" in (match[2] or "")
        raw[names[match[1]]] += float(fields[0])
        shares[names[match[1]]] += float(fields[4]) / 100
    known = {name: min(1.0, share) for name, share in shares.items() if share > 0}
    return Counted(
        counts={name: raw[name] / share for name, share in known.items()},
        least_share=min(known.values(), default=1.0),
        user_only=user_only,
    )


class PerfStat:
    """Counts from its construction until `stop`. Raises Unavailable where that is impossible.

    perf attaches with its events off and switches them on when it is told to: so its own start is
    not counted, and nothing is missed once the constructor has returned.
    """

    def __init__(self, pid: int, root: Path = Path("/")) -> None:
        """*pid*: the process to watch, with its threads. *root* stands for "/"."""
        counters = core_counters(root)
        if not counters:
            raise Unavailable("the processor has no counter that this system may use")
        program = shutil.which("perf")
        if program is None:
            raise Unavailable("the program perf is not installed")
        self._names = wanted_events(counters)
        self._line_bytes = cache_line_bytes(root)
        orders, self._orders = os.pipe()
        self._answers, answers = os.pipe()
        self._process = subprocess.Popen(
            [
                program, "stat", "-x", ",", "--no-scale", "--delay=-1", "-p", str(pid),
                "-e", ",".join(self._names), f"--control=fd:{orders},{answers}",
            ],
            pass_fds=(orders, answers),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "LC_ALL": "C"},
            # Ctrl-C is for the benchmark, which then stops perf in order.
            start_new_session=True,
        )  # fmt: skip
        os.close(orders)
        os.close(answers)
        if not self._tell("enable"):
            raise Unavailable(f"perf refuses: {_complaint(self._end())}")

    def stop(self, frames: int) -> tuple[dict[str, float], str]:
        """The figures of *frames* inferences, and the tier: "perf", or "perf:u" for user space.

        Called once. Raises Unavailable where not one event was counted.
        """
        self._tell("disable")
        counted = parse(self._end(), self._names)
        if not counted.counts:
            raise Unavailable("the processor's counter supports none of the events")
        found = event_figures(counted.counts, frames, self._line_bytes)
        if counted.least_share < _WHOLE:
            # More events than counters: they took turns, and the counts are extrapolated.
            found[COUNTED_SHARE] = counted.least_share
        return found, "perf:u" if counted.user_only else "perf"

    def _tell(self, order: str) -> bool:
        """Whether perf obeyed; it does not where it has ended."""
        try:
            os.write(self._orders, f"{order}\n".encode())
        except BrokenPipeError:
            return False
        ready, _, _ = select.select([self._answers], [], [], _ANSWER_S)
        return bool(ready) and os.read(self._answers, 16).startswith(b"ack")

    def _end(self) -> str:
        """Stop perf and return what it wrote."""
        self._process.send_signal(signal.SIGINT)
        try:
            _, text = self._process.communicate(timeout=_ANSWER_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            _, text = self._process.communicate()
        os.close(self._orders)
        os.close(self._answers)
        return text


def _complaint(text: str) -> str:
    lines = [line.strip() for line in text.splitlines()]
    said = [line for line in lines if line and line != "Error:"]
    return said[0].rstrip(".") if said else "it gives no reason"
