from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from pipelines.selection.premodel.strategies.calibration import Calibration, fit_calibration


@pytest.mark.parametrize(("offset", "slope"), [(0.0, 1.0), (-1.5, 0.6), (2.0, 2.5)])
def test_what_is_true_is_found_again(offset, slope):
    random = np.random.default_rng(0)
    certainty = random.uniform(0.02, 0.98, 20_000)
    truth = Calibration(offset, slope)
    right = random.uniform(0, 1, len(certainty)) < truth(certainty)
    found = fit_calibration(certainty, right.astype(float))
    assert found.offset == pytest.approx(offset, abs=0.1)
    assert found.slope == pytest.approx(slope, rel=0.08)


def test_fractions_of_being_right_count_as_such():
    certainty = np.linspace(0.05, 0.95, 200)
    quality = Calibration(0.3, 0.8)(certainty)
    found = fit_calibration(certainty, quality)
    assert found(certainty) == pytest.approx(quality, abs=0.005)


def test_on_average_it_expects_what_was():
    random = np.random.default_rng(1)
    certainty, right = random.uniform(0, 1, 300), (random.uniform(0, 1, 300) < 0.7).astype(float)
    assert fit_calibration(certainty, right)(certainty).mean() == pytest.approx(
        right.mean(), abs=0.01
    )


@given(
    arrays(np.float64, 30, elements=st.floats(0, 1)),
    arrays(np.float64, 30, elements=st.sampled_from([0.0, 0.5, 1.0])),
)
def test_it_is_finite_and_never_falls(certainty, quality):
    found = fit_calibration(certainty, quality)
    expected = found(np.linspace(0, 1, 50))
    assert np.isfinite(expected).all()
    assert ((expected >= 0) & (expected <= 1)).all()
    assert (np.diff(expected) >= 0).all()


def test_certainty_that_misleads_is_ignored():
    certainty = np.linspace(0.05, 0.95, 100)
    found = fit_calibration(certainty, (certainty < 0.5).astype(float))
    assert found.slope == 0
    assert found(0.9) == pytest.approx(0.5, abs=0.02)
