"""Which of the networks of a family are taken further."""

from __future__ import annotations

from collections.abc import Sequence

from benchmarks.pruning.figures import MOST_LOST, Row
from models.training.pruning.points import Method


def best_method(rows: Sequence[Row]) -> Method:
    """The method that lost least."""
    method: Method = max(rows, key=lambda row: row.accuracy).method  # type: ignore[assignment]
    return method


def chosen(rows: Sequence[Row]) -> Row:
    """The pruned network with the fewest operations that loses at most MOST_LOST, else the best."""
    before, *others = rows
    pruned = [
        row
        for row in others
        if row.method not in ("original", "trained on", "scratch") and row.precision != "int8"
    ]
    allowed = [row for row in pruned if row.accuracy >= before.accuracy - MOST_LOST - 1e-9]
    if allowed:
        return min(allowed, key=lambda row: row.macs)
    return max(pruned, key=lambda row: row.accuracy)
