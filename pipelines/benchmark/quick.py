"""A few seconds' benchmark for the first start on a device that nothing was measured on."""

from __future__ import annotations

import contextlib
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from models.manifest import Network
from pipelines.benchmark.data.pictures import rendered
from pipelines.benchmark.grid import Limits, make_grid, missing_engines
from pipelines.benchmark.ledger import Ledger
from pipelines.benchmark.platform import Platform
from pipelines.benchmark.progress import Progress, Tell
from pipelines.benchmark.sampling.laboratory import Laboratory
from pipelines.benchmark.sampling.process import Cancelled
from pipelines.benchmark.search.judge import Prior
from pipelines.benchmark.search.search import Least, Search
from pipelines.board import usable_cores
from pipelines.power import PowerSource
from pipelines.selection.measurement import Measurement
from pipelines.selection.scenario import Scenario

_PICTURES, _REST_S = 8, 0.5
# A slow board does not come further in the time there is.
_LEAST_FRAMES = 10


def quick(
    networks: Sequence[Network],
    scenario: Scenario,
    platform: Platform,
    power: PowerSource | None = None,
    *,
    seconds: float = 20.0,
    progress: Tell = lambda progress: None,
    cancelled: Callable[[], bool] = lambda: False,
    prior: Prior | None = None,
    engines: tuple[str, ...] = (),
    threads: int | None = None,
    rate_fps: float | None = None,
) -> list[Measurement]:
    """Rows of the most promising candidates after *seconds* at the most, perhaps none.

    Networks earlier in the list are tried first, with *threads*, all cores but one unless told,
    and the accuracy that their manifests declare; *engines* are all that there are unless named.
    *rate_fps*: of the camera that they are for, beyond which frames count for nothing. The rows
    are of too few frames to be kept as measurements. Called on any thread; *cancelled* is asked
    several times a second, and ends it with what there is. Raises SaccadeError.
    """
    began_s = time.monotonic()
    end_s = began_s + seconds
    threads = threads or max(1, usable_cores() - 1)
    limits = Limits(engines=engines, threads=(threads,))
    grid = [each for each in make_grid(networks, limits) if not each.spinning]
    missing = missing_engines(grid)
    candidates = [each for each in grid if each.engine not in missing]

    def show(what: str) -> None:
        done_s = time.monotonic() - began_s
        progress(Progress(round(100 * done_s / seconds), 100, max(0.0, seconds - done_s), what))

    def over() -> bool:
        return cancelled() or time.monotonic() > end_s

    show("pictures")
    with tempfile.TemporaryDirectory(prefix="saccade-bench-") as folder:
        pictures = rendered(Path(folder), _PICTURES)
        by_name = {network.name: network for network in networks}
        ledger = Ledger(Laboratory(by_name, pictures, power, cancelled=over), platform, candidates)
        with contextlib.suppress(Cancelled):
            show("the machine at rest")
            ledger.rest(_REST_S)
            Search(
                ledger,
                candidates,
                scenario,
                clock=time.monotonic,
                deadline_s=end_s,
                least=Least(_LEAST_FRAMES, 1),
                prior=prior,
                rate_fps=rate_fps,
                tell=show,
            ).run()
    return [
        ledger.provisional(candidate).measurement
        for candidate in ledger.alive()
        if ledger.samples(candidate) and ledger.is_checked(candidate)
    ]
