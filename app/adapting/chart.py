"""Accuracy against time as a picture: networks alone, their mixes, the oracle and the routers."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from html import escape

import numpy as np

from app.adapting.axes import LINE, MARK, Axes, Labels, Place
from pipelines.selection.premodel.evaluation.baselines import matched_mix
from pipelines.selection.premodel.evaluation.study import Alone, Routed, Study
from pipelines.selection.premodel.evaluation.verdict import points

_WIDTH, _HEIGHT = 960, 520
# Left, top, right and bottom of the axes, and of what names may cover; the legend's left edge.
_FRAME = (64, 64, 610, 456)
_NAMES = (64, 52, 690, 456)
_LEGEND = 704
_INK, _MUTED, _MIX, _CURVE = "#151B22", "#55606D", "#66717E", "#1E85B2"
_COLOURS = ("#A34B0F", "#00613F", "#25307D", "#BF7F00", "#5A2448", "#3F3707", "#C2477F")
_TEXT = 12  # pixels


def draw(study: Study) -> str:
    """SVG. Times on a logarithmic scale, as networks differ by factors."""
    axes = _axes(study)
    single = max(study.networks, key=lambda each: each.accuracy.value)
    title = f"Accuracy against time: {study.facts.data}"
    subtitle = (
        f"{study.facts.metric}, mean of {study.halvings} halvings, with 95 % intervals; "
        f"one picture, {study.facts.engine}, threads: {study.facts.threads}"
    )
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" '
        f'font-family="sans-serif" font-size="{_TEXT}" fill="{_INK}">',
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="white"/>',
        f'<text x="{_FRAME[0]}" y="26" font-size="15" font-weight="600">{escape(title)}</text>',
        f'<text x="{_FRAME[0]}" y="45" fill="{_MUTED}">{escape(subtitle)}</text>',
        *axes.grid(),
        *_mixes(study, axes),
        *_curve(study, axes),
        *_routers(study.routers, axes),
        *_oracle(study, axes),
        *_networks(study, axes),
        *_legend(study, single),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _axes(study: Study) -> Axes:
    shown: list[Alone | Routed] = [*study.networks, *study.routers, *study.curve]
    seconds = [study.oracle[1], *(each.seconds for each in shown)]
    heights = [
        study.oracle[0],
        *(end for each in shown for end in (each.accuracy.low, each.accuracy.high)),
        *(each.shuffled for each in study.routers),
    ]
    return Axes(_FRAME, seconds, heights, f"{study.facts.metric}, %")


def _mix_line(study: Study) -> list[tuple[float, float]]:
    """What a coin reaches that is tossed between two networks: seconds and accuracies."""
    accuracy = np.array([each.accuracy.value for each in study.networks])
    seconds = np.array([each.seconds for each in study.networks])
    return [
        (budget, float(matched_mix(budget, accuracy, seconds) @ accuracy))
        for budget in np.geomspace(seconds.min(), seconds.max(), 80).tolist()
    ]


def _mixes(study: Study, axes: Axes) -> Iterable[str]:
    yield (
        f'<polyline points="{axes.points(_mix_line(study))}" fill="none" stroke="{_MIX}" '
        f'stroke-width="1.5" stroke-dasharray="6 4"/>'
    )


def _curve(study: Study, axes: Axes) -> Iterable[str]:
    """The confidence cascade held to ever less time, with its interval."""
    along = sorted(study.curve, key=lambda each: each.seconds)
    band = [(each.seconds, each.accuracy.low) for each in along]
    band += [(each.seconds, each.accuracy.high) for each in reversed(along)]
    middle = [(each.seconds, each.accuracy.value) for each in along]
    yield f'<polygon points="{axes.points(band)}" fill="{_CURVE}" fill-opacity="0.13"/>'
    yield (
        f'<polyline points="{axes.points(middle)}" fill="none" stroke="{_CURVE}" stroke-width="2"/>'
    )


def _networks(study: Study, axes: Axes) -> Iterable[str]:
    places = [axes.place(each.seconds, each.accuracy.value) for each in study.networks]
    labels = Labels(_NAMES, _TEXT)
    for place in places:
        yield f'<circle cx="{place.x:.1f}" cy="{place.y:.1f}" r="4.5" fill="{_INK}"/>'
        labels.avoid(place, 6, MARK)
    for routed in study.routers:
        for height in (routed.accuracy.low, routed.accuracy.value, routed.accuracy.high):
            labels.avoid(axes.place(routed.seconds, height), 7, MARK)
        labels.avoid(axes.place(routed.seconds, routed.shuffled), 5, MARK)
    for seconds, reached in _mix_line(study):
        labels.avoid(axes.place(seconds, reached), 3, LINE)
    for place, each in zip(places, study.networks, strict=True):
        yield labels.beside(place, each.network)


def _routers(routers: Sequence[Routed], axes: Axes) -> Iterable[str]:
    for number, each in enumerate(routers):
        colour = _COLOURS[number % len(_COLOURS)]
        place = axes.place(each.seconds, each.accuracy.value)
        low, high = (axes.place(each.seconds, end).y for end in _ends(each))
        dealt = axes.place(each.seconds, each.shuffled)
        yield (
            f'<path d="M{place.x:.1f} {low:.1f}V{high:.1f}M{place.x - 4:.1f} {low:.1f}h8'
            f'M{place.x - 4:.1f} {high:.1f}h8" fill="none" stroke="{colour}"/>'
        )
        yield (
            f'<path d="M{place.x:.1f} {place.y:.1f}V{dealt.y:.1f}" fill="none" '
            f'stroke="{colour}" stroke-dasharray="1 3"/>'
        )
        yield _cross(dealt, colour)
        yield _diamond(place, colour, filled=not each.refusal)


def _oracle(study: Study, axes: Axes) -> Iterable[str]:
    place = axes.place(study.oracle[1], study.oracle[0])
    yield _star(place)
    yield f'<text x="{place.x + 11:.1f}" y="{place.y + 4:.1f}">oracle</text>'


def _legend(study: Study, single: Alone) -> Iterable[str]:
    y = _FRAME[1] + 8.0
    rows: list[tuple[str, str, str]] = []
    for number, each in enumerate(study.routers):
        colour = _COLOURS[number % len(_COLOURS)]
        ratio = single.seconds / each.seconds
        rows.append(
            (
                _diamond(Place(_LEGEND, 0), colour, filled=not each.refusal),
                each.name,
                f"{each.accuracy.value:.1%}, time ÷{ratio:.2f}, lift {points(each.lift.value)}",
            )
        )
    dash = f"M{_LEGEND - 8} 0h16"
    line = '<path d="{}" fill="none" stroke="{}" stroke-width="2"{}/>'
    rows += [
        (line.format(dash, _CURVE, ""), "confidence, held to less time", "band: 95 % interval"),
        (
            line.format(dash, _MIX, ' stroke-dasharray="6 4"'),
            "random mix of two networks",
            "what a coin reaches",
        ),
        (_cross(Place(_LEGEND, 0), _INK), "shuffled router", "the same mix, dealt at random"),
        (
            _diamond(Place(_LEGEND, 0), _INK, filled=False),
            "hollow: refused",
            "may be no better than chance",
        ),
    ]
    step = min(42.0, (_FRAME[3] - _FRAME[1]) / len(rows))
    for mark, name, words in rows:
        yield f'<g transform="translate(0 {y:.1f})">{mark}</g>'
        yield f'<text x="{_LEGEND + 16}" y="{y + 4:.1f}">{escape(name)}</text>'
        yield f'<text x="{_LEGEND + 16}" y="{y + 18:.1f}" fill="{_MUTED}">{escape(words)}</text>'
        y += step


def _ends(each: Routed) -> tuple[float, float]:
    return each.accuracy.low, each.accuracy.high


def _diamond(place: Place, colour: str, filled: bool) -> str:
    x, y = place
    return (
        f'<path d="M{x:.1f} {y - 7:.1f}l7 7l-7 7l-7 -7z" fill="{colour if filled else "white"}" '
        f'stroke="{colour}" stroke-width="2"/>'
    )


def _cross(place: Place, colour: str) -> str:
    x, y = place
    return (
        f'<path d="M{x - 4:.1f} {y - 4:.1f}l8 8m0 -8l-8 8" fill="none" stroke="{colour}" '
        f'stroke-width="1.5"/>'
    )


def _star(place: Place) -> str:
    points = " ".join(
        f"{place.x + radius * math.sin(step * math.pi / 5):.1f},"
        f"{place.y - radius * math.cos(step * math.pi / 5):.1f}"
        for step, radius in enumerate((8, 3.5) * 5)
    )
    return f'<polygon points="{points}" fill="{_INK}"/>'
