"""[[camera.zone]] as config.toml has it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from msgspec import Meta, Struct

from models.errors import ConfigError
from pipelines.tracking.zones import Zone, crosses_itself

Share = Annotated[float, Meta(ge=0, le=1)]
ZoneName = Annotated[
    str,
    Meta(pattern=r"^[^\x00-\x1f\x7f]{1,64}$", description="1 to 64 printable characters"),
]


class ZoneConfig(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One zone: a polygon in fractions of the camera's picture."""

    name: ZoneName
    points: Annotated[tuple[tuple[Share, Share], ...], Meta(min_length=3)]
    labels: tuple[Annotated[str, Meta(min_length=1)], ...] = ()

    @property
    def zone(self) -> Zone:
        """What the tracks are compared with."""
        return Zone(self.name, self.points, self.labels)


def check_zones(zones: Sequence[ZoneConfig], camera: str) -> None:
    """Raises ConfigError, in whose sentence *camera* says whose *zones* they are."""
    names = [zone.name for zone in zones]
    for index, zone in enumerate(zones):
        if zone.name in names[:index]:
            raise ConfigError(
                f"{camera}.zone[{index}].name = {zone.name!r}: another zone of this camera has "
                f"this name; every zone needs its own"
            )
        if crosses_itself(zone.points):
            raise ConfigError(
                f"{camera}.zone[{index}].points = {[list(point) for point in zone.points]}: the "
                f"polygon crosses itself; expected its corners in order around it"
            )
