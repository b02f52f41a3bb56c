"""A first run of a network in an engine, in a process of its own.

Engines are native code of many origins, and some end the process on a file that they do not like:
OpenVINO 2026.4 does on a map that is joined with its negative in 8 bits. So what is to be added is
tried out where nothing else is lost.
"""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import msgspec
import numpy as np

from models.engines import EngineOptions
from models.errors import EngineError, SaccadeError
from models.image import Image
from models.manifest import Manifest, Network
from models.predictor import load_engine
from models.preprocess import Preprocessor

_ROOT = Path(__file__).resolve().parent.parent
_LIMIT_S = 300.0  # loading may convert the network, which takes long on small boards


def expect_survival(network: Network, engine: str) -> None:
    """Raise EngineError where *engine* ends its process on *network*, or is not done in minutes.

    Whatever else may be wrong, it says itself when it is run here.
    """
    command = [sys.executable, "-m", "models.trial", str(network.path.resolve()), engine]
    try:
        tried = subprocess.run(
            command,
            input=msgspec.json.encode(network.manifest),
            capture_output=True,
            cwd=_ROOT,
            timeout=_LIMIT_S,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise EngineError(f"{engine} was not done with it in {_LIMIT_S:.0f} s") from error
    if tried.returncode < 0:
        name = signal.Signals(-tried.returncode).name
        raise EngineError(f"{engine} ends its process on it ({name})")


def main(path: str, engine: str) -> int:
    """Run the network at *path*, whose manifest comes as JSON on standard input."""
    manifest = msgspec.json.decode(sys.stdin.buffer.read(), type=Manifest)
    network = Network(manifest, Path(path), ())
    height, width = manifest.input.height, manifest.input.width
    image: Image = np.full((height, width, 3), 127, np.uint8)
    try:
        loaded = load_engine(network, engine, EngineOptions(device="cpu"))
        loaded.run(Preprocessor(manifest.input)(image)[0])
        loaded.close()
    except SaccadeError:
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
