"""What candidates are called where several stand side by side."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from models.candidate import Candidate


@dataclass(frozen=True, slots=True)
class Caption:
    """A candidate in words: its network, and how it is run."""

    network: str
    rest: str

    def __str__(self) -> str:
        return f"{self.network} · {self.rest}"


def captions(candidates: Iterable[Candidate]) -> dict[Candidate, Caption]:
    """Every candidate's caption: engine and precision, and whatever else tells it from others."""
    alike: dict[tuple[str, str, str], list[Candidate]] = defaultdict(list)
    for candidate in dict.fromkeys(candidates):
        alike[candidate.network, candidate.engine, candidate.precision].append(candidate)
    return {
        candidate: Caption(
            network, " · ".join([f"{engine} {precision}", *_extras(candidate, group)])
        )
        for (network, engine, precision), group in alike.items()
        for candidate in group
    }


def _extras(candidate: Candidate, group: list[Candidate]) -> list[str]:
    """What *candidate* does not have in common with all of *group*."""
    words = []
    if len({other.device for other in group}) > 1:
        words.append(candidate.device)
    if len({other.threads for other in group}) > 1:
        words.append("1 thread" if candidate.threads == 1 else f"{candidate.threads} threads")
    if len({other.spinning for other in group}) > 1:
        words.append("spinning" if candidate.spinning else "not spinning")
    return words
