"""The twelve labels drawn anew for the held-out pictures: no line is shared with the other sets."""

from __future__ import annotations

import numpy as np

from models.rendering.pen import Pen, arc, mirrored, rectangle, smooth, turned


def this_way_up(pen: Pen) -> None:
    wide, neck = pen.between(0.17, 0.21), pen.between(0.34, 0.42)
    waist, notch = pen.between(0.55, 0.75), pen.between(0.02, 0.06)
    for x in (0.27, 0.73):
        half = [(x, 0.08), (x + wide, neck + notch), (x + wide * waist * 0.6, neck)]
        half += [(x + wide * waist * 0.75, 0.74)]
        pen.shape([*half, *mirrored(half[:0:-1], x)])
    pen.fill(rectangle(0.06, 0.84, 0.94, 0.84 + pen.between(0.07, 0.12)))


def fragile(pen: Pen) -> None:
    lip = pen.between(0.15, 0.2)
    half = smooth([(0.5 + lip, 0.05), (0.7, 0.2), (0.73, 0.34), (0.64, 0.49), (0.52, 0.55)])
    stem = [(0.53, 0.84), (0.72, 0.9), (0.72, 0.95)]
    right = np.vstack([half, stem])
    pen.shape(np.vstack([right, mirrored(right)[::-1]]))
    pen.detail([(0.5, 0.05), (0.56, 0.15), (0.47, 0.22), (0.55, 0.31), (0.5, 0.4)], 0.035)


def keep_dry(pen: Pen) -> None:
    rise = pen.between(0.3, 0.36)
    hem, tips = 0.62, np.linspace(0.07, 0.93, pen.count(2, 3) * 2)
    edge = [(0.93, hem)]
    for right, left in zip(tips[::-1], tips[-2::-1], strict=False):
        edge += [((right + left) / 2, hem - 0.07), (left, hem)]
    pen.shape(np.vstack([arc(0.5, hem, 0.43, 180, 360, rise), edge]))
    pole = pen.between(0.045, 0.065)
    pen.line([(0.5, 0.56), (0.5, 0.9), (0.44, 0.94), (0.37, 0.92), (0.36, 0.84)], pole)
    for n, x in enumerate((0.14, 0.32, 0.5, 0.68, 0.86)):
        y = (0.2, 0.09, 0.16, 0.09, 0.2)[n]
        if n != 2:
            pen.fill(arc(x, y, 0.035, radius_y=0.065))


def keep_from_heat(pen: Pen) -> None:
    rays, radius = pen.count(8, 12), pen.between(0.1, 0.13)
    for n in range(rays):
        tip = [(0.5 + radius * 1.2, 0.215), (0.5 + radius * 1.2, 0.285), (0.73, 0.25)]
        pen.fill(turned(tip, n * 360 / rays, 0.5, 0.25))
    pen.shape(arc(0.5, 0.25, radius))
    eaves = pen.between(0.62, 0.66)
    pen.fill(
        [
            (0.5, 0.48),
            (0.95, eaves),
            (0.95, eaves + 0.08),
            (0.5, 0.58),
            (0.05, eaves + 0.08),
            (0.05, eaves),
        ]
    )
    box = rectangle(0.29, 0.7, 0.71, 0.95)
    pen.shape(box)
    pen.detail([(0.5, 0.72), (0.5, 0.82)], 0.04)


def do_not_stack(pen: Pen) -> None:
    half = pen.between(0.22, 0.28)
    for top in (0.12, 0.42):
        pen.line(rectangle(0.5 - half, top, 0.5 + half, top + 0.3), 0.05, closed=True)
    if pen.solid:
        pen.fill(rectangle(0.5 - half, 0.42, 0.5 + half, 0.72))
    thick = pen.between(0.06, 0.09)
    cross = [(0.14, 0.05), (0.86, 0.78)]
    for stroke in (cross, mirrored(cross)):
        pen.line(stroke, thick + 0.06, ink=False)
        pen.line(mirrored(stroke), thick)
        pen.line(stroke, thick)
    pen.line([(0.1, 0.92), (0.9, 0.92)], thick)


def flammable(pen: Pen) -> None:
    lean = pen.between(-0.03, 0.05)
    right = [(0.44 + lean, 0.04), (0.62, 0.22), (0.6, 0.4), (0.7, 0.3), (0.8, 0.52), (0.76, 0.72)]
    left = [(0.5, 0.86), (0.28, 0.76), (0.18, 0.56), (0.24, 0.36), (0.34, 0.44), (0.4, 0.24)]
    pen.shape(smooth([*right, *left], closed=True))
    curl = smooth([(0.46, 0.82), (0.4, 0.66), (0.5, 0.5), (0.6, 0.66), (0.54, 0.82)], closed=True)
    pen.fill(curl, ink=not pen.solid)
    pen.fill(rectangle(0.14, 0.9, 0.86, 0.9 + pen.between(0.05, 0.08)))


def toxic(pen: Pen) -> None:
    bone = np.array([(0.14, 0.7), (0.86, 0.93)])
    for stroke in (bone, mirrored(bone)):
        pen.line(stroke, pen.between(0.06, 0.08))
        for x, y in stroke:
            out = 0.06 if x > 0.5 else -0.06
            pen.line([(x + out, y - 0.06), (x, y), (x + out, y + 0.05)], 0.065)
    wide = pen.between(0.24, 0.28)
    cranium = np.vstack([arc(0.5, 0.3, wide, 160, 380, 0.27), [(0.68, 0.5), (0.32, 0.5)]])
    jaw = rectangle(0.37, 0.53, 0.63, 0.66)
    for part in (cranium, jaw):
        pen.line(part, 0.09, closed=True, ink=False)
        pen.fill(part, ink=False)
    pen.shape(cranium)
    pen.shape(jaw)
    hollow = not pen.solid
    tilt = pen.between(0.0, 0.03)
    for sign in (-1, 1):
        x = 0.5 + sign * 0.12
        pen.fill(
            [
                (x - 0.07, 0.3 + tilt * sign),
                (x + 0.07, 0.3 - tilt * sign),
                (x + 0.05, 0.42),
                (x - 0.06, 0.42),
            ],
            ink=hollow,
        )
    pen.fill([(0.5, 0.41), (0.54, 0.49), (0.46, 0.49)], ink=hollow)
    for x in (0.435, 0.5, 0.565):
        pen.detail([(x, 0.53), (x, 0.66)], 0.02)


def high_voltage(pen: Pen) -> None:
    thick = pen.between(0.08, 0.13)
    knee = pen.between(0.06, 0.1)
    pen.line([(0.66, 0.07), (0.4 - knee, 0.5), (0.58 + knee, 0.44), (0.42, 0.78)], thick)
    pen.fill([(0.36, 0.96), (0.29, 0.68), (0.58, 0.8)])


def radioactive(pen: Pen) -> None:
    inner, outer = pen.between(0.1, 0.14), pen.between(0.35, 0.39)
    spread = pen.between(25, 30)
    if pen.solid:
        pen.disc(0.5, 0.5, 0.47)
    else:
        pen.line(arc(0.5, 0.5, 0.44), 0.05)
    for n in range(3):
        middle = 90 + n * 120
        blade = np.vstack(
            [
                arc(0.5, 0.5, outer, middle - spread, middle + spread),
                arc(0.5, 0.5, inner, middle + spread, middle - spread),
            ]
        )
        pen.fill(blade, ink=not pen.solid)
    pen.disc(0.5, 0.5, inner * 0.62, ink=not pen.solid)


def recycle(pen: Pen) -> None:
    band, barb = pen.between(0.1, 0.13), 0.055
    for n in range(3):
        # One arrow of the triangle's lower side; the other two are the same, turned.
        low = 0.86
        arrow = [
            (0.8, low),
            (0.46, low),
            (0.46, low + barb),
            (0.29, low - band / 2),
            (0.46, low - band - barb),
            (0.46, low - band),
            (0.73, low - band),
            (0.77, low - band - 0.07),
            (0.88, low - band - 0.02),
        ]
        if pen.solid:
            pen.fill(turned(arrow, n * 120, 0.5, 0.57))
        else:
            pen.line(turned(arrow, n * 120, 0.5, 0.57), 0.03, closed=True)


def no_entry(pen: Pen) -> None:
    bar = rectangle(0.16, 0.5 - (half := pen.between(0.07, 0.1)), 0.84, 0.5 + half)
    if pen.solid:
        pen.disc(0.5, 0.5, 0.47)
        pen.line(arc(0.5, 0.5, 0.415), 0.025, ink=False)
        pen.fill((bar - 0.5) * 0.86 + 0.5, ink=False)
    else:
        pen.line(arc(0.5, 0.5, 0.43), pen.between(0.05, 0.1))
        pen.line([(0.29, 0.5), (0.71, 0.5)], 0.1)


def battery(pen: Pen) -> None:
    half, round_ = pen.between(0.16, 0.21), 0.08
    body = np.vstack(
        [
            arc(0.5 - half + round_, 0.24, round_, 180, 270),
            arc(0.5 + half - round_, 0.24, round_, 270, 360),
            arc(0.5 + half - round_, 0.88, round_, 0, 90),
            arc(0.5 - half + round_, 0.88, round_, 90, 180),
        ]
    )
    pen.fill(arc(0.5, 0.15, 0.08, 180, 360, 0.1))
    pen.shape(body)
    level = pen.between(0.5, 0.6)
    pen.fill(rectangle(0.54 - half, level, 0.46 + half, level + 0.05), ink=not pen.solid)
    pen.detail([(0.5, 0.28), (0.5, 0.44)], 0.05)
    pen.detail([(0.42, 0.36), (0.58, 0.36)], 0.05)
    pen.detail([(0.42, 0.76), (0.58, 0.76)], 0.05)


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
