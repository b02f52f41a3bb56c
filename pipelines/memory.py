"""Memory that the process has freed, given back to the system. Only glibc is asked."""

from __future__ import annotations

import ctypes
from collections.abc import Callable

_M_ARENA_MAX = -8  # malloc.h


def share_one_heap() -> None:
    """Have all threads allocate from one heap. Before they start.

    A network is loaded by one thread, run by another and freed there. With a heap for each thread,
    glibc's default, every one keeps holes, and what is resident creeps up from change to change.
    """
    if mallopt := _libc("mallopt"):
        mallopt(_M_ARENA_MAX, 1)


def give_back() -> None:
    """Return what the C library keeps of freed memory.

    Loading a network and drawing a scene free as much as they keep, in pieces that glibc holds
    on to for ever. Takes milliseconds after loading and 0.2 ms later (measured with a heap of
    100 MB): called once in some seconds, never for a frame.
    """
    if trim := _libc("malloc_trim"):
        trim(0)


def _libc(name: str) -> Callable[..., int] | None:
    """The C library's function; None where this one has none, as musl and macOS."""
    return getattr(ctypes.CDLL(None), name, None)
