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
import os
import time
import numpy as np
from models.engines.onnxruntime import OnnxRuntime
"""
_CLASS = """

class {name}(OnnxRuntime):
    def run(self, blob):
        {body}
"""


def install(folder: Path) -> None:
    """Make an engine of each kind of misbehaviour; *folder* must be on the path."""
    text = _MODULE + "".join(
        _CLASS.format(name=name.title(), body=body) for name, body in MISBEHAVIOUR.items()
    )
    info = folder / "misbehaving-1.0.dist-info"
    info.mkdir(parents=True)
    (folder / "misbehaving.py").write_text(text)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: misbehaving\nVersion: 1.0\n")
    points = "\n".join(f"{name} = misbehaving:{name.title()}" for name in MISBEHAVIOUR)
    (info / "entry_points.txt").write_text(f"[saccade.engines]\n{points}\n")
