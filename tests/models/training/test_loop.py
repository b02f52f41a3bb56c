from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from xml.etree import ElementTree

import pytest
import torch

from models.errors import InputError, SaccadeError
from models.training import checkpoint
from models.training.batches import collate
from models.training.loop import Objective, Plan, Trainer
from models.training.networks import FAMILIES
from models.training.session import Course, plan_of, train
from tests.conftest import ROOT
from tests.models.training.shapes import shapes


def course(cache: Path, count: int = 64) -> Course:
    return Course("tiny-yolo", shapes(64, count), 64, cache)


def plan(steps: int, batch: int = 4) -> Plan:
    return Plan(4e-3, steps=steps, batch=batch, evaluations=2, patience=9, low_precision=False)


def weights(module: torch.nn.Module) -> torch.Tensor:
    return torch.cat([parameter.flatten() for parameter in module.parameters()]).detach()


def curve(folder: Path) -> list[tuple[int, float]]:
    rows = json.loads((folder / "history.json").read_text())
    return [(row["step"], row["score"]) for row in rows]


def stop_at(step: int, error: type[BaseException] = KeyboardInterrupt):
    def progress(state):
        if state.step == step:
            raise error

    return progress


def test_interrupted_and_resumed_is_as_if_never_interrupted(tmp_path):
    whole = train(course(tmp_path), plan(8), tmp_path / "whole")
    for step in (3, 6):
        with pytest.raises(KeyboardInterrupt):
            train(course(tmp_path), plan(8), tmp_path / "parts", progress=stop_at(step))
    parts = train(course(tmp_path), plan(8), tmp_path / "parts")
    assert weights(parts).equal(weights(whole))
    assert curve(tmp_path / "parts") == curve(tmp_path / "whole")
    assert [step for step, _ in curve(tmp_path / "whole")] == [4, 8]
    ElementTree.parse(tmp_path / "whole" / "history.svg")


def test_another_seed_gives_another_network(tmp_path):
    one, two = (
        train(course(tmp_path), Plan(4e-3, steps=2, batch=4, seed=seed), tmp_path / str(seed))
        for seed in (1, 2)
    )
    assert not weights(one).equal(weights(two))


def test_killed_at_any_moment_it_goes_on(tmp_path):
    script = (
        "import sys; from pathlib import Path; import dataclasses\n"
        "from tests.models.training.test_loop import course, plan\n"
        "from models.training.session import train\n"
        "folder = Path(sys.argv[1])\n"
        "often = dataclasses.replace(plan(100000), checkpoint_s=0.0)\n"
        "tell = lambda state: print(state.step, flush=True)\n"
        "train(course(folder), often, folder / 'run', progress=tell)\n"
    )
    reached = 0
    for pause in (0.05, 0.3, 0.11):
        process = subprocess.Popen(
            [sys.executable, "-c", script, str(tmp_path)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert process.stdout is not None
        assert int(process.stdout.readline()) > reached
        time.sleep(pause)
        process.send_signal(signal.SIGKILL)
        # Every step that was told had been saved.
        reached = max(map(int, process.stdout.read().split()), default=reached + 1)
        process.stdout.close()
        process.wait()
        assert checkpoint.load(tmp_path / "run" / "checkpoint.pt")["step"] >= reached


def test_no_room_for_a_checkpoint_leaves_the_old_one(tmp_path, monkeypatch):
    path = tmp_path / "checkpoint.pt"
    checkpoint.save(path, {"step": 1})

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(SaccadeError, match=r"No space left on device; what was written before"):
        checkpoint.save(path, {"step": 2})
    assert checkpoint.load(path) == {"step": 1}
    assert [entry.name for entry in tmp_path.iterdir()] == ["checkpoint.pt"]


@pytest.mark.parametrize("content", [b"", b"no checkpoint", b"\x80\x04cos\nsystem\n."])
def test_what_is_no_checkpoint_is_refused_and_never_run(tmp_path, content):
    path = tmp_path / "checkpoint.pt"
    path.write_bytes(content)
    with pytest.raises(InputError, match=r"checkpoint\.pt: is no checkpoint"):
        checkpoint.load(path)


def test_another_networks_checkpoint_is_refused(tmp_path):
    train(course(tmp_path), plan(1), tmp_path / "run")
    other = Course("vgg-ssd", shapes(64, 64), 64, tmp_path)
    with pytest.raises(InputError, match="another network"):
        train(other, plan(2), tmp_path / "run")


@pytest.mark.parametrize(
    ("scores", "evaluations"),
    [
        ([0.1, 0.5, 0.4, 0.5, 0.3, 0.9], 5),  # three in a row that do not gain on 0.5
        ([0.1, 0.2, 0.3, 0.4, 0.5, 0.6], 6),
        ([0.0, 0.0, 0.0, 0.0, 0.0, 0.1], 6),  # the first success may come late
    ],
)
def test_training_ends_when_it_stops_gaining(tmp_path, scores, evaluations):
    told = iter(scores)
    objective = Objective(
        lambda step, fraction: collate([shapes(64).train(step)]),
        lambda found, batch: found.square().mean(),
        lambda module: next(told),
    )
    module = FAMILIES.load("tiny-yolo").build(3)
    trainer = Trainer(module, objective, Plan(1e-3, steps=6, evaluations=6, patience=3), tmp_path)
    assert len(trainer.run().history) == evaluations


def test_the_best_network_is_kept_and_not_the_last(tmp_path):
    told = iter([0.9, 0.1])
    kept = []
    objective = Objective(
        lambda step, fraction: collate([shapes(64).train(step)]),
        lambda found, batch: found.square().mean(),
        lambda module: (kept.append(weights(module)), next(told))[1],
    )
    module = FAMILIES.load("tiny-yolo").build(3)
    trainer = Trainer(module, objective, Plan(1e-3, steps=2, evaluations=2), tmp_path)
    trainer.run()
    assert weights(trainer.best).equal(kept[0])
    assert not kept[0].equal(kept[1])


def test_sides_that_a_family_cannot_have_are_refused(tmp_path):
    odd = Course("vgg-ssd", shapes(72), 72, tmp_path)
    with pytest.raises(InputError, match="multiples of 32 from 64 to 1024"):
        train(odd, plan(1), tmp_path / "run")


def test_the_plan_is_the_familys_unless_told():
    family = FAMILIES.load("vgg-ssd")
    assert plan_of(family).steps == family.steps
    assert plan_of(family, minutes=2.0).steps is None
