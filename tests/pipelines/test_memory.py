"""Memory that is given back to the system; in processes of their own, since it lasts."""

from __future__ import annotations

import ctypes
import subprocess
import sys

import pytest

pytestmark = pytest.mark.skipif(
    not hasattr(ctypes.CDLL(None), "malloc_info"), reason="this C library is not glibc"
)

USE = """
import ctypes, threading
import numpy as np
import psutil
from pipelines.memory import give_back, share_one_heap

def megabytes():
    return psutil.Process().memory_info().rss / 1e6

def use():
    # Of many pieces the last one stays: without help, so does what lies below it.
    pieces = [np.ones(8192) for _ in range(1000)]
    kept.append(pieces[-1])

def use_in_threads():
    for _ in range(8):
        threads = [threading.Thread(target=use) for _ in range(4)]
        [thread.start() for thread in threads]
        [thread.join() for thread in threads]

kept = []
"""
HEAPS = """
use_in_threads()
libc = ctypes.CDLL(None)
libc.malloc_info(0, ctypes.c_void_p.in_dll(libc, "stdout"))
libc.fflush(None)
"""


def run(program: str) -> str:
    command = [sys.executable, "-W", "error", "-c", USE + program]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def test_what_was_freed_is_given_back() -> None:
    before, use, after = map(
        float,
        run(
            "use(); print(megabytes()); use_in_threads(); print(megabytes()); "
            "give_back(); print(megabytes())"
        ).split(),
    )
    assert after - before < (use - before) / 2


def test_all_threads_share_one_heap() -> None:
    assert run(HEAPS).count("<heap nr=") > 1
    assert run("share_one_heap()" + HEAPS).count("<heap nr=") == 1
