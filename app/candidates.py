"""From the rows of a table to networks that can be run: which of them, and how they are loaded."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import TYPE_CHECKING, get_args

from app.config import Config
from models.candidate import Candidate
from models.engines import EngineOptions
from models.errors import EngineError, InputError
from models.manifest import Network, Precision
from models.store import Store
from pipelines.selection.measurement import Measurement

if TYPE_CHECKING:
    from models.predictor import Predictor

log = logging.getLogger(__name__)


def rows_like(
    network: Network, table: Sequence[Measurement], store: Store
) -> tuple[Measurement, ...]:
    """The rows of installed networks that know the same labels as *network*.

    Of others neither the results nor the accuracies compare.
    """
    alike = {each.name for each in store.networks() if set(each.labels) == set(network.labels)}
    return tuple(row for row in table if row.candidate.network in alike)


def load_candidate(candidate: Candidate, store: Store, config: Config) -> Predictor:
    """Load what a row describes, warmed up.

    Raises SaccadeError, also where it would not run as it was measured.
    """
    from models.predictor import load_predictor

    network = store.get(candidate.network)
    network.verify()
    precision = next((name for name in get_args(Precision) if name == candidate.precision), None)
    if precision is None:
        raise InputError(f"{candidate}: there is no precision {candidate.precision!r}")
    options = EngineOptions(
        threads=candidate.threads,
        spinning=candidate.spinning,
        device="cpu" if candidate.device == "cpu" else "auto",
        precision=precision,
    )
    predictor = load_predictor(
        network, candidate.engine, options, score_threshold=config.detect.score_threshold or None
    )
    if predictor.candidate != candidate:
        predictor.close()
        raise EngineError(
            f"{candidate}: it runs on {predictor.device} here, not on {candidate.device} as it "
            f"was measured"
        )
    log.info("%s", candidate.in_words())
    return predictor
