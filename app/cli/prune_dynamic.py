"""`prune --dynamic`: gates that stay and decide for each picture, where that is quicker here."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from app.cli.progress import bars, stages
from models.command import command
from models.errors import SaccadeError
from models.manifest import Network
from models.store import Store

if TYPE_CHECKING:
    from models.training.pruning.dynamic_stages import DynamicPoint
    from models.training.pruning.stages import Order
    from models.training.session import Course


def prune_dynamically(
    args: argparse.Namespace, store: Store, order: Order, course: Course, name: str, folder: Path
) -> int:
    """Go through the rates of *order*; install the quickest network. Raises SaccadeError."""
    from models.training.pruning.dynamic_stages import DoesNotPay, DynamicPruning
    from models.training.pruning.parent import accuracy_of
    from models.training.session import prepare

    pruning = DynamicPruning(order, course, name, folder)
    found: list[DynamicPoint] = []
    refused: list[str] = []
    try:
        with bars() as tell:
            prepare(course, partial(tell, "preparing pictures"))
            before = accuracy_of(order.parent, course)
            for rate in order.rates:
                try:
                    found.append(pruning.dynamic_point(rate, stages(tell)))
                except DoesNotPay as error:
                    # At a higher rate fewer kernels are used.
                    refused.append(f"at {rate:.0%} {error}")
                    continue
                if before - found[-1].accuracy > args.max_loss / 100 + 1e-9:
                    break
    except KeyboardInterrupt:
        print(f"{name}: stopped; the same command goes on from there", file=sys.stderr)
        raise
    allowed = [each for each in found if before - each.accuracy <= args.max_loss / 100 + 1e-9]
    if not allowed:
        raise SaccadeError(_refusal(name, order.parent, found, before, args.max_loss, refused))
    # Times of different days compare by what the parent took beside them.
    best = min(allowed, key=lambda each: each.milliseconds / each.parent_milliseconds)
    network = store.add(pruning.network(best.rate), check=lambda _: None, replace=True)
    _report(args, network, before, best)
    return 0


def _refusal(
    name: str,
    parent: Network,
    found: Sequence[DynamicPoint],
    before: float,
    most: float,
    refused: Sequence[str],
) -> str:
    static = f"static pruning does not ask what a picture needs: `{command()} prune {parent.name}`"
    if not found:
        return (
            f"{name}: is not installed: dynamic pruning does not pay on this device: "
            f"{'; '.join(refused)}; {static}"
        )
    nearest = max(found, key=lambda each: each.accuracy)
    lost = (before - nearest.accuracy) * 100
    return (
        f"{name}: is not installed: no rate loses at most {most:g} points; at {nearest.rate:.0%} "
        f"{lost:.1f} are lost; more --minutes or smaller --rates would do, and {static}"
    )


def _report(args: argparse.Namespace, network: Network, before: float, best: DynamicPoint) -> None:
    if args.json:
        row: dict[str, Any] = msgspec.to_builtins(network.manifest)
        row |= {"path": str(network.path), "before": before, "point": msgspec.to_builtins(best)}
        print(json.dumps(row, indent=2, ensure_ascii=False))
        return
    for layer in best.layers:
        print(f"  {layer}")
    first = network.manifest.accuracy[0]
    print(
        f"{network.name}: installed; needs {best.kept:.0%} of the operations on average; "
        f"{best.parent_milliseconds:.2f} → {best.milliseconds:.2f} ms a picture; {first.metric} "
        f"{before:.1%} → {first.value:.1%} on {first.dataset}"
    )
