"""What stands still in the synthetic scene (hall, rails, light), and the belt's endless texture."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from pipelines.live.frame import Image

# Where things are, in units of which the picture's height has 720.
_BELT = (128, 590)
BELT_PERIOD = 960  # the belt's texture repeats after this length
LIGHT_UNITY = 190  # the value of `lighting` that leaves a colour as it is

_STEEL = (150, 146, 140)
_RUBBER = (78, 76, 66)


def belt_rows(height: int) -> slice:
    """The rows of a picture *height* high that the belt fills."""
    return slice(round(_BELT[0] * height / 720), round(_BELT[1] * height / 720))


def draw_hall(width: int, height: int, rng: np.random.Generator) -> Image:
    """The picture without its belt: a hall out of focus, two steel rails, the floor before them."""
    unit = height / 720
    image = np.empty((height, width, 3), np.uint8)
    belt = belt_rows(height)
    image[belt] = _RUBBER
    _draw_shelves(image[: belt.start], unit, rng)
    _draw_floor(image[belt.stop :], unit)
    _draw_rail(image[round((_BELT[0] - 26) * unit) : belt.start], unit, bolts=96)
    front = image[belt.stop : round((_BELT[1] + 46) * unit)]
    _draw_rail(front, unit, bolts=160)
    _draw_plate(front, unit)
    return image


def _draw_shelves(image: Image, unit: float, rng: np.random.Generator) -> None:
    """Shelves with goods and lamps, so far behind that they are only blurs."""
    height, width = image.shape[:2]
    image[:] = (58, 50, 44)
    for _ in range(46):
        x, w, h = rng.uniform((0, 26, 20), (width / unit, 120, 74)) * unit
        shelf = rng.choice((0.42, 0.9)) * height
        tint = rng.uniform(0.35, 0.8) * np.array(((120, 150, 178), (130, 112, 88))[rng.integers(2)])
        cv2.rectangle(image, (int(x), int(shelf - h)), (int(x + w), int(shelf)), tint.tolist(), -1)
    for shelf in (0.42, 0.9):
        y = int(shelf * height)
        cv2.line(image, (0, y), (width, y), (150, 96, 52), max(1, round(7 * unit)))
    image[:] = cv2.GaussianBlur(image, (0, 0), 11 * unit)
    glow = np.zeros_like(image)
    for _ in range(7):
        centre = rng.uniform((0, 0), (width, height * 0.6)).astype(int)
        radius = max(1, round(rng.uniform(9, 17) * unit))
        cv2.circle(glow, tuple(map(int, centre)), radius, (70, 104, 124), -1, cv2.LINE_AA)
    image[:] = cv2.add(image, cv2.GaussianBlur(glow, (0, 0), 3.2 * unit))


def _draw_floor(image: Image, unit: float) -> None:
    """Dark under the conveyor, lighter towards the viewer, with a painted line."""
    ramp = np.linspace(0.35, 1.0, image.shape[0])[:, None, None]
    image[:] = (ramp * (74, 70, 66)).astype(np.uint8)
    y = round(104 * unit)
    cv2.line(image, (0, y), (image.shape[1], y), (34, 122, 150), max(1, round(13 * unit)))
    image[:] = cv2.GaussianBlur(image, (0, 0), 2.5 * unit)


def _draw_rail(image: Image, unit: float, bolts: int) -> None:
    """A brushed profile: bright upper edge, groove, bolts."""
    height, width = image.shape[:2]
    y = np.linspace(0, 1, height)
    profile = 0.62 + 0.34 * np.exp(-(((y - 0.22) / 0.12) ** 2)) - 0.3 * y
    profile[y > 0.93] *= 0.55
    sheen = 0.86 + 0.2 * np.exp(-(((np.arange(width) / width - 0.42) / 0.3) ** 2))
    image[:] = np.clip((profile[:, None] * sheen)[..., None] * _STEEL, 0, 255).astype(np.uint8)
    for x in np.arange(bolts / 2, width / unit, bolts) * unit:
        centre = np.array((x, height * 0.58))
        _draw_disc(image, centre, 4.6 * unit, (62, 60, 58))
        _draw_disc(image, centre - 0.8 * unit, 3.0 * unit, (158, 156, 152))


def _draw_disc(
    image: Image, centre: npt.NDArray[np.float64], radius: float, colour: tuple[int, int, int]
) -> None:
    x, y = np.rint(centre * 16).astype(int).tolist()
    cv2.circle(image, (x, y), round(radius * 16), colour, -1, cv2.LINE_AA, 4)


def _draw_plate(rail: Image, unit: float) -> None:
    """The maker's plate on the front rail."""
    if unit < 0.5:
        return  # its letters would be crumbs
    w, h = round(178 * unit), round(28 * unit)
    left, top = (rail.shape[1] - w) // 2, round(9 * unit)
    cv2.rectangle(rail, (left, top), (left + w, top + h), (44, 40, 36), -1)
    cv2.rectangle(rail, (left, top), (left + w, top + h), (128, 124, 118), 1, cv2.LINE_AA)
    text, font, size = "SACCADE  LINE 1", cv2.FONT_HERSHEY_DUPLEX, 0.52 * unit
    (length, letters), _ = cv2.getTextSize(text, font, size, 1)
    start = (left + (w - length) // 2, top + (h + letters) // 2)
    cv2.putText(rail, text, start, font, size, (208, 206, 200), max(1, round(unit)), cv2.LINE_AA)


def draw_belt(width: int, height: int, rng: np.random.Generator) -> Image:
    """The belt, one period and a picture's width long, so that any window of it is a slice."""
    unit = np.float32(height / 720)
    rows = belt_rows(height)
    period = round(BELT_PERIOD * height / 720)
    x = np.arange(period, dtype=np.float32) / unit
    y = np.arange(rows.stop - rows.start, dtype=np.float32)[:, None] / unit
    grain = rng.standard_normal((y.size, period), np.float32)
    stains = cv2.resize(rng.standard_normal((5, 9), np.float32), (period, y.size))
    stains *= np.sin(np.pi * x / BELT_PERIOD)  # none where the ends join
    weave = np.sin(np.pi / 6 * x) * np.cos(np.pi / 6 * y)
    seam = np.abs(x - BELT_PERIOD / 2 - (y - 230) * 0.12)
    tone = 2.4 * grain + 3.2 * weave + 3.5 * stains
    tone += 13 * np.exp(-((seam / 1.4) ** 2)) - 16 * np.exp(-(((seam - 4) / 1.8) ** 2))
    edge = np.minimum(y, y[::-1])
    line = np.exp(-(((edge - 13) / 2.2) ** 2)) * (0.5 + 0.08 * grain)  # worn paint
    colours = [
        rubber + tone + line * (paint - rubber)
        for rubber, paint in zip(_RUBBER, (60, 168, 196), strict=True)
    ]
    belt = np.dstack([cv2.convertScaleAbs(colour) for colour in colours])
    return np.concatenate([belt] * (1 + -(-width // period)), axis=1)


def lighting(width: int, height: int) -> Image:
    """The lamps' light on the belt, for every channel; LIGHT_UNITY leaves a colour as it is."""
    rows = belt_rows(height)
    x = (np.arange(width, dtype=np.float32) / width - 0.45) / 0.52
    y = np.arange(rows.stop - rows.start, dtype=np.float32)[:, None]
    pool = 0.6 + 0.5 * np.exp(-(x**2) - ((y / y.size - 0.42) / 0.85) ** 2)
    units = y * 720 / height
    pool *= 1 - 0.5 * np.exp(-units / 9) - 0.25 * np.exp(-units[::-1] / 6)
    warmth = (0.97, 1.0, 1.03)
    return np.dstack([cv2.convertScaleAbs(pool, alpha=LIGHT_UNITY * part) for part in warmth])
