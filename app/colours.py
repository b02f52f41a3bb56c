"""The colours that tell labels and candidates apart, and which ink reads well on a colour.

docs/decisions/0004-colours.md says what has which colour.
"""

from __future__ import annotations

Rgb = tuple[int, int, int]

# After Okabe and Ito, "Color universal design" (2008): sky blue, orange, purple, yellow, green,
# vermilion, blue; told apart with every common kind of colour blindness, brightened for pictures
# and the dark theme.
PALETTE: tuple[Rgb, ...] = (
    (86, 180, 233),
    (245, 166, 35),
    (204, 121, 167),
    (240, 228, 66),
    (0, 158, 115),
    (224, 102, 46),
    (91, 127, 219),
)

_BLACK: Rgb = (0, 0, 0)
_WHITE: Rgb = (255, 255, 255)
_seen: dict[str, int] = {}


def label_colour(label: str) -> Rgb:
    """The label's colour, the same in the window, in snapshots and in saved videos of a run.

    Given out in the order of appearance: so few labels that share a scene share a colour,
    whatever the network's list of labels is.
    """
    # setdefault is atomic: the window, the recorder and a snapshot may ask at once.
    return PALETTE[_seen.setdefault(label, len(_seen)) % len(PALETTE)]


def luminance(colour: Rgb) -> float:
    """The relative luminance in 0…1 of WCAG 2."""
    red, green, blue = (_linear(value / 255) for value in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: Rgb, other: Rgb) -> float:
    """The contrast ratio in 1…21 of WCAG 2."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def text_on(colour: Rgb) -> Rgb:
    """Black or white, whichever reads better on *colour*."""
    return max(_BLACK, _WHITE, key=lambda ink: contrast(ink, colour))


def _linear(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else float(((value + 0.055) / 1.055) ** 2.4)
