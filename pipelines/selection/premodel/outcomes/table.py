"""What every network made of every picture, and the file that keeps it."""

from __future__ import annotations

import io
import logging
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import msgspec
import numpy as np
import numpy.typing as npt
from msgspec import Struct

from models.manifest import Task
from pipelines.power import PowerReading

log = logging.getLogger(__name__)

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.intp]

# Of the times of all pictures, in percent. Other programs make some runs longer, and longer ones
# more often; on an idle machine it is close to the median.
_UNDISTURBED = 10
_ARRAYS = ("quality", "certainty", "times", "features", "feature_times", "groups")


class Facts(Struct, frozen=True, kw_only=True):
    """What was run on what. *networks* in the order of the columns, *hashes* their files' SHA-256.

    *data*: in words. *top*: how many of a classifier's best classes may hold the right one.
    *power*: the mean while the networks ran, None where it is not known. *notes*: for the user.
    """

    networks: tuple[str, ...]
    hashes: tuple[str, ...]
    task: Task
    data: str
    engine: str
    threads: int
    top: int = 1
    power: PowerReading | None = None
    notes: tuple[str, ...] = ()

    @property
    def metric(self) -> str:
        """What the accuracies are, in words."""
        return f"top-{self.top}" if self.task == "classify" else "F1 at IoU 0.5"


@dataclass(frozen=True)
class Outcomes:
    """One row for each picture, one column for each network.

    *quality*: how right the network is, 0…1; a classifier 0 or 1, a detector's F1. *certainty*: how
    sure it is, 0…1, see `judging`. *times*: seconds with pre-processing and decoding. *features*:
    of `features.NAMES`, and *feature_times*, the seconds they took. *groups*: pictures that must
    not be torn apart, as they are neighbours in a video, have the same number; rows of a group
    stand one after the other, in their order.
    """

    facts: Facts
    quality: FloatArray
    certainty: FloatArray
    times: FloatArray
    features: FloatArray
    feature_times: FloatArray
    groups: IntArray

    def __len__(self) -> int:
        return len(self.quality)

    @cached_property
    def seconds(self) -> FloatArray:
        """What a run of each network takes where nothing gets in its way, (m,)."""
        seconds: FloatArray = np.percentile(self.times, _UNDISTURBED, axis=0)
        return seconds

    @cached_property
    def feature_seconds(self) -> float:
        """What the features of a picture take."""
        return float(np.percentile(self.feature_times, _UNDISTURBED))

    @property
    def is_video(self) -> bool:
        """Whether pictures follow one another."""
        return bool((np.diff(self.groups) == 0).any())


def save(outcomes: Outcomes, path: Path) -> None:
    """Write an NPZ file without pickled objects, whole or not at all. Raises OSError."""
    content = io.BytesIO()
    facts = np.frombuffer(msgspec.json.encode(outcomes.facts), np.uint8)
    np.savez_compressed(content, facts=facts, **{name: getattr(outcomes, name) for name in _ARRAYS})
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".part")
    draft.write_bytes(content.getvalue())
    draft.replace(path)


def load(path: Path) -> Outcomes | None:
    """What `save` wrote; None where there is no such file, or it is damaged."""
    try:
        with path.open("rb") as stream, np.load(stream, allow_pickle=False) as file:
            facts = msgspec.json.decode(file["facts"].tobytes(), type=Facts)
            outcomes = Outcomes(facts, *(file[name] for name in _ARRAYS))
    except FileNotFoundError:
        return None
    except Exception as error:  # zipfile, zlib, NumPy and msgspec each raise their own
        log.warning("%s: cannot be read, so the networks run again: %s", path, error)
        return None
    return outcomes
