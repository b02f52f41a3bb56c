"""Keeping a virtual machine's processors awake while the live path is timed.

A virtual processor that halts is woken by its host when the host sees fit: traced on the machine
of docs/performance.md, the timer interrupt that ends a camera's wait came up to 5 ms late while
the guest was idle. That is the host's time and no contender's. A process of the idle class on
every core keeps it from halting: what the kernel's boot parameter `idle=poll` does. It yields all
the time, which puts off its turn: where it only counted, Linux 6.18 still let it preempt the
contenders' threads every second or two, for a tick of 4 ms.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_SPIN = """
import os
os.sched_setaffinity(0, {{{core}}})
os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
while os.getppid() == {parent}:
    for _ in range(1000):
        os.sched_yield()
"""


def is_virtual(root: Path = Path("/")) -> bool:
    """Whether the processor says that a hypervisor runs it. *root* stands for "/"."""
    try:
        text = (root / "proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        return False
    flags = (line.partition(":") for line in text.splitlines())
    return any(key.strip() == "flags" and "hypervisor" in value.split() for key, _, value in flags)


@contextmanager
def kept_awake(wanted: bool) -> Iterator[None]:
    """While inside, no core halts, where that is *wanted*."""
    cores = os.sched_getaffinity(0) if wanted else set()
    spinners = [
        subprocess.Popen([sys.executable, "-c", _SPIN.format(core=core, parent=os.getpid())])
        for core in cores
    ]
    try:
        yield
    finally:
        for spinner in spinners:
            spinner.kill()
            spinner.wait()
