"""What the pictures of a set are made of; the two share no label, texture or letter."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from models.rendering import drawings_other, drawings_plain, drawings_round, look_alikes
from models.rendering.clutter import fittings, heap, thicket
from models.rendering.lettering import Lettering, stroked, typeset
from models.rendering.pen import Drawing
from models.rendering.textures import OTHER_TEXTURES, TEXTURES, Texture

CLASSES: tuple[str, ...] = tuple(drawings_plain.DRAWINGS)


@dataclass(frozen=True, slots=True)
class Style:
    """*stream* keeps the random numbers of one set apart from those of another."""

    stream: int
    drawings: tuple[Mapping[str, Drawing], ...]
    look_alikes: tuple[Drawing, ...]
    textures: tuple[Texture, ...]
    lettering: Lettering


TRAIN = Style(
    stream=0,
    drawings=(drawings_plain.DRAWINGS, drawings_round.DRAWINGS),
    look_alikes=look_alikes.LOOK_ALIKES,
    textures=(*TEXTURES, heap, thicket, fittings),
    lettering=typeset,
)
HELD_OUT = Style(
    stream=1,
    drawings=(drawings_other.DRAWINGS,),
    look_alikes=look_alikes.OTHER_LOOK_ALIKES,
    textures=OTHER_TEXTURES,
    lettering=stroked,
)
