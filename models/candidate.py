"""A way to run a network: what the optimizer ranks and the application swaps."""

from __future__ import annotations

from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Candidate:
    """Network × precision × engine × device × threads × spinning.

    *threads* is the number of processor threads of one inference. *spinning* lets an engine's
    idle threads busy-wait for the next inference.
    """

    network: str
    precision: str
    engine: str
    device: str = "cpu"
    threads: int = 1
    spinning: bool = False

    def __str__(self) -> str:
        return f"{self.network} · {self.engine} {self.precision}"

    def in_words(self) -> str:
        """All that it is, as in "tiny · onnxruntime int8, 2 threads, spinning"."""
        parts = [str(self), f"{self.threads} thread{'s' * (self.threads > 1)}"]
        if self.spinning:
            parts.append("spinning")
        if self.device != "cpu":
            parts.append(self.device)
        return ", ".join(parts)

    def as_dict(self) -> dict[str, str | int | bool]:
        """The candidate as reports and measurement tables write it."""
        return asdict(self)
