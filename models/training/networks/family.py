"""What a family of networks is: its kind of network, and how it learns best."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from torch import nn

from models.manifest import Task


@dataclass(frozen=True, slots=True)
class Family:
    """*build* makes the untrained network for a number of classes.

    *decoder* names how its exported outputs are read. *side*: the input's width and height in
    pixels unless told otherwise; *stride*: a side must be a multiple of it. *steps* of *batch*
    images, at a *learning_rate* that warms up and then falls to nothing, train it in full.
    *low_precision*: bfloat16 pays for its layers.
    """

    title: str
    paper: str
    task: Task
    decoder: str
    build: Callable[[int], nn.Module]
    side: int
    stride: int
    learning_rate: float
    steps: int
    batch: int = 16
    low_precision: bool = True
