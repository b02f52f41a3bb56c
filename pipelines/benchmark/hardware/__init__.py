"""How a candidate uses the processor: events where there is a counter, else what Linux accounts.

After Velasco-Montero et al., "Performance assessment of deep learning frameworks through metrics
of CPU hardware exploitation on an embedded platform" (IJECES 2020). The *tier* says how the
figures were read, and stands in every row:

    perf      processor events of the process and its threads, and everything of "rusage"
    perf:u    the same, but only what ran in user space was counted: the kernel permits no more
    rusage    processor time, faults, context switches, pressure, memory and clock only

What a machine cannot tell is missing from the figures, never 0.
"""

from __future__ import annotations

import os
from pathlib import Path

from pipelines.benchmark.hardware.perf import PerfStat, Unavailable
from pipelines.benchmark.hardware.process import figures, take

RUSAGE = "rusage"


class Probe:
    """Reads the figures of its own process over one measurement; used by the measuring child.

    *root* stands for "/". *reason* says, once started, why there are no processor events; ""
    where there are some.
    """

    def __init__(self, root: Path = Path("/")) -> None:
        self._root = root
        self.reason = ""

    def start(self) -> None:
        """Begin counting. Called after warming up, right before the frames that are timed."""
        self._perf: PerfStat | None = None
        self.reason = ""
        try:
            self._perf = PerfStat(os.getpid(), self._root)
        except Unavailable as problem:
            self.reason = str(problem)
        self._before = take(self._root)

    def stop(self, frames: int) -> tuple[dict[str, float], str]:
        """End counting; *frames* ≥ 1 were inferred since `start`. The figures, and their tier.

        Counts are per frame and say so in their names; shares are of 1.
        """
        found = figures(self._before, take(self._root), frames)
        if self._perf is not None:
            try:
                events, tier = self._perf.stop(frames)
            except Unavailable as problem:
                self.reason = str(problem)
            else:
                return found | events, tier
        return found, RUSAGE
