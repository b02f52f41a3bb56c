"""Tables as Markdown has them."""

from __future__ import annotations

from collections.abc import Sequence

UNKNOWN = "–"


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table with a line end behind its last row."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"
