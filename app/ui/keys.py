"""What can be done by key."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from app.ui.card import Card


@dataclass(frozen=True, slots=True)
class Action:
    """Something to *do*: its Qt *keys*, their names as shown, a *word* for its button, help."""

    keys: tuple[int, ...]
    shown: str
    word: str
    help: str
    do: Callable[[], None]


class HelpPanel(Card):
    """Lists the keys."""
