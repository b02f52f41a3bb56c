"""Do a network's outputs and the manifest fit together?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

import msgspec
import numpy as np
import numpy.typing as npt

from models.decoders import DecoderSpec
from models.errors import ManifestError, ModelFileError
from models.toml import convert

Arrays = Sequence[npt.NDArray[Any]]
T = TypeVar("T", bound=msgspec.Struct)


def options_of(spec: DecoderSpec, kind: type[T]) -> T:
    """The decoder's own keys as a *kind*. Raises ManifestError naming the key."""
    return convert(dict(spec.options), kind, ManifestError, "decoder.options")


def expect(decoder: str, expected: str, outputs: Arrays, fits: bool) -> None:
    """Raise ModelFileError, naming what was expected and what came, unless it *fits*."""
    if not fits:
        found = ", ".join("×".join(map(str, output.shape)) or "a number" for output in outputs)
        raise ModelFileError(
            f"decoder {decoder!r} expects {expected}, but the network gives {found or 'nothing'}; "
            f"correct the manifest's decoder or input"
        )


def expect_classes(spec: DecoderSpec, found: int) -> None:
    """Raise ManifestError unless there is one label for each of the *found* classes."""
    if found != spec.classes:
        raise ManifestError(
            f"there are {spec.classes} labels, but the network has {found} classes; "
            f"every class needs its label, in the network's order"
        )


def without(scores: npt.NDArray[Any], background: int | None, spec: DecoderSpec) -> Any:
    """*scores*, (…, classes), without the class that has no label. Raises ManifestError."""
    if background is None:
        expect_classes(spec, scores.shape[-1])
        return scores
    expect_classes(spec, scores.shape[-1] - 1)
    if background >= scores.shape[-1]:
        raise ManifestError(
            f"decoder.options.background = {background}: the network has only the classes 0 to "
            f"{scores.shape[-1] - 1}"
        )
    return scores[..., 1:] if background == 0 else np.delete(scores, background, axis=-1)
