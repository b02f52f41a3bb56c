"""Training the gates: every open one has a price, until enough kernels are hardly ever used.

The regulariser is Σ over layers of G/2m · Σ of the layer's m gates. G and the steepness of the
gates rise while they are soft; then they are rounded. Two things are our choice. A layer's price is
weighted by how much of the network's work hangs on it: unweighted, the last layers closed first,
which have many kernels and little work. And the price is only asked while the kernels used for less
than UNUSED of the pictures save less than is wanted, so that G need not be found for every network.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import torch
from torch import Tensor, nn

from models.training.batches import Batch
from models.training.loop import Objective
from models.training.pruning.importance import spread
from models.training.pruning.lkam import gates_of
from models.training.pruning.wiring import Kept, Wiring

UNUSED = 0.05


@dataclass(frozen=True, slots=True)
class Schedule:
    """*price*, G, and *steepness*, κ, reach these values when the gates are *hard_from* on rounded.

    *hard_from*: the share of the training after which that is.
    """

    price: float = 1.0
    steepness: float = 4.0
    hard_from: float = 0.5

    def at(self, fraction: float) -> tuple[float, float, bool]:
        """G, κ and whether gates are rounded, when that share of the training is done."""
        risen = min(1.0, fraction / self.hard_from)
        return self.price * risen, 1 + (self.steepness - 1) * risen, fraction >= self.hard_from


def priced(
    objective: Objective,
    module: nn.Module,
    wiring: Wiring,
    rate: float,
    schedule: Schedule | None = None,
) -> Objective:
    """*objective* for the gated *module*, which shall come to need 1 − *rate* of its operations."""
    schedule = schedule or Schedule()
    gates = gates_of(module)
    weights = _weights(wiring)
    asked = 0.0

    def batch(step: int, fraction: float) -> Batch:
        nonlocal asked
        asked, steepness, hard = schedule.at(fraction)
        for each in gates.values():
            each.lkam.steepness, each.lkam.hard = steepness, hard
        return objective.batch(step, fraction)

    def loss(found: Tensor, batch: Batch) -> Tensor:
        task = objective.loss(found, batch)
        if wiring.saved(needed(module, wiring)) >= rate:
            return task
        opened = [weights[name] * each.lkam.gates.float().mean() for name, each in gates.items()]
        return task + asked / 2 * torch.stack(opened).sum()

    return replace(objective, batch=batch, loss=loss)


def needed(module: nn.Module, wiring: Wiring) -> Kept:
    """The kernels that are used for at least UNUSED of the pictures that were seen of late."""
    used = {name: each.lkam.used.numpy() for name, each in gates_of(module).items()}
    return spread(wiring, used) >= UNUSED


def _weights(wiring: Wiring) -> dict[str, float]:
    """For each block the share of the work that goes with its kernels, 1 on average."""
    shares = {}
    for layer in wiring.blocks:
        kept = wiring.all.copy()
        kept[layer.outputs] = False
        shares[layer.name] = wiring.saved(kept)
    mean = sum(shares.values()) / len(shares)
    return {name: share / mean for name, share in shares.items()}
