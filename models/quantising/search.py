"""As much in 8 bits as the tolerance allows: the most sensitive layers are left in float."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

# With more of its layers in float a network is hardly one in 8 bits any more.
MOST_IN_FLOAT = 0.5


@dataclass(frozen=True, slots=True)
class Found:
    """*in_float*: the layers that are left in float, the most sensitive first.

    *lost*: a fraction of accuracy, negative where 8 bits happen to be better; *lost_at_first*:
    with no layer in float. *errors*: each layer's sensitivity; empty where it was not needed.
    *within*: whether the tolerance is kept.
    """

    in_float: tuple[str, ...]
    lost: float
    lost_at_first: float
    errors: Mapping[str, float]
    within: bool


def fewest_in_float(
    layers: tuple[str, ...],
    lost: Callable[[tuple[str, ...]], float],
    errors: Callable[[], Mapping[str, float]],
    most_lost: float,
) -> Found:
    """The fewest layers in float with which no more than *most_lost* is lost.

    "Partial quantisation" (Wu et al., 2020, arXiv 2004.09602): all layers are tried in 8 bits
    first; only where that loses too much, *errors* are asked for and the layers left in float in
    their order, 1, 2, 4 … of them, then bisected. *lost* is asked for what a choice loses, a
    fraction. Where at most half of the layers do not suffice, *within* is False and the choice is
    the one that lost least.
    """
    tried = {0: lost(())}
    if tried[0] <= most_lost:
        return Found((), tried[0], tried[0], {}, True)
    found = errors()
    order = sorted(layers, key=found.__getitem__, reverse=True)

    def passes(count: int) -> bool:
        tried[count] = lost(tuple(order[:count]))
        return tried[count] <= most_lost

    count = _fewest(int(len(layers) * MOST_IN_FLOAT), passes)
    best = min(tried, key=tried.__getitem__) if count is None else count
    return Found(tuple(order[:best]), tried[best], tried[0], found, count is not None)


def _fewest(most: int, passes: Callable[[int], bool]) -> int | None:
    """The least count from 1 to *most* that passes, if what passes does so with more, too."""
    failed, count = 0, 1
    while count > most or not passes(count):
        if count >= most:
            return None
        failed, count = count, min(2 * count, most)
    while count - failed > 1:
        middle = (failed + count) // 2
        if passes(middle):
            count = middle
        else:
            failed = middle
    return count
