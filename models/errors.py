"""Saccade's exceptions.

    SaccadeError              something failed while running (exit status 1)
    ├── EngineError           an inference engine could not load or run a network
    ├── CameraError           a camera could not be opened, or stopped delivering
    │   ├── CameraStalled     it delivered nothing, or gave no answer, for its time-out
    │   └── EndOfStream       a finite source has no more frames
    ├── DownloadError         a download failed or its content is not what was promised
    └── InputError            what the user gave is wrong (exit status 2)
        ├── ConfigError       config.toml or the command line
        ├── ManifestError     a network's manifest or label file
        ├── ModelFileError    a network file that is damaged or is none
        ├── CrossCheckError   engines disagree about a network's output
        └── UnknownName       a name that no table has
            └── MissingExtra  a known plug-in whose optional library is not installed

Every message is one sentence for the user: what happened, where, and what to do. A message never
holds a credential.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class SaccadeError(Exception):
    """Something failed while running."""

    exit_status = 1


class EngineError(SaccadeError):
    """An inference engine could not load or run a network."""


class CameraError(SaccadeError):
    """A camera could not be opened, or stopped delivering."""


class CameraStalled(CameraError):
    """A camera delivered nothing, or gave no answer, for as long as its time-out."""


class EndOfStream(CameraError):
    """A finite source has no more frames."""


class DownloadError(SaccadeError):
    """A download failed, or its content is not what was promised."""


class InputError(SaccadeError):
    """What the user gave is wrong."""

    exit_status = 2


class ConfigError(InputError):
    """The configuration file or the command line is wrong."""


class ManifestError(InputError):
    """A network's manifest or label file is wrong."""


class ModelFileError(InputError):
    """A network's file is damaged, or is not a network."""


class CrossCheckError(InputError):
    """Two engines compute different outputs from the same network."""


class UnknownName(InputError):
    """A name that the table does not have."""

    def __init__(self, kind: str, name: str, known: Iterable[str]) -> None:
        known = sorted(known)
        super().__init__(f"unknown {kind} {name!r}{suggestion(name, known)}")


class MissingExtra(InputError):
    """A known plug-in whose optional library is not installed."""


def suggestion(name: str, known: Iterable[str]) -> str:
    """The tail of an "unknown …" message: the nearest known name, or all of them."""
    known = list(known)
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.6)
    if near:
        return f"; did you mean {near[0]!r}?"
    return f"; known: {', '.join(known)}" if known else ""
