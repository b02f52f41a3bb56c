"""What the user types: how messages call this program, and how they say what to install."""

from __future__ import annotations

import os
import shlex
import shutil
from pathlib import Path

# The path by which packaging/saccade was started; it tells us, since it starts Python in its place.
_LAUNCHER = "SACCADE_LAUNCHER"
_TREE = Path(__file__).resolve().parents[1]


def command() -> str:
    """How the program was started: `saccade`, its launcher's path, or `python main.py`."""
    launcher = os.environ.get(_LAUNCHER)
    if not launcher:
        return "python main.py"
    name = Path(launcher).name
    return name if shutil.which(name) == launcher else shlex.quote(launcher)


def pip_command() -> str:
    """The pip of the environment that the program runs in; an installed package's is root's."""
    return ".venv/bin/pip" if _is_checkout() else f"sudo {shlex.quote(f'{_TREE}/.venv/bin/pip')}"


def install_command(extra: str) -> str:
    """How the optional packages of *extra*, a key of pyproject.toml, are installed."""
    if _is_checkout():
        return f'{pip_command()} install ".[{extra}]"'
    return f"{pip_command()} install -r {shlex.quote(f'{_TREE}/requirements-{extra}.txt')}"


def _is_checkout() -> bool:
    # The package has the requirements in its place.
    return (_TREE / "pyproject.toml").exists()
