"""The true identities: every label of the belt keeps its own from edge to edge."""

from __future__ import annotations

from collections import defaultdict

import pytest

from benchmarks.tracking.conveyor import Conveyor
from models.detection import Box


@pytest.mark.parametrize("fps", [30.0, 4.0])
def test_everything_keeps_its_identity_and_moves_with_the_belt(fps: float) -> None:
    seen: dict[int, list[tuple[int, str, Box]]] = defaultdict(list)
    frames = round(12 * fps)
    for number, (_, _, truth) in enumerate(Conveyor(320, 180, fps, seed=2).frames(frames)):
        assert len({found.track for found in truth}) == len(truth)
        for found in truth:
            assert found.track is not None
            assert found.box is not None
            seen[found.track].append((number, found.label, found.box))
    assert len(seen) > 10
    for sights in seen.values():
        numbers, labels, boxes = zip(*sights, strict=True)
        assert numbers == tuple(range(numbers[0], numbers[0] + len(numbers)))
        assert len(set(labels)) == 1
        assert len({(box.top, box.bottom) for box in boxes}) == 1
        # Whoever leaves has crossed the picture.
        if numbers[0] > 0 and numbers[-1] < frames - 1:
            assert boxes[0].left < 40
            assert boxes[-1].right > 280
