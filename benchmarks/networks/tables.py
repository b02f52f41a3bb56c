"""Figures as Markdown tables."""

from __future__ import annotations

from collections.abc import Iterable

from benchmarks.markdown import UNKNOWN, table
from benchmarks.networks.figures import Figures, Report
from benchmarks.networks.promises import promises
from benchmarks.networks.sets import SETS
from models.engines import ENGINES

_SETS = ("other seeds", "other drawings", "over photographs")


def accuracy_table(networks: Iterable[Figures]) -> str:
    """Accuracy on each set, in percent; for detectors false alarms and the conveyor too."""
    networks = list(networks)
    head = ["network", *_SETS]
    detects = any(network.task == "detect" for network in networks)
    if detects:
        head += ["threshold", "false alarms a photograph", "conveyor: found, %", "extra a frame"]
    rows = []
    for network in networks:
        row = [f"`{network.name}`", *(_known(network.accuracy.get(name)) for name in SETS)]
        if detects:
            scene = network.conveyor
            row += [
                f"{network.threshold:.2f}",
                _known(network.false_alarms, ".2f"),
                UNKNOWN if scene is None else f"{scene.recall * 100:.1f} ({scene.worst * 100:.1f})",
                UNKNOWN if scene is None else f"{scene.extra:.2f}",
            ]
        rows.append(row)
    return table(head, rows)


def cost_table(networks: Iterable[Figures]) -> str:
    """What each network costs: weights, work, disk and time."""
    networks = list(networks)
    wide = any(network.width != network.height for network in networks)
    head = ["network", "parameters", "input", "MACs", "MB"]
    if wide:
        head.insert(4, "of a square")
    engines = [
        engine
        for engine in ENGINES.names()
        if any(network.milliseconds.get(engine) is not None for network in networks)
    ]
    head += [f"{engine}, ms" for engine in engines]
    rows = []
    for network in networks:
        row = [
            f"`{network.name}`",
            f"{network.parameters / 1e3:,.0f} k",
            f"{network.width}×{network.height}",
            f"{network.macs / 1e6:,.1f} M",
            f"{network.bytes / 1e6:.2f}",
            *(_known(network.milliseconds.get(engine), ".2f") for engine in engines),
        ]
        if wide:
            row.insert(4, f"{network.square_macs / 1e6:,.1f} M")
        rows.append(row)
    return table(head, rows)


def promise_table(report: Report) -> str:
    """What the whole set shall be, and what it is."""
    return table(["promised", "measured"], [[each.says, each.verdict] for each in promises(report)])


def _known(value: object, form: str = "") -> str:
    return UNKNOWN if value is None else format(value, form)
