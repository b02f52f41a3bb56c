"""A learning curve as a picture: the score, and the loss, over the steps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

_WIDTH, _HEIGHT, _MARGIN = 640, 320, 48
_SCORE, _LOSS = "#1f6fb4", "#c0562b"


def draw(history: Sequence[Mapping[str, float | None]], title: str = "Learning curve") -> str:
    """SVG of the evaluations' "score" (left axis, 0 … 100) and "loss" (right axis)."""
    last = max((row["step"] or 0 for row in history), default=1) or 1
    most = max((row["loss"] or 0.0 for row in history), default=1.0) or 1.0
    right, bottom = _WIDTH - _MARGIN, _HEIGHT - _MARGIN
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" '
        f'font-family="sans-serif" font-size="12">',
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="white"/>',
        f'<text x="{_WIDTH / 2}" y="22" text-anchor="middle" font-size="14">{escape(title)}</text>',
    ]
    for percent in range(0, 101, 20):
        y = bottom - percent / 100 * (bottom - _MARGIN)
        parts += [
            f'<line x1="{_MARGIN}" y1="{y:.1f}" x2="{right}" y2="{y:.1f}" stroke="#ddd"/>',
            f'<text x="{_MARGIN - 6}" y="{y + 4:.1f}" text-anchor="end" '
            f'fill="{_SCORE}">{percent}</text>',
            f'<text x="{right + 6}" y="{y + 4:.1f}" '
            f'fill="{_LOSS}">{most * percent / 100:.2g}</text>',
        ]
    for key, top, colour in (("loss", most, _LOSS), ("score", 1.0, _SCORE)):
        points = " ".join(
            f"{_MARGIN + (row['step'] or 0) / last * (right - _MARGIN):.1f},"
            f"{bottom - value / top * (bottom - _MARGIN):.1f}"
            for row in history
            if (value := row[key]) is not None
        )
        parts.append(
            f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>'
        )
    parts += [
        f'<text x="{_MARGIN}" y="{_HEIGHT - 14}">score, % (left)  ·  loss (right)</text>',
        f'<text x="{right}" y="{_HEIGHT - 14}" text-anchor="end">{last} steps</text>',
        "</svg>",
    ]
    return "\n".join(parts) + "\n"
