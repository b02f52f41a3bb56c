"""YuNet on arrays written by hand: 64×32 pixels have 32, 8 and 2 cells."""

from __future__ import annotations

import numpy as np
import pytest

from models.decoders import DecoderSpec
from models.decoders.yunet import make
from models.errors import ManifestError

SIZES = {8: 32, 16: 8, 32: 2}
LOG2 = np.log(2)

CASES = [
    # stride, cell, class, objectness, (x, y, log w, log h) → score and box
    # Column 3 of row 2: the corner is at 24, 16.
    (8, 19, 1, 1, (0, 0, 0, 0), (1.0, (20, 12, 28, 20))),
    (8, 19, 1, 1, (0.5, 0.5, LOG2, 0), (1.0, (20, 16, 36, 24))),
    (16, 5, 1, 1, (0, 0, 0, 0), (1.0, (8, 8, 24, 24))),
    (32, 1, 1, 1, (0.5, 0.5, 0, 0), (1.0, (32, 0, 64, 32))),
    # The score is √(class · objectness), of values cut to 0…1.
    (8, 19, 0.5, 0.5, (0, 0, 0, 0), (0.5, (20, 12, 28, 20))),
    (8, 19, 7, 0.36, (0, 0, 0, 0), (0.6, (20, 12, 28, 20))),
    (8, 19, -7, -1, (0, 0, 0, 0), None),
    (8, 19, 1, 0.08, (0, 0, 0, 0), None),  # 0.28
    (8, 19, np.nan, 1, (0, 0, 0, 0), None),
    (8, 19, 1, 1, (0, 0, 1e9, 0), None),
]


def arrays() -> dict[str, np.ndarray]:
    return {
        f"{kind}_{stride}": np.zeros((1, n, width), np.float32)
        for kind, width in (("cls", 1), ("obj", 1), ("bbox", 4), ("kps", 10))
        for stride, n in SIZES.items()
    }


@pytest.mark.parametrize("step", [1, -1])
@pytest.mark.parametrize(("stride", "cell", "cls", "obj", "bbox", "expected"), CASES)
def test_one_cell(
    stride: int,
    cell: int,
    cls: float,
    obj: float,
    bbox: tuple[float, ...],
    expected: tuple[float, tuple[float, ...]] | None,
    step: int,
) -> None:
    given = arrays()
    given[f"cls_{stride}"][0, cell] = cls
    given[f"obj_{stride}"][0, cell] = obj
    given[f"bbox_{stride}"][0, cell] = bbox
    names, outputs = tuple(given)[::step], list(given.values())[::step]
    spec = DecoderSpec(width=64, height=32, classes=1, score_threshold=0.3, output_names=names)
    found = make(spec)(outputs)
    assert found.boxes is not None
    if expected is None:
        assert len(found.scores) == 0
    else:
        np.testing.assert_allclose(found.scores, [expected[0]], rtol=1e-6)
        np.testing.assert_allclose(found.boxes, [expected[1]], atol=1e-4)


def test_it_knows_only_faces() -> None:
    with pytest.raises(ManifestError, match="2 labels, but the network has 1 classes"):
        make(DecoderSpec(width=64, height=32, classes=2))
