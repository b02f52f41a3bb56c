"""What every engine refuses in the same words."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from models.engines import EngineOptions
from models.errors import EngineError, ModelFileError
from models.manifest import Precision


def expect_file(path: Path) -> None:
    """Raise ModelFileError where there is none, before an engine says it in its own way."""
    if not path.is_file():
        raise ModelFileError(f"{path}: there is no such file")


def expect_processor(engine: str, options: EngineOptions) -> None:
    """Raise EngineError if *options* want a device other than the processor."""
    if options.device not in ("auto", "cpu"):
        raise EngineError(f"{engine} has no device {options.device!r} here; there is only 'cpu'")


def expect_precision(
    engine: str, options: EngineOptions, available: Sequence[Precision] = ()
) -> None:
    """Raise EngineError if *options* want a precision that is not among the *available*."""
    if options.precision is not None and options.precision not in available:
        raise EngineError(
            f"{engine} cannot compute in {options.precision} here; only in "
            f"{' or '.join((*available, 'the precision of the network itself'))}"
        )


def expect_one_input(path: Path, names: Sequence[str]) -> None:
    """Raise ModelFileError for a network that wants more than an image, or nothing at all."""
    if len(names) != 1:
        raise ModelFileError(
            f"{path}: the network has {len(names)} inputs ({', '.join(names)}), but an image is "
            f"all there is to give; use a network with one input"
        )


def one_line(error: object) -> str:
    """An exception's text, or a program's last words, as the part of a sentence."""
    return " ".join(str(error).split()).strip(" :.") or type(error).__name__
