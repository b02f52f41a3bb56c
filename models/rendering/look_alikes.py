"""Symbols that are no label: what a detector must learn to leave alone."""

from __future__ import annotations

import numpy as np

from models.rendering.pen import Pen, arc, mirrored, rectangle, smooth, turned


def _arrow(pen: Pen, x: float, up: bool) -> None:
    head, shaft = pen.between(0.14, 0.22), pen.between(0.04, 0.09)
    half = [(x, 0.08), (x + head, 0.42), (x + shaft, 0.42), (x + shaft, 0.92)]
    points = np.array([*half, *mirrored(half[:0:-1], x)])
    pen.shape(points if up else points * (1, -1) + (0, 1))


def single_arrow(pen: Pen) -> None:
    _arrow(pen, 0.5, True)
    if pen.chance(0.5):
        pen.line([(0.2, 0.96), (0.8, 0.96)], 0.06)


def up_and_down(pen: Pen) -> None:
    _arrow(pen, 0.28, True)
    _arrow(pen, 0.72, False)


def lone_box(pen: Pen) -> None:
    side = pen.between(0.26, 0.38)
    pen.shape(rectangle(0.5 - side, 0.5 - side * 0.8, 0.5 + side, 0.5 + side * 0.8))
    if pen.chance(0.5):
        pen.detail([(0.5, 0.2), (0.5, 0.5)], 0.06)


def stacked_boxes(pen: Pen) -> None:
    lower, upper = pen.between(0.26, 0.4), pen.between(0.2, 0.34)
    pen.shape(rectangle(0.5 - lower, 0.54, 0.5 + lower, 0.92))
    pen.shape(rectangle(0.5 - upper, 0.12, 0.5 + upper, 0.46))


def cross(pen: Pen) -> None:
    stroke = np.array([(0.14, 0.14), (0.86, 0.86)])
    thick = pen.between(0.08, 0.2)
    pen.line(stroke, thick)
    pen.line(mirrored(stroke), thick)


def plus(pen: Pen) -> None:
    thick = pen.between(0.1, 0.28)
    pen.line([(0.5, 0.15), (0.5, 0.85)], thick)
    pen.line([(0.15, 0.5), (0.85, 0.5)], thick)


def star(pen: Pen) -> None:
    tips = pen.count(4, 8)
    angles = np.arange(2 * tips) * np.pi / tips - np.pi / 2
    lengths = np.where(np.arange(2 * tips) % 2, pen.between(0.17, 0.26), 0.46)
    pen.shape(np.stack([np.cos(angles) * lengths, np.sin(angles) * lengths], 1) + 0.5)


def drop(pen: Pen) -> None:
    half = smooth([(0.5, 0.06), (0.64, 0.36), (0.76, 0.62), (0.68, 0.84), (0.5, 0.93)])
    pen.shape(np.vstack([half, mirrored(half)[::-1]]))


def heart(pen: Pen) -> None:
    half = smooth([(0.5, 0.3), (0.62, 0.14), (0.82, 0.15), (0.92, 0.36), (0.78, 0.62), (0.5, 0.9)])
    pen.shape(np.vstack([half, mirrored(half)[::-1]]))


def lone_sun(pen: Pen) -> None:
    radius, rays = pen.between(0.15, 0.24), pen.count(6, 12)
    pen.shape(arc(0.5, 0.5, radius))
    for n in range(rays):
        pen.line(turned([(0.58 + radius, 0.5), (0.95, 0.5)], n * 360 / rays), 0.06)


def prohibition(pen: Pen) -> None:
    pen.line(arc(0.5, 0.5, 0.41), pen.between(0.06, 0.12))
    pen.line(turned([(0.1, 0.5), (0.9, 0.5)], 45), pen.between(0.06, 0.1))


def ring(pen: Pen) -> None:
    pen.shape(arc(0.5, 0.5, pen.between(0.3, 0.46)))
    if pen.chance(0.5):
        radius = pen.between(0.1, 0.2)
        pen.disc(0.5, 0.5, radius, ink=not pen.solid)


def exclamation(pen: Pen) -> None:
    wide = pen.between(0.08, 0.13)
    pen.fill(
        [(0.5 - wide, 0.08), (0.5 + wide, 0.08), (0.5 + wide / 2, 0.66), (0.5 - wide / 2, 0.66)]
    )
    pen.disc(0.5, 0.84, wide)


def tick(pen: Pen) -> None:
    pen.line([(0.12, 0.55), (0.38, 0.82), (0.88, 0.2)], pen.between(0.08, 0.2))


def house(pen: Pen) -> None:
    pen.line([(0.08, 0.52), (0.5, 0.12), (0.92, 0.52)], pen.between(0.06, 0.1))
    pen.shape(rectangle(0.22, 0.52, 0.78, 0.92))
    pen.detail([(0.5, 0.7), (0.5, 0.9)], 0.14)


def fan(pen: Pen) -> None:
    blades = pen.count(4, 6)
    for n in range(blades):
        start, stop = n * 360 / blades, (n + 0.5) * 360 / blades
        pen.shape(np.vstack([arc(0.5, 0.5, 0.45, start, stop), arc(0.5, 0.5, 0.14, stop, start)]))
    pen.disc(0.5, 0.5, 0.09)


def two_way_turn(pen: Pen) -> None:
    thick = pen.between(0.07, 0.12)
    for start in (200, 20):
        pen.line(arc(0.5, 0.5, 0.35, start, start + 115), thick)
        tip = turned([(0.72, 0.5), (0.98, 0.5), (0.85, 0.72)], start + 115)
        pen.fill(tip)


def smiley(pen: Pen) -> None:
    pen.shape(arc(0.5, 0.5, 0.43))
    for x in (0.35, 0.65):
        pen.disc(x, 0.4, 0.06, ink=not pen.solid)
    pen.detail(arc(0.5, 0.5, 0.24, 20, 160), 0.06)


def plug(pen: Pen) -> None:
    pen.shape(np.vstack([[(0.24, 0.34), (0.76, 0.34)], arc(0.5, 0.42, 0.26, 0, 180, 0.28)]))
    for x in (0.38, 0.62):
        pen.line([(x, 0.1), (x, 0.34)], 0.08)
    pen.line([(0.5, 0.7), (0.5, 0.94)], 0.08)


def thermometer(pen: Pen) -> None:
    pen.line([(0.5, 0.14), (0.5, 0.74)], pen.between(0.14, 0.2))
    pen.disc(0.5, 0.78, 0.17)
    for y in (0.2, 0.35, 0.5):
        pen.line([(0.66, y), (0.78, y)], 0.05)


def mug(pen: Pen) -> None:
    pen.shape([(0.18, 0.2), (0.68, 0.2), (0.62, 0.88), (0.24, 0.88)])
    pen.line(arc(0.68, 0.5, 0.17, -80, 90), 0.07)


def leaf(pen: Pen) -> None:
    half = smooth([(0.5, 0.05), (0.72, 0.25), (0.78, 0.5), (0.66, 0.72), (0.5, 0.82)])
    pen.shape(np.vstack([half, mirrored(half)[::-1]]))
    pen.detail([(0.5, 0.3), (0.5, 0.8)], 0.04)
    pen.line([(0.5, 0.82), (0.5, 0.96)], 0.05)


def spiral(pen: Pen) -> None:
    angles = np.linspace(0, pen.between(4, 6) * np.pi, 60)
    radius = 0.05 + 0.4 * angles / angles[-1]
    points = np.stack([np.cos(angles) * radius, np.sin(angles) * radius], 1) + 0.5
    pen.line(points, pen.between(0.05, 0.08))


def trash(pen: Pen) -> None:
    pen.shape([(0.24, 0.28), (0.76, 0.28), (0.7, 0.93), (0.3, 0.93)])
    pen.line([(0.16, 0.2), (0.84, 0.2)], 0.07)
    for x in (0.4, 0.6):
        pen.detail([(x, 0.4), (x, 0.8)], 0.05)


def stop_hand(pen: Pen) -> None:
    for x, y in ((0.34, 0.22), (0.46, 0.12), (0.58, 0.12), (0.7, 0.22)):
        pen.line([(x, y), (x, 0.6)], 0.09)
    pen.line([(0.18, 0.5), (0.36, 0.7)], 0.1)
    pen.fill(np.vstack([[(0.29, 0.5), (0.75, 0.5)], arc(0.52, 0.66, 0.23, 0, 180, 0.26)]))


def cloud(pen: Pen) -> None:
    for x, y, radius in ((0.3, 0.56, 0.18), (0.5, 0.42, 0.22), (0.72, 0.55, 0.19)):
        pen.disc(x, y, radius)
    pen.fill(rectangle(0.3, 0.5, 0.72, 0.74))


def key(pen: Pen) -> None:
    pen.line(arc(0.28, 0.5, 0.17), 0.09)
    pen.line([(0.45, 0.5), (0.92, 0.5), (0.92, 0.66)], 0.09)
    pen.line([(0.76, 0.5), (0.76, 0.62)], 0.09)


def moon(pen: Pen) -> None:
    pen.disc(0.5, 0.5, 0.42)
    pen.disc(0.66, 0.42, 0.34, ink=False)


def bottle(pen: Pen) -> None:
    half = [(0.58, 0.06), (0.58, 0.3), (0.7, 0.46), (0.7, 0.94)]
    pen.shape([*half, *mirrored(half[::-1])])


def triangle(pen: Pen) -> None:
    pen.shape([(0.5, 0.1), (0.94, 0.88), (0.06, 0.88)])


LOOK_ALIKES = (
    single_arrow, up_and_down, lone_box, stacked_boxes, cross, plus, star, drop, heart, lone_sun,
    prohibition, ring, exclamation, tick, house, fan, two_way_turn, smiley, plug, thermometer, mug,
)  # fmt: skip
OTHER_LOOK_ALIKES = (
    single_arrow, lone_box, stacked_boxes, cross, lone_sun, prohibition, drop, leaf, spiral, trash,
    stop_hand, cloud, key, moon, bottle, triangle, star, exclamation,
)  # fmt: skip
