"""A turned and cut picture: pixel by pixel, with the truth where it is seen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Literal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.detection import Box, Detection, overlap
from models.errors import EndOfStream
from models.image import Image
from pipelines.cameras import CameraOptions, Region, View
from pipelines.cameras.source import camera_factory
from pipelines.cameras.synthetic import SyntheticCamera
from pipelines.cameras.view import ViewedCamera
from pipelines.shot import Shot

Rotation = Literal[0, 90, 180, 270]
TURNS: dict[Rotation, int] = {0: 0, 90: -1, 180: 2, 270: 1}  # as np.rot90 counts them


class Stills:
    """Delivers *images*, each with its truth, into the buffer where it fits."""

    fps = 5.0

    def __init__(self, *images: Image, truth: tuple[Detection, ...] | None = None) -> None:
        self._images = list(images)
        self._truth = truth
        self.closed = False

    def open(self) -> tuple[int, int]:
        height, width = self._images[0].shape[:2]
        return height, width

    def read(self, buffer: Image) -> Shot:
        if not self._images:
            raise EndOfStream("no more")
        image = self._images.pop(0)
        if buffer.shape != image.shape:
            buffer = np.empty_like(image)
        np.copyto(buffer, image)
        return Shot(buffer, 7.0, self._truth)

    def close(self) -> None:
        self.closed = True


def numbered(height: int, width: int) -> Image:
    """Every pixel another colour."""
    pixels = np.arange(height * width, dtype=np.uint32).reshape(height, width)
    return np.stack([pixels & 255, pixels >> 8, pixels >> 16], axis=2).astype(np.uint8)


def seen(camera: ViewedCamera) -> Shot:
    height, width = camera.open()
    buffer = np.empty((height, width, 3), np.uint8)
    shot = camera.read(buffer)
    assert shot.image is buffer  # the ring's slot itself
    return shot


@pytest.mark.parametrize("rotation", TURNS)
@pytest.mark.parametrize("region", [(0, 0, 1, 1), (0.25, 0.5, 0.5, 0.25), (0.9, 0.9, 0.1, 0.1)])
def test_the_picture_is_turned_then_cut(rotation: Rotation, region: Region) -> None:
    image = numbered(40, 80)
    shot = seen(ViewedCamera(Stills(image), View(rotation, region)))
    turned = np.rot90(image, TURNS[rotation])
    height, width = turned.shape[:2]
    left, top, wide, high = region
    rows = slice(round(top * height), round((top + high) * height))
    columns = slice(round(left * width), round((left + wide) * width))
    assert np.array_equal(shot.image, turned[rows, columns])
    assert shot.captured_s == 7.0


@pytest.mark.parametrize("rotation", TURNS)
def test_the_truth_is_where_it_is_seen(rotation: Rotation) -> None:
    """A patch of one colour, and what its box says."""
    image = np.zeros((60, 100, 3), np.uint8)
    image[10:30, 20:60] = 255
    truth = (
        Detection("patch", 1.0, Box(20, 10, 60, 30)),
        Detection("beyond", 1.0, Box(90, 50, 100, 60)),
        Detection("whole", 1.0),
    )
    view = View(rotation, {0: (0.1, 0.0, 0.6, 0.7), 180: (0.3, 0.3, 0.6, 0.7)}.get(
        rotation, (0.1, 0.1, 0.8, 0.8)
    ))  # fmt: skip
    shot = seen(ViewedCamera(Stills(image, truth=truth), view))
    found = {each.label: each.box for each in shot.truth or ()}
    rows, columns = np.nonzero(shot.image[:, :, 0])
    bright = Box(columns.min(), rows.min(), columns.max() + 1, rows.max() + 1)
    assert overlap(found["patch"], bright) == pytest.approx(1.0)
    assert set(found) == {"patch", "whole"}
    assert found["whole"] is None


def test_what_is_less_than_half_in_the_region_is_not_asked_for() -> None:
    truth = (Detection("in", 1.0, Box(5, 0, 15, 10)), Detection("out", 1.0, Box(6, 0, 17, 10)))
    view = View(0, (0.0, 0.0, 0.5, 1.0))
    shot = seen(ViewedCamera(Stills(numbered(10, 20), truth=truth), view))
    assert shot.truth == (replace(truth[0], box=Box(5, 0, 10, 10)),)


def test_a_camera_that_changes_its_size_is_followed() -> None:
    camera = ViewedCamera(Stills(numbered(40, 80), numbered(20, 40)), View(90))
    assert camera.open() == (80, 40)
    assert camera.fps == 5.0
    buffer = np.empty((80, 40, 3), np.uint8)
    assert camera.read(buffer).image is buffer
    smaller = camera.read(buffer)
    assert np.array_equal(smaller.image, np.rot90(numbered(20, 40), -1))
    with pytest.raises(EndOfStream):
        camera.read(buffer)
    camera.close()


SHARES = st.floats(0.0, 1.0)


@given(
    st.sampled_from(list(TURNS)),
    st.tuples(SHARES, SHARES, SHARES, SHARES),
    st.integers(1, 40),
    st.integers(1, 40),
)
def test_there_is_always_a_pixel_left(
    rotation: Rotation, shares: Region, height: int, width: int
) -> None:
    left, top, wide, high = shares
    region = (left, top, wide * (1 - left), high * (1 - top))
    shot = seen(ViewedCamera(Stills(numbered(height, width)), View(rotation, region)))
    assert min(shot.image.shape) >= 1


@pytest.fixture
def build() -> Callable[[View], object]:
    return lambda view: camera_factory("synthetic:64x48@1000", CameraOptions(), view)()


def test_a_source_is_seen_through_a_view(build: Callable[[View], object]) -> None:
    assert isinstance(build(View()), SyntheticCamera)
    camera = build(View(90, (0.0, 0.0, 1.0, 0.5)))
    assert isinstance(camera, ViewedCamera)
    assert camera.open() == (32, 48)
    shot = camera.read(np.empty((32, 48, 3), np.uint8))
    assert shot.truth is not None
    camera.close()
