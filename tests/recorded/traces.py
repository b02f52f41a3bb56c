"""What machines tell of themselves while time goes by.

THERMAL_RAMP: the processor of a Raspberry Pi 4B without a case, in °C: at rest, from 153 s to 455 s
with all cores busy, then at rest again. After rpi4b-stock.dat of stressberry (N. Schlömer and
contributors, GPL-3.0-or-later), every second sample.

BATTERY: a notebook's battery over eight hours: minutes, and what the kernel would say of it, its
`status` and its `capacity` in whole per cents. Not recorded but worked out: a load of 12 % an hour,
from 100 minutes on of 18 % and from 200 on of 6 %; from 301 on a charger of 66 % an hour, which
from 88 % on halves what is missing every ten minutes; at 460 it is unplugged.
"""

from __future__ import annotations

STEP_S = 4.15

_REST = "46 47 47 47 46 47 46 47 47 47 46 46 47 47 47 46"
_BUSY = (
    "51 54 56 56 59 59 59 60 61 62 62 62 62 64 63 64 64 64 65 65 65 66 66 66 66 68 67 67 67 67 67"
    " 67 67 68 69 68 67 69 69 69 69 69 69 69 70 70 70 70 70 70 70 70 70 70 70 71 70 70 71 70 72 71"
    " 70 71 70 72 71 71 71 70 72 72 71"
)
_COOLING = (
    "68 65 62 61 60 58 58 57 57 56 56 56 56 55 54 55 55 54 54 54 54 54 54 53 53 53 53 53 52 52 51"
)
THERMAL_RAMP = tuple(float(value) for value in f"{_REST} {_BUSY} {_COOLING}".split())

_DISCHARGING = "60 58 56 54 52 50 48 46 44 42 40 37 34 31 28 25 22 19 16 13 10 9 8 7 6 5 4 3 2 1"
_CHARGING = "11 22 33 44 55 66 77 88 94 97 99"
BATTERY = (
    *((10.0 * n, "Discharging", float(level)) for n, level in enumerate(_DISCHARGING.split())),
    (301.0, "Charging", 1.0),
    *((10.0 * n, "Charging", float(level)) for n, level in enumerate(_CHARGING.split(), 31)),
    (420.0, "Full", 100.0),
    (460.0, "Discharging", 100.0),
    (480.0, "Discharging", 96.0),
)
