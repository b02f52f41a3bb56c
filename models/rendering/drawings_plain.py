"""The twelve labels, drawn in the plain manner of the printed standards."""

from __future__ import annotations

import numpy as np

from models.rendering.pen import Pen, Points, arc, mirrored, rectangle, smooth, turned


def this_way_up(pen: Pen) -> None:
    head, shaft = pen.between(0.14, 0.2), pen.between(0.04, 0.085)
    neck, apart = pen.between(0.28, 0.42), pen.between(0.2, 0.24)
    for x in (0.5 - apart, 0.5 + apart):
        half = [(x, 0.06), (x + head, neck), (x + shaft, neck), (x + shaft, 0.76)]
        pen.shape([*half, *mirrored(half[:0:-1], x)])
    pen.line([(0.1, 0.9), (0.9, 0.9)], pen.between(0.06, 0.11))


def fragile(pen: Pen) -> None:
    lip, belly = pen.between(0.2, 0.28), pen.between(0.22, 0.28)
    half = [(0.5 + lip, 0.06), (0.5 + belly, 0.28), (0.63, 0.45), (0.5, 0.51)]
    bowl = np.vstack([smooth(half), mirrored(smooth(half))[::-1]])
    pen.shape(bowl)
    pen.line([(0.5, 0.5), (0.5, 0.88)], pen.between(0.05, 0.1))
    foot = pen.between(0.17, 0.26)
    pen.fill([(0.5 - foot, 0.95), (0.5 - 0.06, 0.84), (0.5 + 0.06, 0.84), (0.5 + foot, 0.95)])
    if pen.chance(0.6):
        crack = [(0.54, 0.04), (0.46, 0.17), (0.57, 0.25), (0.48, 0.4)]
        pen.detail(crack, pen.between(0.03, 0.05))


def keep_dry(pen: Pen) -> None:
    rise, hem = pen.between(0.28, 0.36), 0.58
    scallops = pen.count(2, 4)
    width = 0.84 / scallops
    edge = [
        arc(0.92 - width * (n + 0.5), hem, width / 2, 0, -180, width * 0.35)
        for n in range(scallops)
    ]
    pen.shape(np.vstack([arc(0.5, hem, 0.42, 180, 360, rise), *edge]))
    pole = pen.between(0.04, 0.07)
    pen.line([(0.5, hem - rise - 0.03), (0.5, hem - rise + 0.02)], pole)
    hook = pen.between(0.06, 0.1)
    pen.line(np.vstack([[(0.5, hem - 0.1)], arc(0.5 - hook, 0.86, hook, 0, 180)]), pole)
    for x, y in ((0.12, 0.16), (0.3, 0.07), (0.7, 0.07), (0.88, 0.16))[: 4 if pen.solid else 3]:
        _drop(pen, x, y, pen.between(0.12, 0.16))


def _drop(pen: Pen, x: float, y: float, height: float) -> None:
    half = np.array([(0, -0.5), (0.22, 0.05), (0.26, 0.3), (0.0, 0.5)]) * height
    curve = smooth(half)
    pen.fill(np.vstack([curve, (curve * (-1, 1))[::-1]]) + np.array([x, y]))


def keep_from_heat(pen: Pen) -> None:
    radius, rays = pen.between(0.09, 0.12), pen.count(4, 6) * 2
    for n in range(rays):
        near, far = radius * 1.4, pen.between(0.19, 0.22)
        spoke = turned([(0.5 + near, 0.24), (0.5 + far, 0.24)], n * 360 / rays, 0.5, 0.24)
        pen.line(spoke, 0.04)
    if pen.solid:
        pen.disc(0.5, 0.24, radius)
    else:
        pen.line(arc(0.5, 0.24, radius), 0.045)
    eaves, ridge = pen.between(0.64, 0.7), pen.between(0.46, 0.52)
    pen.line([(0.1, eaves), (0.5, ridge), (0.9, eaves)], pen.weight + 0.01)
    pen.shape(rectangle(pen.between(0.24, 0.32), 0.74, pen.between(0.68, 0.76), 0.93))


def do_not_stack(pen: Pen) -> None:
    lower, upper = pen.between(0.24, 0.32), pen.between(0.2, 0.3)
    pen.shape(rectangle(0.5 - lower, 0.55, 0.5 + lower, 0.92))
    pen.shape(rectangle(0.5 - upper, 0.16, 0.5 + upper, 0.47))
    cross = [(0.08, 0.08), (0.92, 0.92)]
    thick = pen.between(0.05, 0.085)
    for stroke in (cross, mirrored(cross)):
        pen.line(stroke, thick + 0.055, ink=False)
    for stroke in (cross, mirrored(cross)):
        pen.line(stroke, thick)


def flammable(pen: Pen) -> None:
    lean = pen.between(-0.05, 0.08)
    flame = smooth(
        [
            (0.5 + lean, 0.05),
            (0.6, 0.24),
            (0.74, 0.42),
            (0.78, 0.62),
            (0.68, 0.78),
            (0.5, 0.83),
            (0.31, 0.78),
            (0.22, 0.61),
            (0.25, 0.44),
            (0.31, 0.33),
            (0.38, 0.46),
            (0.46, 0.27),
        ],
        closed=True,
    )
    pen.shape(flame)
    inner = smooth([(0.52, 0.45), (0.62, 0.62), (0.5, 0.78), (0.38, 0.64)], closed=True)
    if pen.solid:
        if pen.chance(0.6):
            pen.fill(inner, ink=False)
    else:
        pen.line(inner, 0.04, closed=True)
    pen.line([(0.18, 0.94), (0.82, 0.94)], pen.between(0.04, 0.08))


def toxic(pen: Pen) -> None:
    wide, eye = pen.between(0.24, 0.3), pen.between(0.065, 0.085)
    bones = [(0.12, 0.66), (0.88, 0.94)]
    for bone in (np.array(bones), mirrored(bones)):
        pen.line(bone, pen.between(0.055, 0.08))
        for x, y in bone:
            pen.disc(x, y - 0.04, 0.05)
            pen.disc(x + (0.02 if x > 0.5 else -0.02), y + 0.03, 0.05)
    skull = np.vstack(
        [
            arc(0.5, 0.31, wide, 150, 390, 0.26),
            [(0.64, 0.5), (0.63, 0.63), (0.37, 0.63), (0.36, 0.5)],
        ]
    )
    pen.fill(skull, ink=False)
    pen.line(skull, 0.14, closed=True, ink=False)
    pen.shape(skull)
    hollow = not pen.solid
    for x in (0.39, 0.61):
        pen.fill(arc(x, 0.34, eye, radius_y=eye * pen.between(0.9, 1.25)), ink=hollow)
    pen.fill([(0.5, 0.42), (0.545, 0.5), (0.455, 0.5)], ink=hollow)
    for x in (0.45, 0.5, 0.55):
        pen.detail([(x, 0.56), (x, 0.64)], 0.022)


def high_voltage(pen: Pen) -> None:
    wide = pen.between(-0.02, 0.05)
    pen.shape(
        [
            (0.58 - wide, 0.04),
            (0.3 - wide, 0.52),
            (0.49, 0.52),
            (0.43, 0.76),
            (0.34, 0.73),
            (0.4, 0.97),
            (0.6, 0.82),
            (0.51, 0.785),
            (0.68 + wide, 0.4),
            (0.5, 0.4),
            (0.72 + wide, 0.04),
        ]
    )


def radioactive(pen: Pen) -> None:
    inner, outer = pen.between(0.13, 0.18), pen.between(0.42, 0.46)
    first = 60 if pen.chance(0.75) else 0
    for n in range(3):
        start = first + n * 120
        blade = np.vstack(
            [arc(0.5, 0.5, outer, start, start + 60), arc(0.5, 0.5, inner, start + 60, start)]
        )
        pen.shape(blade)
    pen.disc(0.5, 0.5, inner * pen.between(0.55, 0.75))


def recycle(pen: Pen) -> None:
    thick, head = pen.between(0.1, 0.15), pen.between(0.12, 0.15)
    corners = np.array([turned((0.5, 0.12), n * 120, 0.5, 0.58) for n in range(3)])
    for n in range(3):
        before, here, after = corners[n - 1], corners[n], corners[(n + 1) % 3]
        bend = (here + (before - here) * 0.14, here + (after - here) * 0.14)
        neck, tip = here + (after - here) * 0.42, here + (after - here) * 0.68
        pen.line([here + (before - here) * 0.2, *bend, neck], thick)
        pen.fill(_arrow_head(neck, tip, head))


def _arrow_head(neck: Points, tip: Points, half: float) -> Points:
    along = (tip - neck) / np.linalg.norm(tip - neck)
    across = np.array([-along[1], along[0]]) * half
    return np.array([neck + across, tip, neck - across])


def no_entry(pen: Pen) -> None:
    length, half = pen.between(0.26, 0.33), pen.between(0.06, 0.1)
    bar = rectangle(0.5 - length, 0.5 - half, 0.5 + length, 0.5 + half)
    if pen.solid:
        pen.disc(0.5, 0.5, 0.46)
        pen.fill(bar, ink=False)
    else:
        pen.line(arc(0.5, 0.5, 0.42), pen.weight + 0.01)
        pen.fill(bar)


def battery(pen: Pen) -> None:
    left = pen.between(0.22, 0.3)
    pen.shape(rectangle(left, 0.17, 1 - left, 0.94))
    pen.fill(rectangle(0.4, 0.05, 0.6, 0.16))
    stroke = pen.between(0.05, 0.07)
    if pen.chance(0.6):
        pen.detail([(0.5, 0.27), (0.5, 0.47)], stroke)
        pen.detail([(0.4, 0.37), (0.6, 0.37)], stroke)
        pen.detail([(0.4, 0.74), (0.6, 0.74)], stroke)
    else:
        for y in np.linspace(0.84, 0.3, pen.count(3, 4)):
            pen.detail([(left + 0.14, y), (0.86 - left, y)], 0.07)


DRAWINGS = {
    "this way up": this_way_up,
    "fragile": fragile,
    "keep dry": keep_dry,
    "keep from heat": keep_from_heat,
    "do not stack": do_not_stack,
    "flammable": flammable,
    "toxic": toxic,
    "high voltage": high_voltage,
    "radioactive": radioactive,
    "recycle": recycle,
    "no entry": no_entry,
    "battery": battery,
}
