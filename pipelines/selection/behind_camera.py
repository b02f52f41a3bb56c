"""What a candidate is worth behind a camera: frames above the camera's rate count for nothing.

Equation 1 takes a network as fast as it can run. Behind a camera of r frames a second one that
could do more waits for the next frame, so that its throughput is min(fps, r), and its power

    P' = P_idle + (P − P_idle) · min(1, r / fps)

by the share of the time in which it works: the energy of one frame stays what it was, and the
machine rests in between. Where the power at rest is unknown, P stands. The figure of merit of
(accuracy, min(fps, r), P') is then the correctly inferred camera frames per joule.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from pipelines.selection.measurement import Measurement
from pipelines.selection.scenario import Scenario


def behind_camera(row: Measurement, rate_fps: float | None) -> Measurement:
    """A copy of *row* as it counts at *rate_fps* frames a second; None is no camera.

    Times of one frame stay as they are.
    """
    if rate_fps is None or not row.fps > rate_fps:
        return row
    busy = rate_fps / row.fps
    power, ends = row.power, row.fps_ci95
    if power is not None and row.idle_w is not None:
        power = replace(power, watts=row.idle_w + (power.watts - row.idle_w) * busy)
    return replace(
        row,
        fps=rate_fps,
        fps_ci95=None if ends is None else (min(ends[0], rate_fps), min(ends[1], rate_fps)),
        power=power,
    )


def scenario_behind_camera(scenario: Scenario, rate_fps: float | None) -> Scenario:
    """*scenario*, asking for no more frames than the camera delivers."""
    if rate_fps is None or scenario.min_fps is None:
        return scenario
    return replace(scenario, min_fps=min(scenario.min_fps, rate_fps))


def notes(rows: Iterable[Measurement], rate_fps: float | None) -> tuple[str, ...]:
    """What is to be said of counting *rows*, as they were measured, at *rate_fps*."""
    if rate_fps is None or not any(row.fps > rate_fps for row in rows):
        return ()
    return (f"counted at the camera's {rate_fps:.3g} frames a second",)
