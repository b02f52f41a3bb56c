"""What the window needs of the application: the session implements it, the window knows no more."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Protocol

from app.account import Entry, Refusal
from app.library import Library
from app.settings import Settings
from app.telemetry.snapshot import TelemetrySnapshot
from models.candidate import Candidate
from pipelines.live.frame import Inference
from pipelines.live.status import CameraStatus
from pipelines.selection.choice import Choice
from pipelines.selection.in_force import Commander, InForce, Ruling
from pipelines.selection.scenario import Scenario, Weights
from pipelines.tracking.zones import Zone


class Feed(Protocol):
    """One camera's results, latest only: the window is told of one only after it wants one."""

    @property
    def name(self) -> str: ...

    def subscribe(self, on_arrival: Callable[[], None]) -> None:
        """Call *on_arrival* from a thread of the camera's whenever a wanted result is there."""
        ...

    def want(self) -> None:
        """Ask to be told of the next result. Unasked, the worker spends nothing on display."""
        ...

    def take(self) -> Inference | None:
        """The last result, its image pinned until `release`; None before the first."""
        ...

    def release(self, inference: Inference) -> None:
        """Give the image's slot back to the ring, as soon as it is converted or copied."""
        ...

    def status(self) -> CameraStatus:
        """The pipeline's present figures; cheap enough for several calls a second."""
        ...


class Choosing(Protocol):
    """How networks are chosen, and what the user may wish of it."""

    @property
    def in_force(self) -> InForce: ...

    def ruling(self, camera: str) -> Ruling:
        """What is in force for that camera: its own scenario, unless somebody asks otherwise."""
        ...

    @property
    def scenarios(self) -> Mapping[str, Scenario]:
        """Every scenario that can be wished for, by its name."""
        ...

    def choice(self, camera: str) -> Choice | None:
        """The latest ranking for that camera; None where its network is not chosen."""
        ...

    def account(self, camera: str) -> tuple[Entry, ...]:
        """The changes of its network, oldest first."""
        ...

    def refusals(self, camera: str) -> tuple[Refusal, ...]:
        """The changes that failed, oldest first."""
        ...

    def pending(self, camera: str) -> Candidate | None:
        """What it is about to run; None while nothing is loading."""
        ...

    def note(self, camera: str) -> str:
        """Why it keeps what it runs though another one is better; "" where it does not."""
        ...

    @property
    def together(self) -> str:
        """What was chosen for several cameras together, in one clause; "" for a single one."""
        ...

    def command(self, source: Commander, wish: str | Weights) -> None:
        """Ask for the scenario of that name, for weights, or for nothing more ("auto")."""
        ...


class Zoning(Protocol):
    """The cameras' zones, and the way to change them."""

    def of(self, camera: str) -> tuple[Zone, ...]:
        """The zones of *camera*; () means that its whole picture counts."""
        ...

    def change(self, camera: str, zones: Sequence[Zone]) -> str:
        """Put *zones* in force and keep them.

        Returns "", or why they hold only until the end of this run. Raises ConfigError for zones
        that cannot be.
        """
        ...


class Controls(Protocol):
    """What the window shows of the application, and what it can ask of it."""

    @property
    def feeds(self) -> tuple[Feed, ...]: ...

    @property
    def choosing(self) -> Choosing: ...

    @property
    def library(self) -> Library:
        """The networks that are installed, and those that can be."""
        ...

    @property
    def settings(self) -> Settings:
        """What the configuration file says, and the way to change it."""
        ...

    @property
    def zoning(self) -> Zoning: ...

    def skip_benchmark(self) -> bool:
        """End the short benchmark of the first start; False where none is under way."""
        ...

    def telemetry(self) -> TelemetrySnapshot | None:
        """The reporter's latest snapshot; None in the first second."""
        ...

    @property
    def paused(self) -> bool: ...

    def set_paused(self, paused: bool) -> None: ...

    @property
    def overlay(self) -> bool: ...

    def set_overlay(self, shown: bool) -> None: ...

    def snapshot(self) -> tuple[Path, ...]:
        """Write the latest frame of every camera, with its overlay, as PNG; returns the files."""
        ...

    def failed(self) -> BaseException | None:
        """What ended the application from inside; None while it runs."""
        ...

    @property
    def finished(self) -> bool:
        """True once every source is used up or the asked-for duration or frames are over."""
        ...
