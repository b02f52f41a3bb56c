"""The processor packages' energy counters: RAPL, on Intel and AMD."""

from __future__ import annotations

import re
import time

from pipelines.power import PowerOptions, PowerScope
from pipelines.power.source import Interval, Source
from pipelines.power.sysfs import Unreadable, list_folder, read_number, text_or_empty

# "intel-rapl:0" is a package, "intel-rapl:0:1" a part of it, and "intel-rapl-mmio:0" the same
# package once more.
_ZONE = re.compile(r"[a-z]+-rapl:\d+")

# No processor draws as much: a counter that was set back looks like this, not like a wrap.
_MAX_PACKAGE_W = 1000.0


class Rapl(Source):
    """The sum over all packages, from counters of µJ that wrap at `max_energy_range_uj`.

    The platform zone (psys) holds the packages again and is left out. The first read begins the
    interval and gives None; so does an interval in which a counter may have wrapped twice, so
    read at least once a minute. Since Linux 5.10 only root may read the counters unless a rule
    of the machine's owner grants more, such as this one for udev:

        ACTION=="add", SUBSYSTEM=="powercap", KERNEL=="*-rapl:[0-9]", \
            RUN+="/bin/chmod a+r /sys%p/energy_uj /sys%p/max_energy_range_uj"

    Whoever may read them can spy on other programs' computations: hence a rule, not a default.

    Source: Documentation/power/powercap/powercap.rst of the Linux kernel.
    """

    name = "rapl"

    def __init__(self, options: PowerOptions) -> None:
        super().__init__(options)
        self._packages: list[tuple[str, float]] = []
        self._interval: Interval[list[float]] = Interval()

    def _measure(self) -> tuple[float, PowerScope]:
        if not self._packages:
            self._packages = self._find_packages()
        now = time.monotonic()
        energies = [_read(counter) for counter, _ in self._packages]
        elapsed, before = self._interval.advance(now, energies)
        watts = 0.0
        for (_, span), old, new in zip(self._packages, before, energies, strict=True):
            if elapsed * _MAX_PACKAGE_W > span / 1e6:
                raise Unreadable("its counter may have wrapped twice since it was last read")
            joules = (new - old if new >= old else new - old + span) / 1e6
            if not 0 <= joules <= elapsed * _MAX_PACKAGE_W:
                raise Unreadable("its counter was set back")
            watts += joules / elapsed
        return watts, "package"

    def _find_packages(self) -> list[tuple[str, float]]:
        """Every package's counter file and the range in µJ after which it wraps."""
        powercap = f"{self._root}/sys/class/powercap"
        folders = [f"{powercap}/{name}" for name in list_folder(powercap) if _ZONE.fullmatch(name)]
        packages = [
            (f"{folder}/energy_uj", _read(f"{folder}/max_energy_range_uj"))
            for folder in folders
            if text_or_empty(f"{folder}/name").startswith("package-")
        ]
        if not packages:
            raise Unreadable(f"no processor package in {powercap}")
        return packages


def _read(path: str) -> float:
    try:
        return read_number(path)
    except Unreadable as problem:
        if isinstance(problem.__cause__, PermissionError):
            folder = path.rpartition("/")[0]
            raise Unreadable(
                f"only root may read {path}; to allow it until the next start, run "
                f"`sudo chmod a+r {folder}/energy_uj {folder}/max_energy_range_uj`"
            ) from problem
        raise
