"""Training Saccade's own networks, from scratch, on rendered labels or on a user's data.

Only this folder imports PyTorch, which the optional extra `train` brings; `require_torch` is what
the rest of the application asks first.
"""

from __future__ import annotations

from importlib.util import find_spec

from models.command import install_command
from models.errors import MissingExtra


def require_torch() -> None:
    """Raise MissingExtra, with the command that installs them, if training's packages lack."""
    missing = [name for name in ("torch", "onnx", "pycocotools") if find_spec(name) is None]
    if missing:
        raise MissingExtra(
            f"training needs {' and '.join(missing)}, which not every installation has; "
            f"install with `{install_command('train')}`"
        )
