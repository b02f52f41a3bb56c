"""How often each kernel is used: measured with rounded gates, kept as data, drawn as a chart."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from models.training.checkpoint import write
from models.training.pruning.charts import profile
from models.training.pruning.lkam import decided, gates_of

FloatArray = npt.NDArray[np.float32]


class Utilisation(NamedTuple):
    """For each kernel of a block, 0 … 1: the share of pictures that it is *used* for.

    *open*: how far its gate is open before it is rounded, on average.
    """

    used: FloatArray
    open: FloatArray


def measure(module: nn.Module, batches: Iterable[Tensor]) -> dict[str, Utilisation]:
    """The utilisation of every gated block of *module*; *batches*: (batch, 3, rows, columns)."""
    return {name: _of(z) for name, z in gate_values(module, batches).items()}


@torch.no_grad()
def gate_values(module: nn.Module, batches: Iterable[Tensor]) -> dict[str, Tensor]:
    """What the gates of every gated block are rounded from, (pictures, kernels)."""
    module.eval()
    seen: dict[str, list[Tensor]] = {name: [] for name in gates_of(module)}
    hooks = [
        each.lkam.decide.register_forward_hook(
            lambda _, inputs, z, name=name: seen[name].append(z.float().flatten(1))
        )
        for name, each in gates_of(module).items()
    ]
    for batch in batches:
        module(batch)
    for hook in hooks:
        hook.remove()
    return {name: torch.cat(found) for name, found in seen.items()}


def save(utilisation: Mapping[str, Utilisation], folder: Path) -> None:
    """Write utilisation.json and utilisation.svg. Raises SaccadeError."""
    rows = {
        name: {key: np.round(values, 4).tolist() for key, values in each._asdict().items()}
        for name, each in utilisation.items()
    }
    write(folder / "utilisation.json", json.dumps(rows, indent=1).encode())
    used = {name: each.used.tolist() for name, each in utilisation.items()}
    write(folder / "utilisation.svg", profile(used).encode())


def _of(z: Tensor) -> Utilisation:
    return Utilisation(decided(z).float().mean(0).numpy(), torch.sigmoid(z).mean(0).numpy())
