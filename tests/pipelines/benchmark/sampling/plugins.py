"""Engines of others, installed as such are: through entry points, in a folder on the path."""

from __future__ import annotations

from pathlib import Path

# What `run` does instead of inferring.
MISBEHAVIOUR = {
    "aborting": "os.abort()",
    "exiting": "os._exit(3)",
    "raising": "raise RuntimeError('the engine has a fault')",
    "hanging": "time.sleep(600)",
    "wrong": "return [np.flip(output) for output in super().run(blob)]",
    "talking": "print('I am loud', flush=True); os.write(1, b'{\"type\": \"Closed\"}\\n')\n"
    "        return super().run(blob)",
}
_MODULE = """\
import dataclasses
import os
import time
import numpy as np
from models.engines.onnxruntime import OnnxRuntime
"""
# It computes something else in bf16 alone.
_LOSSY = """

class Lossy(OnnxRuntime):
    def __init__(self, path, options):
        self.low = options.precision == "bf16"
        super().__init__(path, dataclasses.replace(options, precision=None))

    def run(self, blob):
        outputs = super().run(blob)
        return [np.flip(output) for output in outputs] if self.low else outputs
"""
_CLASS = """

class {name}(OnnxRuntime):
    def run(self, blob):
        {body}
"""


def install(folder: Path) -> None:
    """Make an engine of each kind of misbehaviour; *folder* must be on the path."""
    classes = (_CLASS.format(name=name.title(), body=body) for name, body in MISBEHAVIOUR.items())
    text = "".join((_MODULE, _LOSSY, *classes))
    info = folder / "misbehaving-1.0.dist-info"
    info.mkdir(parents=True)
    (folder / "misbehaving.py").write_text(text)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: misbehaving\nVersion: 1.0\n")
    names = ("lossy", *MISBEHAVIOUR)
    points = "\n".join(f"{name} = misbehaving:{name.title()}" for name in names)
    (info / "entry_points.txt").write_text(f"[saccade.engines]\n{points}\n")
