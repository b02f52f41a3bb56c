"""What the pictures of a set are made of; the two share no label, texture or letter."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from models.rendering import drawings_other, drawings_plain, drawings_round, look_alikes
from models.rendering.clutter import fittings, heap, thicket
from models.rendering.lettering import Lettering, stroked, typeset
from models.rendering.pen import Drawing
from models.rendering.scenery import bodies, street
from models.rendering.textures import OTHER_TEXTURES, TEXTURES, Texture

CLASSES: tuple[str, ...] = tuple(drawings_plain.DRAWINGS)


@dataclass(frozen=True, slots=True)
class Style:
    """*stream* keeps the random numbers of one set apart from those of another.

    *turned* is the share of labels that lie on a side or upside down. *worn*: stickers are creased,
    dirty and badly printed too, and the camera bends the tones, more than is needed for a picture
    that looks right; what is learned from such pictures holds for others. *strewn* is the share of
    the pictures without parcels, whose labels lie on a ground as full as a photograph.
    """

    stream: int
    drawings: tuple[Mapping[str, Drawing], ...]
    look_alikes: tuple[Drawing, ...]
    textures: tuple[Texture, ...]
    lettering: Lettering
    turned: float = 0.12
    worn: bool = False
    strewn: float = 0.0


TRAIN = Style(
    stream=0,
    drawings=(drawings_plain.DRAWINGS, drawings_round.DRAWINGS),
    look_alikes=look_alikes.LOOK_ALIKES,
    textures=(*TEXTURES, heap, thicket, fittings, bodies, street),
    lettering=typeset,
    turned=0.24,
    worn=True,
    strewn=0.5,
)
HELD_OUT = Style(
    stream=1,
    drawings=(drawings_other.DRAWINGS,),
    look_alikes=look_alikes.OTHER_LOOK_ALIKES,
    textures=OTHER_TEXTURES,
    lettering=stroked,
)
# What was learned, shown as the held-out pictures are: they differ in the drawings alone.
FAMILIAR = replace(TRAIN, stream=2, turned=HELD_OUT.turned, worn=False, strewn=0.0)
