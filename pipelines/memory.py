"""Memory that the process has freed, given back to the system."""

from __future__ import annotations

import ctypes


def give_back() -> None:
    """Return what the C library keeps of freed memory; nothing where it is not glibc.

    Loading a network and drawing a scene free as much as they keep, in pieces that glibc holds
    on to for ever. Takes a few milliseconds: called once after loading, never for a frame.
    """
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
