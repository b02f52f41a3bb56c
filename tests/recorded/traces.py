"""What real machines measured of themselves while time went by.

THERMAL_RAMP: the processor of a Raspberry Pi 4B without a case, in °C: at rest, from 153 s to 455 s
with all cores busy, then at rest again. After rpi4b-stock.dat of stressberry (N. Schlömer and
contributors, GPL-3.0-or-later), every second sample.

BATTERY: a Thinkpad's battery over eight hours: minutes, the kernel's word for its state, and the
charge in per cent. After BAT0.log of stgloorious/simple-battery-log, thinned to ten minutes.
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

_DISCHARGING = (
    "55.0 53.1 51.3 49.4 47.6 45.8 43.9 42.0 40.2 38.4 36.9 35.8 34.7 33.5 32.4 31.2 30.1 28.8 27.3"
    " 26.1 24.9 23.7 20.8 16.8 12.7 8.5 4.3"
)
BATTERY = (
    *((10.0 * n, "Discharging", float(level)) for n, level in enumerate(_DISCHARGING.split())),
    (301.0, "Charging", 42.9),
    (310.0, "Charging", 54.0),
    (320.0, "Charging", 65.6),
    (330.0, "Charging", 76.5),
    (340.0, "Charging", 84.4),
    (360.0, "Charging", 93.8),
    (403.0, "Full", 100.0),
    (435.0, "Discharging", 100.0),
    (465.0, "Discharging", 97.9),
)
