"""What goes into the Debian package, as far as it can be told without building it."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from app.cli.entry import build_parser
from models.version import VERSION
from tests.packaging.installed import PACKAGING, ROOT


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that `packaging/generate.py` has filled."""
    for module in ("argparse_manpage", "shtab"):
        pytest.importorskip(module)
    folder = tmp_path_factory.mktemp("generated")
    subprocess.run(
        [sys.executable, PACKAGING / "generate.py", folder],
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"},
        check=True,
        timeout=60,
    )
    return folder


def commands() -> list[str]:
    """The words after `saccade`."""
    found = re.search(r"^ {2}COMMAND\n((?: {4,}.*\n)+)", build_parser().format_help(), re.MULTILINE)
    assert found
    return re.findall(r"^ {4}(\S+)", found[1], re.MULTILINE)


def test_the_manual_page_has_every_command(generated: Path) -> None:
    page = (generated / "saccade.1").read_text(encoding="utf-8")
    assert commands()
    for command in commands():
        assert f"saccade {command}" in page
    assert "main.py" not in page


def test_examples_call_the_program_as_it_was_started(capsys: pytest.CaptureFixture[str]) -> None:
    for command in commands():
        with pytest.raises(SystemExit):
            build_parser("saccade").parse_args([command, "--help"])
        text = capsys.readouterr().out
        assert f"\n  saccade {command}" in text
        assert "main.py" not in text


def test_man_prints_it_without_a_complaint(generated: Path) -> None:
    done = subprocess.run(
        ["man", "--warnings", "-l", generated / "saccade.1"],
        env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "MANWIDTH": "100"},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0
    assert not done.stderr
    assert "--headless" in done.stdout


def test_bash_completes_commands_and_options(generated: Path) -> None:
    script = f"""
        source {generated}/bash-completion/saccade
        complete_word() {{ COMP_WORDS=(saccade "$@"); COMP_CWORD=$#; _shtab_saccade
                           echo "${{COMPREPLY[@]}}"; }}
        complete_word doc
        complete_word run --head
    """
    done = subprocess.run(
        ["bash", "-c", script], capture_output=True, text=True, check=True, timeout=30
    )
    assert done.stdout.split() == ["doctor", "--headless"]


def test_the_requirements_are_those_of_the_project_without_qt(generated: Path) -> None:
    names = (generated / "requirements.txt").read_text(encoding="utf-8").splitlines()
    assert any(name.startswith("onnxruntime") for name in names)
    assert not any(name.startswith("PyQt5") for name in names)


def test_what_messages_tell_to_install_is_there(generated: Path) -> None:
    for extra in ("openvino", "ncnn", "litert", "quantize", "train"):
        assert (generated / f"requirements-{extra}.txt").read_text(encoding="utf-8")


def test_the_package_has_the_applications_version() -> None:
    first = (PACKAGING / "debian/changelog").read_text(encoding="utf-8").splitlines()[0]
    assert first.startswith(f"saccade ({VERSION}) ")


@pytest.mark.parametrize("path", sorted(PACKAGING.glob("constraints/*.txt")), ids=lambda p: p.stem)
def test_the_constraints_leave_the_distributions_numpy_alone(path: Path) -> None:
    lines = [line for line in path.read_text().splitlines() if line and line[0] != "#"]
    assert any(re.fullmatch(r"numpy<[\d.]+", line) for line in lines)
