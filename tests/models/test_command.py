"""What messages tell the user to type."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from models.command import command, install_command, pip_command

ROOT = Path(__file__).resolve().parents[2]


def program(folder: Path) -> Path:
    """A file that a shell finds where *folder* is in PATH."""
    folder.mkdir(parents=True)
    path = folder / "saccade"
    path.touch(mode=0o755)
    return path


def test_without_the_launcher_it_is_python_main_py(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SACCADE_LAUNCHER", raising=False)
    assert command() == "python main.py"


def test_a_launcher_that_a_shell_finds_is_its_name(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    found = program(tmp_path / "bin")
    monkeypatch.setenv("SACCADE_LAUNCHER", str(found))
    assert command() == str(found)
    monkeypatch.setenv("PATH", str(found.parent))
    assert command() == "saccade"


def test_a_launcher_that_another_hides_is_its_path(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    hidden, other = program(tmp_path / "my tools"), program(tmp_path / "bin")
    monkeypatch.setenv("SACCADE_LAUNCHER", str(hidden))
    monkeypatch.setenv("PATH", f"{other.parent}:{hidden.parent}")
    assert command() == f"'{hidden}'"


def test_a_checkout_adds_packages_to_its_own_environment() -> None:
    assert pip_command() == ".venv/bin/pip"
    assert install_command("ncnn") == '.venv/bin/pip install ".[ncnn]"'


def test_an_installed_package_names_the_file_with_the_requirements(tmp_path: Path) -> None:
    (tmp_path / "models").mkdir()
    for name in ("__init__.py", "command.py"):
        shutil.copy(ROOT / "models" / name, tmp_path / "models")
    code = "from models.command import install_command; print(install_command('ncnn'))"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
        timeout=30,
    )
    pip, requirements = f"{tmp_path}/.venv/bin/pip", f"{tmp_path}/requirements-ncnn.txt"
    assert done.stdout == f"sudo {pip} install -r {requirements}\n"
