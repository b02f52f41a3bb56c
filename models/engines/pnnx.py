"""From ONNX to ncnn's own format by pnnx, https://github.com/pnnx/pnnx, once for each network.

    <cache>/saccade/ncnn/<SHA-256 of the ONNX file>/network.param, network.bin, network.json

The folder appears by one rename when it is complete. It may be deleted at any time.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from importlib.util import find_spec
from pathlib import Path

import msgspec
import numpy as np
import platformdirs

from models.command import pip_command
from models.engines import EngineOptions
from models.engines.checks import one_line
from models.errors import EngineError, MissingExtra, ModelFileError
from models.manifest import sha256_of

# A network of 14 MB takes half a second on a fast processor.
TIMEOUT_S = 100

_PARAM, _WEIGHTS, _ABOUT = "network.param", "network.bin", "network.json"


class Output(msgspec.Struct, frozen=True):
    """Name and shape in the ONNX file; *blob* is ncnn's name for it."""

    name: str
    shape: tuple[int, ...]
    blob: str


class About(msgspec.Struct, frozen=True):
    """What is lost in the conversion: the names, the order and the batch dimension."""

    input_shape: tuple[int, ...]
    outputs: tuple[Output, ...]


class Converted(msgspec.Struct, frozen=True):
    """A network in ncnn's format: the graph, the weights, and what belongs to them."""

    param: Path
    weights: Path
    about: About


def convert(path: Path) -> Converted:
    """The network of the ONNX file *path*, from the cache or converted now.

    Raises ModelFileError for what is no network or has no fixed size, MissingExtra without pnnx,
    and EngineError if pnnx fails or the cache cannot be written.
    """
    cache = platformdirs.user_cache_path("saccade", appauthor=False) / "ncnn"
    folder = cache / sha256_of(path)
    if not (folder / _ABOUT).is_file():
        about = _examine(path)
        converter = find_converter()
        try:
            cache.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(dir=cache, prefix=".converting-") as scratch:
                _convert_into(Path(scratch), path, about, converter)
                _publish(Path(scratch), folder)
        except OSError as error:
            raise EngineError(
                f"{cache}: ncnn's copy of the network cannot be written there: "
                f"{error.strerror or error}"
            ) from error
    try:
        about = msgspec.json.decode((folder / _ABOUT).read_bytes(), type=About)
    except (OSError, msgspec.DecodeError) as error:
        raise EngineError(f"{folder}: is damaged; delete it: {one_line(error)}") from error
    return Converted(folder / _PARAM, folder / _WEIGHTS, about)


def find_converter() -> Path:
    """pnnx's program: the Python package's, or one on the PATH. Raises MissingExtra."""
    # Not by importing the package, which imports PyTorch.
    package = find_spec("pnnx")
    for folder in (package.submodule_search_locations or ()) if package else ():
        program = Path(folder) / "pnnx"
        if os.access(program, os.X_OK):
            return program
    found = shutil.which("pnnx")
    if found is None:
        # Without its PyTorch, which it needs for other files than ONNX.
        raise MissingExtra(
            f"ncnn needs the program pnnx, which is not installed, to convert a network; "
            f"`{pip_command()} install --no-deps pnnx` installs it"
        )
    return Path(found)


def _examine(path: Path) -> About:
    """Run the network once by ONNX Runtime: only that tells every output's shape."""
    from models.engines.onnxruntime import OnnxRuntime

    engine = OnnxRuntime(path, EngineOptions(device="cpu"))
    batch, *rest = engine.input_shape or (None,)
    shape = (batch or 1, *(n for n in rest if n is not None))
    if len(shape) != 4 or len(rest) != 3:
        raise ModelFileError(f"{path}: ncnn needs a network that takes images of a fixed size")
    found = engine.run(np.zeros(shape, np.float32))
    outputs = tuple(
        Output(name, output.shape, f"out{index}")
        for index, (name, output) in enumerate(zip(engine.output_names, found, strict=True))
    )
    engine.close()
    return About(shape, outputs)


def _convert_into(folder: Path, path: Path, about: About, converter: Path) -> None:
    # A copy, as pnnx leaves further files beside what it reads.
    shutil.copyfile(path, folder / "network.onnx")
    command = [
        str(converter),
        "network.onnx",
        f"inputshape=[{','.join(map(str, about.input_shape))}]f32",
        "fp16=0",
        f"ncnnparam={_PARAM}",
        f"ncnnbin={_WEIGHTS}",
        "ncnnpy=rest.ncnn.py",
        "pnnxparam=rest.param",
        "pnnxbin=rest.bin",
        "pnnxpy=rest.pnnx.py",
        "pnnxonnx=rest.onnx",
    ]
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=TIMEOUT_S,
            check=False,
        )
    except OSError as error:
        raise EngineError(f"{converter}: cannot be run: {error.strerror or error}") from error
    except subprocess.TimeoutExpired as error:
        raise EngineError(f"{path}: pnnx has not converted it for ncnn in {TIMEOUT_S} s") from error
    if done.returncode or not (folder / _PARAM).is_file() or not (folder / _WEIGHTS).is_file():
        raise EngineError(f"{path}: pnnx cannot convert it for ncnn: {_last_words(done)}")
    unknown = _unknown_layers((folder / _PARAM).read_text(encoding="utf-8"))
    if unknown:
        raise EngineError(f"{path}: ncnn has no layer for {', '.join(unknown)}")
    (folder / _ABOUT).write_bytes(msgspec.json.encode(about))


def _publish(scratch: Path, folder: Path) -> None:
    complete = scratch / "complete"
    complete.mkdir()
    for name in (_PARAM, _WEIGHTS, _ABOUT):
        with (scratch / name).open("rb") as stream:
            os.fsync(stream.fileno())
        (scratch / name).rename(complete / name)
    try:
        complete.rename(folder)
    except OSError:
        # Another process was faster with the same network.
        if not (folder / _ABOUT).is_file():
            raise


def _unknown_layers(param: str) -> list[str]:
    """The types of ncnn's text format that ncnn does not have; two lines of numbers come first."""
    import ncnn

    kinds = dict.fromkeys(line.split(maxsplit=1)[0] for line in param.splitlines()[2:] if line)
    return [kind for kind in kinds if ncnn.layer_to_index(kind) < 0]


def _last_words(done: subprocess.CompletedProcess[str]) -> str:
    if done.returncode < 0:
        return f"it ends by signal {-done.returncode}"
    lines = (done.stderr.strip() or done.stdout.strip()).splitlines()
    return one_line(lines[-1]) if lines else f"it ends with status {done.returncode}"
