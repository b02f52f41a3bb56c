"""The motion gate on drawn scenes: noise, light, and things that move anywhere."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.image import Image
from pipelines.live.motion import MotionGate, MotionOptions

FPS = 16  # a period that adds up without rounding
HEARTBEAT_S = 2.0
WIDTH, HEIGHT = 320, 180


def scene(seed: int = 0, width: int = WIDTH, height: int = HEIGHT) -> Image:
    """A picture with surfaces of all kinds of brightness, between 40 and 200."""
    rng = np.random.default_rng(seed)
    coarse = rng.integers(40, 200, (6, 8, 3), np.uint8)
    return np.asarray(cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC), np.uint8)


def noisy(image: Image, rng: np.random.Generator, sigma: float) -> Image:
    noise = rng.normal(0, sigma, image.shape)
    return np.clip(np.rint(image + noise), 0, 255).astype(np.uint8)


def lit(image: Image, gain: float, offset: float) -> Image:
    return np.clip(np.rint(image * gain + offset), 0, 255).astype(np.uint8)


def with_patch(image: Image, x: int, y: int, side: int = 24, contrast: int = 60) -> Image:
    changed = image.copy()
    part = changed[y : y + side, x : x + side].astype(int)
    # Away from the nearer end of the scale, so that the contrast is all there.
    part += contrast if part.mean() < 128 else -contrast
    changed[y : y + side, x : x + side] = np.clip(part, 0, 255)
    return changed


class Watch:
    """A gate that sees one picture after the other at a steady rate."""

    def __init__(self, sensitivity: float = 0.5) -> None:
        self.gate = MotionGate(MotionOptions(sensitivity, HEARTBEAT_S))
        self.at = 0

    def look(self, image: Image) -> bool:
        self.at += 1
        return self.gate.passes(image, self.at / FPS)

    def settle(self, image: Image) -> None:
        """Until a heartbeat has just passed."""
        for _ in range(3 * FPS):
            self.look(image)
        while not self.look(image):
            pass


@pytest.mark.parametrize("sigma", [0.0, 3.0, 8.0])
def test_of_a_still_noisy_scene_only_heartbeats_pass(sigma: float) -> None:
    watch, still, rng = Watch(), scene(), np.random.default_rng(1)
    passed = [watch.look(noisy(still, rng, sigma)) for _ in range(20 * FPS)]
    assert passed[0]
    # The noise is learned first; the one look more after it counts as motion too.
    looks = [n for n, each in enumerate(passed) if each and n > 4 * FPS]
    assert np.diff(looks).tolist() == [HEARTBEAT_S * FPS] * (len(looks) - 1)
    assert len(looks) >= 7


@settings(max_examples=60)
@given(
    x=st.integers(0, WIDTH - 24),
    y=st.integers(0, HEIGHT - 24),
    seed=st.integers(0, 5),
    gain=st.floats(0.95, 1.05),
)
def test_a_patch_passes_wherever_it_appears(x: int, y: int, seed: int, gain: float) -> None:
    watch, still = Watch(), scene(seed)
    watch.settle(still)
    assert not watch.look(still)
    assert watch.look(with_patch(lit(still, gain, 0), x, y))


def test_every_step_of_something_that_moves_passes() -> None:
    watch, still = Watch(), scene()
    watch.settle(still)
    assert all(watch.look(with_patch(still, 4 * n, 60)) for n in range(70))


def test_what_creeps_passes_again_and_again() -> None:
    watch, still = Watch(), np.full((HEIGHT, WIDTH, 3), 90, np.uint8)
    watch.settle(still)
    # A pixel in ten frames: hardly a difference from one frame to the next.
    passed = [watch.look(with_patch(still, 40 + n // 10, 60)) for n in range(30 * FPS)]
    looks = np.flatnonzero(passed)
    assert np.diff(looks).max() <= HEARTBEAT_S * FPS
    assert len(looks) > 30 * 1.5 / HEARTBEAT_S  # not by heartbeats alone


def test_what_came_to_rest_is_looked_at_once_more() -> None:
    watch, still = Watch(), scene()
    watch.settle(still)
    moving = [watch.look(with_patch(still, 4 * n, 60)) for n in range(10)]
    assert all(moving)
    resting = [watch.look(with_patch(still, 36, 60)) for _ in range(FPS)]
    assert np.flatnonzero(resting).tolist() == [FPS // 2 - 1]


@pytest.mark.parametrize("per_s", [-1.5, 1.5])
def test_light_that_changes_slowly_is_no_motion(per_s: float) -> None:
    watch, still = Watch(), scene()
    watch.settle(still)
    looks = [
        n
        for n in range(10 * FPS)
        if watch.look(lit(still, 1 + 0.01 * per_s * n / FPS, per_s * n / FPS))
    ]
    assert np.diff(looks).tolist() == [HEARTBEAT_S * FPS] * (len(looks) - 1)


@pytest.mark.parametrize(("gain", "offset"), [(1.0, 30), (0.6, 0), (1.3, 10), (0.5, 20)])
def test_light_that_is_switched_passes_once(gain: float, offset: float) -> None:
    watch, still = Watch(), scene()
    watch.settle(still)
    after = lit(still, gain, offset)
    assert [watch.look(after) for _ in range(10)] == [True] + [False] * 9


def test_what_is_too_bright_for_the_camera_may_stay_so_in_less_light() -> None:
    watch, still = Watch(), scene()
    still[20:60, 20:80] = 255
    watch.settle(still)
    dimmer = lit(still, 0.94, 0)
    dimmer[20:60, 20:80] = 255
    assert not watch.look(dimmer)


def test_a_place_that_always_shimmers_is_learned_and_others_are_not() -> None:
    watch, still, rng = Watch(), scene(), np.random.default_rng(2)

    def shimmering(image: Image) -> Image:
        water = image.copy()
        water[100:148, 200:264] = noisy(image[100:148, 200:264], rng, 10)
        return water

    passed = [watch.look(shimmering(still)) for _ in range(20 * FPS)]
    assert sum(passed[:FPS]) > FPS / 2  # at first it counts
    assert sum(passed[-10 * FPS :]) <= 10 / HEARTBEAT_S
    assert not watch.look(shimmering(still))
    assert watch.look(shimmering(with_patch(still, 60, 40, 24, 5)))


def test_what_is_always_lively_goes_on_passing() -> None:
    watch, still = Watch(), scene()
    passed = [watch.look(with_patch(still, 4 * (n % 60), 60)) for n in range(60 * FPS)]
    assert all(passed)


def test_more_sensitivity_lets_smaller_changes_pass() -> None:
    still = scene()
    faint = with_patch(still, 100, 80, 16, 12)
    seen = []
    for sensitivity in (0.0, 0.5, 1.0):
        watch = Watch(sensitivity)
        watch.settle(still)
        seen.append(watch.look(faint))
    assert seen == sorted(seen)
    assert seen[0] is not seen[-1]


@pytest.mark.parametrize(
    ("width", "height"), [(1, 1), (7, 3), (63, 2000), (161, 91), (1279, 719), (1920, 1080)]
)
def test_pictures_of_any_size(width: int, height: int) -> None:
    watch = Watch()
    still = scene(0, width, height)
    watch.settle(still)
    assert not watch.look(still)
    assert watch.look(255 - still if still.mean() < 100 else still // 2)


def test_another_size_passes() -> None:
    watch = Watch()
    watch.settle(scene())
    assert watch.look(scene(0, 640, 360))
    assert not watch.look(scene(0, 640, 360))


def test_a_frame_after_a_pause_passes() -> None:
    gate = MotionGate(MotionOptions())
    assert gate.passes(scene(), 5.0)
    assert not gate.passes(scene(), 5.1)
    assert gate.passes(scene(), 60.0)
