"""Characterise an engine on this device: time random chains, one after the other."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from itertools import count

from models.engines import ENGINES, traits
from models.errors import InputError
from pipelines.power import PowerSource
from pipelines.prediction.process import Process
from pipelines.prediction.profile import MIN_CHAINS, Profile, ProfileFile, Sample

# More chains than these sharpen the prediction no further, and within so many seconds a desktop
# times them all; a small board does with fewer.
CHAINS = 300
SECONDS = 170.0

# An engine that fails with so many of the first chains fails with all.
_HOPELESS = 12

# How far it is, from 0 to 1, and for how many seconds it will go on at most.
Progress = Callable[[float, float], None]


def characterise(
    file: ProfileFile,
    source: PowerSource | None = None,
    progress: Progress = lambda share, left_s: None,
    chains: int = CHAINS,
    seconds: float = SECONDS,
) -> Profile:
    """Measure what the *file* lacks of so many *chains*, and return all of it.

    Stops after *seconds* once there are enough for a fit. Interrupted at any moment, it goes on
    from there the next time. Raises SaccadeError where the engine runs hardly any chain.
    """
    profile = file.read()
    if profile.complete:
        return profile
    setup = profile.setup
    if ".onnx" not in traits(setup.engine).formats:
        raise InputError(
            f"engine {setup.engine!r} reads no ONNX file, and prediction knows no other format"
        )
    ENGINES.load(setup.engine)  # says what is not installed, before a process is started
    samples = list(profile.samples)
    known = {sample.seed for sample in samples}
    end_s = time.monotonic() + seconds
    with Process(setup) as process:
        for seed in count():
            left_s = end_s - time.monotonic()
            if not _more(samples, chains, left_s):
                break
            if seed not in known:
                share = max(len(samples) / chains, 1 - max(left_s, 0.0) / max(seconds, 1e-9))
                progress(min(share, 1.0), max(left_s, 0.0))
                samples.append(process.measure(seed, source))
                file.add(samples[-1])
    profile = replace(profile, samples=tuple(samples), complete=True)
    profile.time  # noqa: B018 - raises where it is too little
    file.finish()
    return profile


def _more(samples: list[Sample], chains: int, left_s: float) -> bool:
    """Whether it is worth while to go on."""
    timed = sum(sample.ms is not None for sample in samples)
    failed = len(samples) - timed
    if timed >= chains or failed >= _HOPELESS + timed:
        return False
    return left_s > 0 or timed < MIN_CHAINS
