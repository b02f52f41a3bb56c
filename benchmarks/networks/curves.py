"""Learning curves of several networks as one picture, SVG."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from benchmarks.networks.figures import Figures

_WIDTH, _HEIGHT = 760, 380
_LEFT, _RIGHT, _TOP, _BOTTOM = 44, 580, 40, 336  # of the field; the names stand right of it
_LINE = 16  # between two names at least
# After Okabe and Ito, "Color universal design" (2008), those that read well on white.
_COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#000000", "#e69f00")


def draw(networks: Sequence[Figures], title: str) -> str:
    """The score on the steering pictures, 0 … 100 %, over the share of each training's steps.

    Behind each network's name stands its best score.
    """
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" '
        f'font-family="sans-serif" font-size="12">',
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="white"/>',
        f'<text x="{_LEFT}" y="22" font-size="14">{escape(title)}</text>',
        *_grid(),
    ]
    known = [network for network in networks if network.curve]
    heights = _apart([_y(network.curve[-1].score) for network in known])
    for network, colour, height in zip(known, _COLOURS, heights, strict=False):
        last = network.curve[-1].step or 1
        points = " ".join(f"{_x(p.step / last):.1f},{_y(p.score):.1f}" for p in network.curve)
        best = max(point.score for point in network.curve)
        name = f"{network.title.removesuffix(', small')}: {best * 100:.0f} %"
        parts += [
            f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>',
            f'<text x="{_RIGHT + 8}" y="{height + 4:.1f}" fill="{colour}">{escape(name)}</text>',
        ]
    return "\n".join([*parts, "</svg>"]) + "\n"


def _grid() -> list[str]:
    lines = []
    for percent in range(0, 101, 20):
        x, y = _x(percent / 100), _y(percent / 100)
        lines += [
            f'<line x1="{_LEFT}" y1="{y:.1f}" x2="{_RIGHT}" y2="{y:.1f}" stroke="#ddd"/>',
            f'<text x="{_LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{percent}</text>',
            f'<text x="{x:.1f}" y="{_BOTTOM + 18}" text-anchor="middle">{percent}</text>',
        ]
    middle = (_LEFT + _RIGHT) / 2
    return [
        *lines,
        f'<text x="{middle}" y="{_BOTTOM + 36}" text-anchor="middle">% of the steps</text>',
    ]


def _apart(heights: Sequence[float]) -> list[float]:
    """The *heights*, moved down where two are closer than a line of text, and up at the bottom."""
    moved = [0.0] * len(heights)
    order = sorted(range(len(heights)), key=lambda index: heights[index])
    free = float(_TOP)
    for index in order:
        moved[index] = max(heights[index], free)
        free = moved[index] + _LINE
    room = float(_BOTTOM)
    for index in reversed(order):
        moved[index] = min(moved[index], room)
        room = moved[index] - _LINE
    return moved


def _x(share: float) -> float:
    return _LEFT + share * (_RIGHT - _LEFT)


def _y(score: float) -> float:
    return _BOTTOM - score * (_BOTTOM - _TOP)
