"""Networks in 8 bits: calibrated on pictures, with what suffers too much left in float.

`Quantiser` writes a network with any of its layers in 8 bits, `sensitivity` measures which of them
suffer, `search` leaves as few in float as the tolerance asks for. Needs onnx, and no PyTorch.
"""

from __future__ import annotations

from importlib.util import find_spec

from models.command import install_command
from models.errors import MissingExtra


def require_packages(detects: bool) -> None:
    """Raise MissingExtra, with the command that installs them, if packages lack.

    *detects*: for a detector, whose accuracy pycocotools computes.
    """
    needed = ("onnx", "pycocotools") if detects else ("onnx",)
    missing = [name for name in needed if find_spec(name) is None]
    if missing:
        raise MissingExtra(
            f"quantising needs {' and '.join(missing)}, which not every installation has; "
            f"install with `{install_command('quantize')}`"
        )
