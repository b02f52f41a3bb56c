"""Bars with the time left on standard error, one for each stage of a long command."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from models.training.loop import State

Tell = Callable[[str, float, float], None]
"""Called with a stage's name, how much of it is done, and of how much."""

_LAYOUT = "{desc}: {percentage:3.0f}%|{bar:20}| {remaining} left"


@contextmanager
def bars() -> Iterator[Tell]:
    """What shows the progress of whatever stage it is told of; each closes the one before."""
    from tqdm import tqdm

    bar: tqdm[Any] | None = None

    def tell(stage: str, done: float, total: float) -> None:
        nonlocal bar
        if bar is None or bar.desc != stage:
            if bar is not None:
                bar.close()
            bar = tqdm(
                desc=stage, total=total, delay=0.5, mininterval=1.0, bar_format=_LAYOUT, leave=False
            )
        bar.total = total
        bar.update(done - bar.n)

    try:
        yield tell
    finally:
        if bar is not None:
            bar.close()


def stages(tell: Tell) -> Callable[[str, State], None]:
    """What shows each stage of a training as a bar of its own."""
    return lambda stage, state: tell(stage, state.fraction, 1)
