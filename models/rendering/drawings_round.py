"""The twelve labels a second time, in the manner of icons on screens and cheap prints."""

from __future__ import annotations

import numpy as np

from models.rendering.pen import Pen, arc, mirrored, rectangle, smooth, turned


def this_way_up(pen: Pen) -> None:
    stroke, apart = pen.between(0.07, 0.12), pen.between(0.2, 0.25)
    barb, top = pen.between(0.13, 0.18), 0.1
    foot = pen.between(0.68, 0.78)
    for x in (0.5 - apart, 0.5 + apart):
        pen.line([(x, top), (x, foot)], stroke)
        pen.line([(x - barb, top + barb * 1.1), (x, top), (x + barb, top + barb * 1.1)], stroke)
    for y in (0.92,) if pen.chance(0.7) else (0.84, 0.95):
        pen.line([(0.14, y), (0.86, y)], stroke * 0.8)


def fragile(pen: Pen) -> None:
    wide, deep = pen.between(0.24, 0.3), pen.between(0.26, 0.34)
    pen.shape(arc(0.5, 0.12, wide, 0, 180, deep))
    stem = pen.between(0.04, 0.07)
    pen.line([(0.5, 0.12 + deep), (0.5, 0.9)], stem)
    pen.line([(0.5 - wide * 0.8, 0.93), (0.5 + wide * 0.8, 0.93)], pen.between(0.05, 0.08))
    lean = pen.between(-0.04, 0.04)
    crack = [(0.44 + lean, 0.1), (0.52, 0.18), (0.45, 0.25), (0.53, 0.34)]
    pen.detail(crack, pen.between(0.03, 0.05))


def keep_dry(pen: Pen) -> None:
    rise, hem = pen.between(0.3, 0.4), pen.between(0.58, 0.62)
    pen.shape(arc(0.5, hem, 0.42, 180, 360, rise))
    for share in (-0.4, 0.4):
        x = 0.5 + share * 0.42
        pen.detail(smooth([(0.5, hem - rise), (0.5 + share * 0.3, hem - rise / 2), (x, hem)]), 0.03)
    pole, hook = pen.between(0.05, 0.07), pen.between(0.06, 0.09)
    pen.line(np.vstack([[(0.5, hem)], arc(0.5 + hook, 0.86, hook, 180, 0)]), pole)
    slant = pen.between(-0.04, 0.04)
    for x in np.linspace(0.12, 0.88, pen.count(3, 5)):
        y = 0.04 + 0.22 * (2 * abs(x - 0.5)) ** 2
        pen.line([(x, y), (x + slant, y + 0.1)], 0.045)


def keep_from_heat(pen: Pen) -> None:
    radius, rays, y = pen.between(0.12, 0.16), pen.count(3, 4) * 2 + 1, 0.36
    for n in range(rays):
        angle = 180 + n * 180 / (rays - 1)
        spoke = turned([(0.5 + radius + 0.05, y), (0.5 + radius + 0.15, y)], angle, 0.5, y)
        pen.line(spoke, 0.045)
    pen.shape(arc(0.5, y, radius, 180, 360))
    thick = pen.between(0.06, 0.1)
    pen.line([(0.1, 0.66), (0.5, 0.45), (0.9, 0.66)], thick)
    left = pen.between(0.2, 0.3)
    pen.line([(left, 0.68), (left, 0.94), (1 - left, 0.94), (1 - left, 0.68)], thick * 0.8)


def do_not_stack(pen: Pen) -> None:
    lower = pen.between(0.28, 0.38)
    pen.shape(rectangle(0.5 - lower, 0.58, 0.5 + lower, 0.93))
    pen.line(rectangle(0.3, 0.16, 0.7, 0.46), pen.weight, closed=True)
    cross = np.array([(0.16, 0.04), (0.84, 0.54)])
    thick = pen.between(0.05, 0.08)
    for stroke in (cross, mirrored(cross)):
        pen.line(stroke, thick + 0.05, ink=False)
    for stroke in (cross, mirrored(cross)):
        pen.line(stroke, thick)


def flammable(pen: Pen) -> None:
    side = pen.between(0.3, 0.38)
    half = [(0.5, 0.04), (0.58, 0.2), (0.66, 0.34), (0.5 + side * 0.75, 0.3), (0.5 + side, 0.56)]
    half += [(0.74, 0.82), (0.5, 0.93)]
    pen.shape(np.vstack([smooth(half), mirrored(smooth(half))[::-1]]))
    core = smooth([(0.5, 0.46), (0.6, 0.64), (0.58, 0.8), (0.5, 0.84)])
    inner = np.vstack([core, mirrored(core)[::-1]])
    pen.fill(inner, ink=not pen.solid)


def toxic(pen: Pen) -> None:
    thick = pen.between(0.07, 0.1)
    bone = np.array([(0.1, 0.2), (0.9, 0.88)])
    for stroke in (bone, mirrored(bone)):
        pen.line(stroke, thick)
        for x, y in stroke:
            pen.disc(x, y - 0.05, 0.055)
            pen.disc(x + (0.045 if x < 0.5 else -0.045), y + 0.04, 0.055)
    wide = pen.between(0.25, 0.3)
    skull = np.vstack([arc(0.5, 0.42, wide, 140, 400, 0.28), [(0.63, 0.78), (0.37, 0.78)]])
    pen.fill(skull, ink=False)
    pen.line(skull, 0.08, closed=True, ink=False)
    pen.shape(skull)
    hollow = not pen.solid
    for x in (0.38, 0.62):
        pen.disc(x, 0.46, pen.between(0.06, 0.08), ink=hollow)
    pen.disc(0.5, 0.6, 0.035, ink=hollow)
    for x in (0.46, 0.54):
        pen.detail([(x, 0.69), (x, 0.77)], 0.025)


def high_voltage(pen: Pen) -> None:
    slim = pen.between(0.0, 0.06)
    pen.shape(
        [
            (0.6, 0.03),
            (0.2 + slim, 0.58),
            (0.46, 0.58),
            (0.38, 0.97),
            (0.8 - slim, 0.4),
            (0.54, 0.4),
            (0.66, 0.03),
        ]
    )


def radioactive(pen: Pen) -> None:
    outer = pen.between(0.34, 0.4)
    for n in range(3):
        start = 60 + n * 120
        blade = np.vstack(
            [arc(0.5, 0.5, outer, start, start + 60), arc(0.5, 0.5, 0.12, start + 60, start)]
        )
        pen.fill(blade)
    pen.disc(0.5, 0.5, pen.between(0.06, 0.09))
    pen.line(arc(0.5, 0.5, 0.455), pen.between(0.03, 0.05))


def recycle(pen: Pen) -> None:
    thick, half = pen.between(0.09, 0.13), pen.between(0.12, 0.15)
    offset = 0 if pen.chance(0.5) else 60
    for n in range(3):
        start = offset + n * 120
        pen.line(arc(0.5, 0.5, 0.33, start, start + 62), thick)
        head = [(0.83 - half, 0.5), (0.83 + half, 0.5), (0.83, 0.5 + 1.5 * half)]
        pen.fill(turned(head, start + 64))


def no_entry(pen: Pen) -> None:
    pen.line(arc(0.5, 0.5, 0.45), pen.between(0.03, 0.05))
    bar = [(0.5 - (reach := pen.between(0.17, 0.22)), 0.5), (0.5 + reach, 0.5)]
    if pen.solid:
        pen.disc(0.5, 0.5, 0.39)
        pen.line(bar, pen.between(0.12, 0.17), ink=False)
    else:
        pen.line(bar, pen.between(0.14, 0.2))


def battery(pen: Pen) -> None:
    half = pen.between(0.2, 0.28)
    pen.line(rectangle(0.1, 0.5 - half, 0.82, 0.5 + half), pen.weight, closed=True)
    pen.line([(0.91, 0.5 - half * 0.4), (0.91, 0.5 + half * 0.4)], 0.08)
    if pen.chance(0.5):
        cells = pen.count(2, 4)
        step = 0.64 / cells
        for n in range(cells):
            left = 0.16 + n * step
            pen.fill(rectangle(left, 0.58 - half, left + step * 0.7, 0.42 + half))
    else:
        pen.line([(0.2, 0.5), (0.36, 0.5)], 0.05)
        pen.line([(0.56, 0.5), (0.72, 0.5)], 0.05)
        pen.line([(0.64, 0.42), (0.64, 0.58)], 0.05)


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
