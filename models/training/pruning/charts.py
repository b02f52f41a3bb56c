"""Charts of pruning: each layer's utilisation, and accuracy over operations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

_BLUE, _GREY = "#1f6fb4", "#ddd"
_COLOURS = (_BLUE, "#c0562b", "#3a8f4d", "#7a4fa3", "#8a6d1a")
_WIDTH, _MARGIN = 640, 48
_ROW, _NAME = 44, 170  # a layer's height, and the room for its name
_CURVE = 360  # the height of the other chart


def profile(used: Mapping[str, Sequence[float]]) -> str:
    """SVG of a row for each layer: its kernels' shares of use, the most used on the left."""
    height = len(used) * _ROW + 60
    parts = [_head(height), _title("Share of pictures that each kernel is used for")]
    for row, (name, shares) in enumerate(used.items()):
        top, bottom = 40 + row * _ROW, 40 + (row + 1) * _ROW - 8
        step = (_WIDTH - _NAME - 20) / max(1, len(shares))
        points = [f"{_NAME},{bottom}"]
        for index, share in enumerate(sorted(shares, reverse=True)):
            y = bottom - share * (bottom - top)
            left, right = _NAME + index * step, _NAME + (index + 1) * step
            points += [f"{left:.1f},{y:.1f}", f"{right:.1f},{y:.1f}"]
        points.append(f"{_WIDTH - 20},{bottom}")
        mean = sum(shares) / max(1, len(shares))
        parts += [
            f'<rect x="{_NAME}" y="{top}" width="{_WIDTH - _NAME - 20}" '
            f'height="{bottom - top}" fill="#f2f2f2"/>',
            f'<polygon points="{" ".join(points)}" fill="{_BLUE}"/>',
            f'<text x="{_NAME - 8}" y="{top + 14}" text-anchor="end">{escape(name)}</text>',
            f'<text x="{_NAME - 8}" y="{top + 30}" text-anchor="end" fill="#555">'
            f"{len(shares)} kernels, {mean:.0%}</text>",
        ]
    return _closed(parts)


def curve(series: Mapping[str, Sequence[tuple[float, float]]], metric: str) -> str:
    """SVG of accuracy (0 … 1) over operations (0 … 1 of the original's), a line for each method.

    A method's points are (operations, accuracy).
    """
    every = [accuracy for points in series.values() for _, accuracy in points]
    low = max(0.0, int(min(every, default=0.0) * 20 - 0.5) / 20)
    high = min(1.0, int(max(every, default=1.0) * 20 + 1.5) / 20)
    right, bottom = _WIDTH - _MARGIN, _CURVE - _MARGIN

    def place(operations: float, accuracy: float) -> tuple[float, float]:
        return (
            _MARGIN + operations * (right - _MARGIN),
            bottom - (accuracy - low) / (high - low) * (bottom - _MARGIN),
        )

    parts = [_head(_CURVE), _title(f"{metric} over the operations that are left")]
    for percent in range(0, 101, 20):
        x, _ = place(percent / 100, low)
        parts.append(f'<text x="{x:.1f}" y="{bottom + 18}" text-anchor="middle">{percent} %</text>')
    for step in range(round(low * 20), round(high * 20) + 1):
        _, y = place(0, step / 20)
        parts += [
            f'<line x1="{_MARGIN}" y1="{y:.1f}" x2="{right}" y2="{y:.1f}" stroke="{_GREY}"/>',
            f'<text x="{_MARGIN - 6}" y="{y + 4:.1f}" text-anchor="end">{step * 5}</text>',
        ]
    for index, (name, points) in enumerate(series.items()):
        colour = _COLOURS[index % len(_COLOURS)]
        placed = [place(*point) for point in sorted(points)]
        line = " ".join(f"{x:.1f},{y:.1f}" for x, y in placed)
        parts.append(f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{colour}"/>' for x, y in placed]
        parts.append(
            f'<text x="{_MARGIN + 10}" y="{_MARGIN + 16 + 18 * index}" fill="{colour}">'
            f"{escape(name)}</text>"
        )
    return _closed(parts)


def _head(height: int) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" '
        f'font-family="sans-serif" font-size="12">'
        f'<rect width="{_WIDTH}" height="{height}" fill="white"/>'
    )


def _title(text: str) -> str:
    return (
        f'<text x="{_WIDTH / 2}" y="22" text-anchor="middle" font-size="14">{escape(text)}</text>'
    )


def _closed(parts: Sequence[str]) -> str:
    return "\n".join((*parts, "</svg>")) + "\n"
