"""Outcomes with known answers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from models.manifest import Task
from pipelines.selection.premodel.outcomes.table import Facts, Outcomes

NAMES = ("small", "middle", "large")
SECONDS = (0.001, 0.004, 0.010)


def outcomes(
    quality: np.ndarray,
    *,
    certainty: np.ndarray | None = None,
    features: np.ndarray | None = None,
    seconds: Sequence[float] = SECONDS,
    groups: np.ndarray | None = None,
    feature_s: float = 0.0005,
    task: Task = "classify",
) -> Outcomes:
    """Everything that is not given is the same for all pictures."""
    count, networks = quality.shape
    return Outcomes(
        Facts(
            networks=NAMES[:networks],
            hashes=tuple(f"hash of {name}" for name in NAMES[:networks]),
            task=task,
            data="pictures",
            engine="onnxruntime",
            threads=1,
        ),
        quality=quality.astype(float),
        certainty=np.full(quality.shape, 0.5) if certainty is None else certainty,
        times=np.tile(np.array(seconds[:networks]), (count, 1)),
        features=np.zeros((count, 2)) if features is None else features,
        feature_times=np.full(count, feature_s),
        groups=np.arange(count) if groups is None else groups,
    )


def separable(count: int = 200, seed: int = 0) -> Outcomes:
    """Where the first feature is above 0 only the large network is right, else every one is."""
    features = np.random.default_rng(seed).normal(0, 1, (count, 2))
    easy = features[:, 0] < 0
    return outcomes(np.stack([easy, easy, np.ones(count)], axis=1), features=features)


def knowing(count: int = 400, seed: int = 0) -> Outcomes:
    """Every network is right as often as it is sure of; the large one is so on most pictures."""
    random = np.random.default_rng(seed)
    small = np.clip(random.beta(0.5, 0.3, count), 0.02, 0.98)
    large = 0.9 + 0.08 * small
    certainty = np.stack([small, 0.7 * small + 0.3 * large, large], axis=1)
    return outcomes(random.uniform(0, 1, certainty.shape) < certainty, certainty=certainty)


def ignorant(count: int = 400, seed: int = 0) -> Outcomes:
    """Neither certainty nor features have to do with what is right."""
    random = np.random.default_rng(seed)
    return outcomes(
        random.uniform(0, 1, (count, 3)) < (0.5, 0.7, 0.9),
        certainty=random.uniform(0.02, 0.98, (count, 3)),
        features=random.normal(0, 1, (count, 5)),
    )


def scenes(groups: int = 24, length: int = 25, seed: int = 0) -> Outcomes:
    """A video of stretches: easy ones, where all are right and sure, and hard ones."""
    random = np.random.default_rng(seed)
    numbers = np.repeat(np.arange(groups), length)
    hard = np.repeat(random.permutation(groups) % 2 == 1, length)
    quality = np.stack([~hard, ~hard, np.ones_like(hard)], axis=1)
    sure = np.where(hard[:, None], (0.3, 0.3, 0.6), (0.9, 0.9, 0.95))
    certainty = np.clip(sure + random.normal(0, 0.05, quality.shape), 0.02, 0.98)
    return outcomes(quality, certainty=certainty, groups=numbers, task="detect")
