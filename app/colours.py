"""One colour per label, the same in the window, in snapshots and in saved videos of a run.

The set of Okabe and Ito (2008), told apart with every common kind of colour blindness, without
its black and with the blues lightened for dark pictures.
"""

from __future__ import annotations

Rgb = tuple[int, int, int]

PALETTE: tuple[Rgb, ...] = (
    (86, 180, 233),
    (230, 159, 0),
    (0, 188, 140),
    (240, 228, 66),
    (92, 152, 240),
    (240, 120, 50),
    (222, 140, 190),
)


_seen: dict[str, int] = {}


def label_colour(label: str) -> Rgb:
    """The label's colour, given out in the order of appearance.

    So few labels that share a scene share a colour, whatever the network's list of labels is.
    """
    # setdefault is atomic: the window, the recorder and a snapshot may ask at once.
    return PALETTE[_seen.setdefault(label, len(_seen)) % len(PALETTE)]


def text_on(colour: Rgb) -> Rgb:
    """Black or white, whichever reads better on *colour* (relative luminance, WCAG 2)."""
    red, green, blue = (_linear(value / 255) for value in colour)
    luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    return (0, 0, 0) if luminance > 0.179 else (255, 255, 255)


def _linear(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else float(((value + 0.055) / 1.055) ** 2.4)
