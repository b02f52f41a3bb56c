"""The training loop: resumable at any moment, the same every time, and done when it stops gaining.

<folder>/checkpoint.pt   everything that the next step needs
<folder>/best.pt         the averaged weights that scored best so far
<folder>/history.json    the learning curve; history.svg draws it
"""

from __future__ import annotations

import copy
import json
import math
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import cv2
import torch
from torch import Tensor, nn

from models.errors import InputError
from models.training import checkpoint
from models.training.batches import Batch
from models.training.curve import draw

CHECKPOINT, BEST, HISTORY = "checkpoint.pt", "best.pt", "history.json"

_WARM_UP = 0.03  # of the whole training
_CLIP = 10.0
_WEIGHT_DECAY = 0.02
_AVERAGING = 0.998


@dataclass(frozen=True, slots=True)
class Plan:
    """How long and how a network is trained.

    *steps*, or where that is None *minutes* by the clock, however many steps those are and however
    busy the machine: only the first repeats exactly. Time between an interruption and going on
    does not count. It is scored *evaluations* times, and training ends when *patience* of them in
    a row have not gained. *checkpoint_s*: at least that often the state is saved. *start*: the
    name of the network that it starts from, where that is not nothing.
    """

    learning_rate: float
    steps: int | None = None
    minutes: float | None = None
    batch: int = 16
    seed: int = 1
    threads: int = 1
    low_precision: bool = True
    evaluations: int = 20
    patience: int = 8
    checkpoint_s: float = 60.0
    start: str | None = None


@dataclass(frozen=True, slots=True)
class Objective:
    """What is learned.

    *batch* of a step, given how much of the training is done; its *loss* for the network's
    output; and the *score*, 0 … 1, of a network on images kept apart from training.
    """

    batch: Callable[[int, float], Batch]
    loss: Callable[[Tensor, Batch], Tensor]
    score: Callable[[nn.Module], float]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """One point of the learning curve; *loss* is the mean since the one before, if any."""

    step: int
    seconds: float
    loss: float | None
    score: float


@dataclass(frozen=True, slots=True)
class State:
    """Where a training stands, for whoever shows its progress."""

    step: int
    fraction: float
    seconds: float
    loss: float
    images_per_s: float
    history: tuple[Evaluation, ...]

    @property
    def seconds_left(self) -> float | None:
        if not self.fraction:
            return None
        return self.seconds * (1 - self.fraction) / self.fraction


class Trainer:
    """One training in *folder*; a second one with the same plan goes on where the first stopped.

    After `run`, *best* is the network with the weights that scored best.
    """

    def __init__(self, module: nn.Module, objective: Objective, plan: Plan, folder: Path) -> None:
        if (plan.steps is None) == (plan.minutes is None):
            raise InputError("a training takes either a number of steps or of minutes")
        folder.mkdir(parents=True, exist_ok=True)
        self._objective, self._plan, self._folder = objective, plan, folder
        self._module = _laid_out(module, torch.channels_last)
        self._average = copy.deepcopy(self._module).requires_grad_(False)
        self._optimizer = torch.optim.AdamW(_groups(module), lr=plan.learning_rate)
        self._step = 0
        self._seconds = 0.0
        self._losses: list[float] = []
        self._history: list[Evaluation] = []
        self._resume()

    @property
    def best(self) -> nn.Module:
        """The averaged network in its best state so far, on its own."""
        found, path = self.last, self._folder / BEST
        if path.exists():
            found.load_state_dict(checkpoint.load(path))
        return found

    @property
    def last(self) -> nn.Module:
        """The averaged network as it is now, on its own."""
        found = copy.deepcopy(self._average).eval().requires_grad_(True)
        return _laid_out(found, torch.contiguous_format)

    @property
    def state(self) -> State:
        before = self._history[-1].loss if self._history else None
        recent = self._losses[-50:] or [math.nan if before is None else before]
        return State(
            self._step,
            self._fraction,
            self._seconds,
            sum(recent) / len(recent),
            self._step * self._plan.batch / self._seconds if self._seconds else 0.0,
            tuple(self._history),
        )

    def run(self, progress: Callable[[State], None] = lambda state: None) -> State:
        """Train to the end; interrupted, it saves where it is and raises KeyboardInterrupt again.

        Called with the state after every step: *progress*. Raises SaccadeError where a
        checkpoint cannot be written.
        """
        torch.set_num_threads(self._plan.threads)
        # OpenCV takes every core unless told; beside another training that costs half its speed.
        cv2.setNumThreads(self._plan.threads)
        saved = time.monotonic()
        began = saved - self._seconds
        try:
            if self._plan.start and not self._history:
                # The best so far is what it started from, so nothing worse comes of it.
                self._evaluate()
            while not self._finished():
                self._learn()
                self._seconds = time.monotonic() - began
                if self._fraction >= (len(self._scores) + 1) / self._plan.evaluations:
                    self._evaluate()
                    self._save()
                    saved = time.monotonic()
                elif time.monotonic() - saved > self._plan.checkpoint_s:
                    self._save()
                    saved = time.monotonic()
                progress(self.state)
        except KeyboardInterrupt:
            self._save()
            raise
        if not self._scores:
            self._evaluate()
            self._save()
        return self.state

    @property
    def _fraction(self) -> float:
        if self._plan.steps is not None:
            return min(1.0, self._step / max(1, self._plan.steps))
        return min(1.0, self._seconds / 60 / max(1e-9, self._plan.minutes or 0))

    @property
    def _scores(self) -> list[float]:
        """Those that training reached; what it started from is none of them."""
        return [evaluation.score for evaluation in self._history if evaluation.step]

    def _finished(self) -> bool:
        scores = self._scores
        best = max(scores, default=0.0)
        # Before the first success nothing says that there will be none.
        stale = len(scores) - 1 - scores.index(best) if best else 0
        return self._fraction >= 1 or stale >= self._plan.patience

    def _learn(self) -> None:
        rate = self._plan.learning_rate * _schedule(self._fraction)
        for group in self._optimizer.param_groups:
            group["lr"] = rate
        batch = self._objective.batch(self._step, self._fraction)
        self._module.train()
        with torch.autocast("cpu", torch.bfloat16, enabled=self._plan.low_precision):
            found = self._module(batch.images)
        loss = self._objective.loss(found, batch)
        self._optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(self._module.parameters(), _CLIP)
        self._optimizer.step()
        self._step += 1
        self._losses.append(loss.item())
        self._follow()

    @torch.no_grad()
    def _follow(self) -> None:
        """Let the averaged weights follow, faster at first."""
        share = 1 - min(_AVERAGING, (1 + self._step) / (10 + self._step))
        pairs = zip(
            self._average.state_dict().values(), self._module.state_dict().values(), strict=True
        )
        for average, now in pairs:
            if average.is_floating_point():
                average.lerp_(now, share)
            else:
                average.copy_(now)

    def _evaluate(self) -> None:
        loss = sum(self._losses) / len(self._losses) if self._losses else None
        score = self._objective.score(copy.deepcopy(self._average))
        best = max((evaluation.score for evaluation in self._history), default=-1.0)
        if score > best:
            checkpoint.save(self._folder / BEST, self._average.state_dict())
        self._history.append(Evaluation(self._step, round(self._seconds, 1), loss, score))
        self._losses.clear()
        rows = [asdict(evaluation) for evaluation in self._history]
        checkpoint.write(self._folder / HISTORY, json.dumps(rows, indent=1).encode())
        checkpoint.write(self._folder / "history.svg", draw(rows).encode())

    def _save(self) -> None:
        state = {
            "step": self._step,
            "seconds": self._seconds,
            "batch": self._plan.batch,
            "start": self._plan.start,
            "losses": self._losses,
            "history": [asdict(evaluation) for evaluation in self._history],
            "module": self._module.state_dict(),
            "average": self._average.state_dict(),
            "optimizer": self._optimizer.state_dict(),
        }
        checkpoint.save(self._folder / CHECKPOINT, state)

    def _resume(self) -> None:
        path = self._folder / CHECKPOINT
        if not path.exists():
            return
        state: dict[str, Any] = checkpoint.load(path)
        if state.get("start") != self._plan.start:
            begun = f"network {state['start']!r}" if state.get("start") else "nothing"
            raise InputError(
                f"{path}: is of a training that started from {begun}; remove it to begin anew, or "
                f"train under another name"
            )
        try:
            self._module.load_state_dict(state["module"])
            self._average.load_state_dict(state["average"])
            self._optimizer.load_state_dict(state["optimizer"])
            self._step, self._seconds = state["step"], state["seconds"]
            self._losses = state["losses"]
            self._history = [Evaluation(**row) for row in state["history"]]
        except (KeyError, RuntimeError, TypeError, ValueError) as error:
            raise InputError(
                f"{path}: was made by training another network; remove it to begin anew, or "
                f"train under another name"
            ) from error


def _schedule(fraction: float) -> float:
    """The learning rate over the training, as a share of the highest: up, then half a cosine."""
    if fraction < _WARM_UP:
        return max(0.01, fraction / _WARM_UP)
    return 0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * (fraction - _WARM_UP) / (1 - _WARM_UP)))


def _laid_out(module: nn.Module, order: torch.memory_format) -> nn.Module:
    # PyTorch's own annotations leave this form of the method out.
    moved: Any = module
    laid: nn.Module = moved.to(memory_format=order)
    return laid


def _groups(module: nn.Module) -> list[dict[str, Any]]:
    """Weights decay; norms and biases do not."""
    parameters = list(module.parameters())
    return [
        {"params": [p for p in parameters if p.ndim > 1], "weight_decay": _WEIGHT_DECAY},
        {"params": [p for p in parameters if p.ndim <= 1], "weight_decay": 0.0},
    ]
