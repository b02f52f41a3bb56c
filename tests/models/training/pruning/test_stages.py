"""A pruning from the order to finished networks; interrupted anywhere, it goes on from there."""

from __future__ import annotations

import dataclasses
import signal
import subprocess
import sys
import time
from pathlib import Path

import msgspec
import pytest

from models.cost import cost
from models.errors import InputError
from models.manifest import Accuracy, Network, Pruned
from models.training import checkpoint
from models.training.pruning.parent import accuracy_of, family_of
from models.training.pruning.points import Point, line, within
from models.training.pruning.stages import Order, Pruning
from models.training.session import Course
from tests.conftest import ROOT
from tests.models.training.shapes import shapes
from tests.models.training.test_starting import exported

RATES = (0.2, 0.4)


def course(cache: Path) -> Course:
    return Course("tiny-yolo", shapes(64, 64), 64, cache)


def order(parent: Network, method: str = "lkam", steps: int = 10) -> Order:
    return Order(parent, method, RATES, steps=steps)


@pytest.fixture(scope="module")
def parent(tmp_path_factory):
    return exported("tiny-yolo", tmp_path_factory.mktemp("parent"))


def quiet(stage, state):
    pass


def points(pruning: Pruning, progress=quiet) -> list[Point]:
    return [pruning.point(rate, progress) for rate in RATES]


@pytest.mark.parametrize("method", ["lkam", "gamma", "taylor", "random"])
def test_every_method_gives_networks_that_cost_what_is_asked(parent, tmp_path, method):
    pruning = Pruning(order(parent, method, 4), course(tmp_path), "small", tmp_path / "small")
    found = points(pruning)
    before = cost(parent.path, 112, 64)
    for point, rate in zip(found, RATES, strict=True):
        network = pruning.network(rate)
        manifest = network.manifest
        assert cost(network.path, 112, 64).macs == point.macs
        assert rate <= 1 - point.kept < rate + 0.15
        assert point.macs == round(point.kept * before.macs)
        assert point.parameters < before.parameters
        assert manifest.parent == parent.name
        assert manifest.pruned == Pruned(method, point.macs, before.macs)
        assert manifest.accuracy[0].value == point.accuracy
        assert family_refusal(network) == "'small': is pruned already; prune 'tiny-yolo' by more"
    gates = tmp_path / "small" / "rate-20" / "utilisation.svg"
    assert gates.exists() == (method == "lkam")


def test_interrupted_anywhere_it_goes_on_as_if_never_interrupted(parent, tmp_path):
    whole = points(Pruning(order(parent), course(tmp_path), "small", tmp_path / "whole"))
    for stop in (2, 3, 7, 5):
        steps = 0

        def progress(stage, state, stop=stop):
            nonlocal steps
            steps += 1
            if steps == stop:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            points(Pruning(order(parent), course(tmp_path), "small", tmp_path / "parts"), progress)
    parts = points(Pruning(order(parent), course(tmp_path), "small", tmp_path / "parts"))
    assert parts == whole
    done = [
        Pruning(order(parent), course(tmp_path), "small", tmp_path / each)
        for each in ("whole", "parts")
    ]
    one, other = (each.network(RATES[1]).manifest.sha256 for each in done)
    assert one == other


def test_at_a_higher_learning_rate_it_moves_further_from_what_it_was(parent, tmp_path):
    moved = []
    for rate in (0.15, 1.5):
        one = dataclasses.replace(order(parent, "taylor", 6), learning_rate=rate)
        folder = tmp_path / str(rate)
        Pruning(one, course(tmp_path), "small", folder).point(0.2, quiet)
        before = checkpoint.load(folder / "rate-20" / "sliced.pt")["weights"]
        after = checkpoint.load(folder / "rate-20" / "tuned" / "checkpoint.pt")["module"]
        weights = [name for name in before if name.endswith("weight")]
        moved.append(sum(float((after[name] - before[name]).norm()) for name in weights))
    assert moved[1] > 2 * moved[0]


def test_killed_it_goes_on(parent, tmp_path):
    script = (
        "import sys; from pathlib import Path\n"
        "from models.manifest import Network\n"
        "from tests.models.training.pruning.test_stages import course, order, points\n"
        "from tests.models.training.test_starting import exported\n"
        "from models.training.pruning.stages import Pruning\n"
        "folder = Path(sys.argv[1])\n"
        "(folder / 'parent').mkdir(exist_ok=True)\n"
        "pruning = Pruning(order(exported('tiny-yolo', folder / 'parent'), steps=20),\n"
        "                  course(folder), 'small', folder / 'small')\n"
        "points(pruning, lambda stage, state: print(stage, state.step, flush=True))\n"
        "print('done', flush=True)\n"
    )
    for _ in range(2):
        process = subprocess.Popen(
            [sys.executable, "-c", script, str(tmp_path)],
            cwd=ROOT, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert process.stdout is not None
        assert process.stdout.readline()
        time.sleep(0.3)
        process.send_signal(signal.SIGKILL)
        process.communicate()
    run = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path)],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert run.stdout.endswith("done\n")


def test_another_order_finds_no_use_for_the_folder(parent, tmp_path):
    Pruning(order(parent), course(tmp_path), "small", tmp_path / "small")
    other = dataclasses.replace(order(parent), rates=(0.3,))
    with pytest.raises(InputError, match=r"small: has another pruning, .* another --out"):
        Pruning(other, course(tmp_path), "small", tmp_path / "small")
    (tmp_path / "small" / "order.json").write_text("no JSON")
    with pytest.raises(InputError, match=r"order\.json: cannot be read; remove"):
        Pruning(order(parent), course(tmp_path), "small", tmp_path / "small")


def family_refusal(network: Network) -> str:
    with pytest.raises(InputError) as refused:
        family_of(network)
    return str(refused.value).removeprefix("network ")


def test_only_networks_of_a_family_can_be_pruned(parent, tmp_path):
    assert family_of(parent) == "tiny-yolo"
    eight = msgspec.structs.replace(parent.manifest, precision="int8", parent="whole")
    assert family_refusal(Network(eight, parent.path, parent.labels)) == (
        "'tiny-yolo': its weights are int8, and only those of fp32 can be pruned; take 'whole'"
    )
    other = msgspec.structs.replace(parent.manifest, task="classify")
    assert "is of no family that `train` knows" in family_refusal(
        Network(other, parent.path, parent.labels)
    )


def test_a_known_accuracy_is_not_measured_again(parent, tmp_path):
    measured = accuracy_of(parent, course(tmp_path))
    assert 0 <= measured < 0.2
    fact = Accuracy("AP50", 0.5, "shapes", "measured", 96)
    known = msgspec.structs.replace(parent.manifest, accuracy=(fact,))
    assert accuracy_of(Network(known, parent.path, parent.labels), course(tmp_path)) == 0.5


def made(rate: float, macs: int, accuracy: float) -> Point:
    return Point(rate, macs / 100, macs, 1, 1, 0.0, 0.0, accuracy)


@pytest.mark.parametrize(
    ("most_lost", "best"),
    [
        (0.005, 80),  # 0.8 − 0.795 is exactly as much as is allowed
        (0.0, 90),  # as good as before
        (0.02, 50),  # the fewest operations, not the best accuracy
        (0.004, 90),
    ],
)
def test_the_smallest_network_that_is_good_enough_is_taken(most_lost, best):
    found = [made(0.1, 90, 0.8), made(0.2, 80, 0.795), made(0.5, 50, 0.79)]
    assert within(found, 0.8, most_lost).macs == best


def test_a_tolerance_that_nothing_meets():
    assert within([made(0.1, 90, 0.7)], 0.8, 0.05) is None
    assert line(0.8, [made(0.1, 90, 0.7)]) == [(1.0, 0.8), (0.9, 0.7)]
