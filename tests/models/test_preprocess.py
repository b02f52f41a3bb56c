"""From images to tensors: against a slow formula, and back again through the geometry."""

from __future__ import annotations

import tracemalloc
from typing import Any

import numpy as np
import pytest

from models.errors import ManifestError
from models.manifest import Input
from models.preprocess import Preprocessor


def spec(width: int = 64, height: int = 48, **keys: Any) -> Input:
    return Input(width=width, height=height, **keys)


def noise(height: int, width: int, seed: int = 0) -> Any:
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3), np.uint8)


def one_colour(height: int, width: int, blue: int, green: int, red: int) -> Any:
    return np.full((height, width, 3), (blue, green, red), np.uint8)


@pytest.mark.parametrize("colour", ["bgr", "rgb"])
@pytest.mark.parametrize("layout", ["nchw", "nhwc"])
@pytest.mark.parametrize(
    ("mean", "std"),
    [
        ((0, 0, 0), (1, 1, 1)),
        ((0, 0, 0), (255, 255, 255)),
        ((10, 20, 30), (1, 1, 1)),
        ((103.53, 116.28, 123.675), (57.375, 57.12, 58.395)),
    ],
)
def test_values_order_and_layout(
    colour: Any, layout: Any, mean: tuple[float, ...], std: tuple[float, ...]
) -> None:
    # An image of the input's size is not resized, so every value is known.
    image = noise(48, 64)
    blob, _ = Preprocessor(spec(colour=colour, layout=layout, mean=mean, std=std))(image)
    ordered = image[..., ::-1] if colour == "rgb" else image
    expected = (ordered.astype(np.float64) - mean) / std
    if layout == "nchw":
        expected = expected.transpose(2, 0, 1)
    assert blob.dtype == np.float32
    assert blob.flags.c_contiguous
    np.testing.assert_allclose(blob, expected[None], atol=1e-4, rtol=1e-6)


def test_bytes_as_they_are() -> None:
    image = noise(48, 64)
    blob, _ = Preprocessor(spec(dtype="uint8", layout="nhwc"))(image)
    assert blob.dtype == np.uint8
    np.testing.assert_array_equal(blob, image[None])


def test_bytes_cannot_be_normalised() -> None:
    with pytest.raises(ManifestError, match="uint8"):
        Preprocessor(spec(dtype="uint8", std=(255, 255, 255)))


@pytest.mark.parametrize(
    ("fit", "rows", "columns"),
    [
        # A 200×100 image in 64×48: 64×32 of it are used.
        ("stretch", slice(0, 48), slice(0, 64)),
        ("letterbox", slice(8, 40), slice(0, 64)),
        ("letterbox-topleft", slice(0, 32), slice(0, 64)),
    ],
)
def test_where_the_image_lies(fit: Any, rows: slice, columns: slice) -> None:
    settings = spec(fit=fit, pad=50, mean=(1, 2, 3), std=(4, 4, 4))
    blob, _ = Preprocessor(settings)(one_colour(100, 200, 200, 100, 0))
    padding = np.array([(50 - mean) / 4 for mean in (1, 2, 3)])
    expected = np.broadcast_to(padding[:, None, None], (3, 48, 64)).copy()
    colour = [(value - mean) / 4 for value, mean in zip((200, 100, 0), (1, 2, 3), strict=True)]
    expected[:, rows, columns] = np.array(colour)[:, None, None]
    np.testing.assert_allclose(blob[0], expected, atol=1e-5)


def test_a_tall_image_is_padded_at_its_sides() -> None:
    blob, _ = Preprocessor(spec(fit="letterbox", pad=0))(one_colour(400, 200, 9, 9, 9))
    used = np.flatnonzero(blob[0, 0].any(axis=0))
    assert (used.min(), used.max()) == (20, 43)
    assert blob[0, 0, :, 20:44].all()


@pytest.mark.parametrize("scale", [1, 10])
def test_crop_takes_the_middle(scale: int) -> None:
    # The central half of the short side, which is the white square.
    image = np.zeros((40 * scale, 60 * scale, 3), np.uint8)
    image[10 * scale : 30 * scale, 20 * scale : 40 * scale] = 255
    blob, geometry = Preprocessor(spec(16, 16, fit="crop", crop=0.5))(image)
    assert (blob == 255).all()
    corners = np.array([[0, 0, 16, 16]], np.float32)
    expected = np.array([[20, 10, 40, 30]]) * scale
    np.testing.assert_allclose(geometry.to_image(corners), expected, atol=1e-4)


def test_a_crop_that_shrinks_does_not_alias() -> None:
    # A board of 3×3 squares, which bilinear interpolation alone turns into coarse stripes.
    rows, columns = np.indices((480, 480)) // 3
    board = np.repeat(((rows + columns) % 2 * 255).astype(np.uint8)[..., None], 3, axis=2)
    blob, _ = Preprocessor(spec(112, 112, fit="crop"))(board)
    aliased, _ = Preprocessor(spec(112, 112, fit="stretch"))(board)
    assert blob.std() < 0.7 * aliased.std()
    assert abs(blob.mean() - 127.5) < 3


@pytest.mark.parametrize("fit", ["stretch", "letterbox", "letterbox-topleft", "crop"])
@pytest.mark.parametrize(("height", "width"), [(100, 200), (200, 100), (48, 64), (1080, 1920)])
def test_what_is_found_in_the_input_is_mapped_to_the_image(
    fit: Any, height: int, width: int
) -> None:
    # A white rectangle around the image's centre, found by looking at the blob.
    image = np.zeros((height, width, 3), np.uint8)
    box = np.array([width * 0.4, height * 0.3, width * 0.6, height * 0.7])
    left, top, right, bottom = box.round().astype(int)
    image[top:bottom, left:right] = 255
    blob, geometry = Preprocessor(spec(256, 192, fit=fit, pad=0, crop=0.9))(image)
    rows, columns = (np.flatnonzero((blob[0, 0] > 127).any(axis=axis)) for axis in (1, 0))
    found = [columns[0], rows[0], columns[-1] + 1, rows[-1] + 1]
    mapped = geometry.to_image(np.array([found], np.float32))[0]
    pixel = max(geometry.scale_x, geometry.scale_y, 1)
    np.testing.assert_allclose(mapped, [left, top, right, bottom], atol=pixel)


def test_boxes_are_clipped_to_the_image() -> None:
    _, geometry = Preprocessor(spec(fit="letterbox"))(one_colour(100, 200, 0, 0, 0))
    # The whole input, padding included.
    mapped = geometry.to_image(np.array([[0, 0, 64, 48]], np.float32))
    np.testing.assert_allclose(mapped, [[0, 0, 200, 100]])


def test_the_size_may_change_between_images() -> None:
    settings = spec(fit="letterbox", pad=7)
    preprocess = Preprocessor(settings)
    for height, width in ((100, 200), (200, 100), (48, 64), (100, 200), (300, 301)):
        image = noise(height, width)
        blob, geometry = preprocess(image)
        fresh, expected = Preprocessor(settings)(image)
        np.testing.assert_array_equal(blob, fresh)
        assert geometry == expected


@pytest.mark.parametrize("fit", ["stretch", "letterbox", "letterbox-topleft", "crop"])
@pytest.mark.parametrize(("height", "width"), [(1, 1), (1, 5000), (5000, 1), (10000, 10000)])
def test_extreme_sizes(fit: Any, height: int, width: int) -> None:
    blob, geometry = Preprocessor(spec(fit=fit, pad=200))(one_colour(height, width, 200, 200, 200))
    assert (blob == 200).all()
    mapped = geometry.to_image(np.array([[0, 0, 64, 48]], np.float32))
    assert (mapped >= 0).all()
    assert (mapped <= [width, height, width, height]).all()


def test_a_read_only_view_of_a_larger_array() -> None:
    # As the ring's slots are.
    buffer = noise(100, 300)
    view = buffer[10:60, 20:120]
    view.flags.writeable = False
    blob, _ = Preprocessor(spec())(view)
    expected, _ = Preprocessor(spec())(view.copy())
    np.testing.assert_array_equal(blob, expected)


@pytest.mark.parametrize("fit", ["stretch", "letterbox", "crop"])
def test_nothing_large_is_allocated_per_image(fit: Any) -> None:
    preprocess = Preprocessor(spec(640, 640, fit=fit, mean=(1, 2, 3), std=(4, 5, 6)))
    images = [noise(720, 1280, seed) for seed in range(3)]
    preprocess(images[0])
    tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        for image in images:
            preprocess(image)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    # The blob alone has 4.9 MB; numpy 1 converts through a buffer of 65 kB.
    assert peak - before < 70_000
