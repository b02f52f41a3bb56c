"""A report whose every figure is as good as promised, to be spoilt in one place."""

from __future__ import annotations

from typing import Any

import msgspec

from benchmarks.networks.figures import Conveyor, Figures, Interval, Point, Report


def detector(name: str, held_out: float, macs: int, ms: float, **changes: Any) -> Figures:
    figures = Figures(
        name=name,
        title=f"{name}, small",
        task="detect",
        precision="fp32",
        sha256="0" * 64,
        bytes=4_000_000,
        width=448,
        height=256,
        threshold=0.5,
        parameters=100_000,
        macs=macs,
        square_macs=macs * 4 // 7,
        accuracy={
            "seeds": Interval(held_out + 0.02, 0.01),
            "held-out": Interval(held_out, 0.01),
            "composites": Interval(held_out - 0.02, 0.01),
        },
        false_alarms=0.1,
        conveyor=Conveyor(recall=0.95, worst=0.91, extra=0.2),
        milliseconds={"onnxruntime": ms, "opencv-dnn": None},
        curve=(Point(0, 0.0), Point(100, held_out)),
    )
    return msgspec.structs.replace(figures, **changes)


def classifier(name: str, held_out: float) -> Figures:
    return detector(
        name,
        held_out,
        7_000_000,
        0.3,
        task="classify",
        width=64,
        height=64,
        false_alarms=None,
        conveyor=None,
    )


def report(*detectors: Figures, pictures: int = 2000) -> Report:
    return Report(
        machine="a machine",
        pictures=pictures,
        photos=128,
        default="heavy",
        networks=(
            *(detectors or (detector("heavy", 0.88, 700, 12.0), detector("light", 0.7, 70, 1.5))),
            classifier("good", 0.9),
            classifier("poor", 0.7),
        ),
    )
