"""Menu entry, icon, autostart and launcher."""

from __future__ import annotations

import configparser
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from PyQt5.QtCore import Qt
from PyQt5.QtGui import QImage, QPainter
from PyQt5.QtSvg import QSvgRenderer

from models.version import VERSION
from tests.packaging.installed import LAUNCHER, PACKAGING, ROOT, Installation


def entry(path: Path) -> configparser.SectionProxy:
    parser = configparser.ConfigParser(interpolation=None)
    parser.optionxform = str  # type: ignore[method-assign, assignment]
    parser.read(path, encoding="utf-8")
    return parser["Desktop Entry"]


def test_the_menu_entry_starts_this_checkout(installed: Installation) -> None:
    for path in (installed.entry, installed.autostart):
        assert entry(path)["Exec"] == f"{LAUNCHER} run"
        assert entry(path)["TryExec"] == str(LAUNCHER)
    assert installed.icon.stem == entry(installed.entry)["Icon"]


def test_desktops_accept_the_entry(installed: Installation) -> None:
    program = shutil.which("desktop-file-validate")
    if program is None:
        pytest.skip("desktop-file-validate is not installed (apt install desktop-file-utils)")
    for path in (installed.entry, PACKAGING / "desktop/saccade.desktop"):
        done = subprocess.run([program, path], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout
        assert not done.stdout  # hints and warnings


def test_autostart_is_an_option(place: Installation) -> None:
    place.install("desktop")
    assert place.entry.exists()
    assert not place.autostart.exists()


def test_what_was_installed_is_removed(installed: Installation) -> None:
    assert installed.files()
    assert installed.install("remove").returncode == 0
    assert not installed.files()


def test_a_word_that_is_none_is_answered_with_the_usage(place: Installation) -> None:
    done = place.install("dekstop")
    assert done.returncode == 2
    assert "--autostart" in done.stderr
    assert not place.files()


@pytest.mark.parametrize("size", [16, 22, 32, 48, 64, 128, 256])
def test_the_icon_shows_its_parts_at_every_size(size: int) -> None:
    renderer = QSvgRenderer(str(PACKAGING / "desktop/saccade.svg"))
    assert renderer.isValid()
    image = QImage(size, size, QImage.Format_ARGB32_Premultiplied)
    image.fill(Qt.transparent)
    painter = QPainter(image)
    renderer.render(painter)
    painter.end()

    def at(x: float, y: float) -> tuple[int, int, int, int]:
        return image.pixelColor(int(x * size), int(y * size)).getRgb()

    assert at(0, 0)[3] == 0  # round corners
    ground, eye, iris = at(0.5, 0.12), at(0.4, 0.38), at(0.74, 0.5)
    for one, other in ((ground, eye), (eye, iris), (iris, ground)):
        assert sum(abs(a - b) for a, b in zip(one, other, strict=True)) > 120


def test_the_launcher_works_through_a_link_and_from_anywhere(tmp_path: Path) -> None:
    tree = tmp_path / "tree"
    (tree / "packaging").mkdir(parents=True)
    shutil.copy2(LAUNCHER, tree / "packaging")
    link = tmp_path / "saccade"
    link.symlink_to(tree / "packaging/saccade")

    def start(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [link, *arguments],
            cwd="/",
            env=os.environ | environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

    assert start("--version").returncode == 1
    assert "no Python environment yet" in start("--version").stderr
    (tree / ".venv/bin").mkdir(parents=True)
    # Not a link: an interpreter finds its packages beside the path that it is called by.
    (tree / ".venv/bin/python").write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n')
    (tree / ".venv/bin/python").chmod(0o755)
    for part in ("main.py", "app", "pipelines", "models", "config.toml"):
        (tree / part).symlink_to(ROOT / part)
    assert start("--version").stdout == f"Saccade {VERSION}\n"
    assert f"\n  {link} doctor --json " in start("doctor", "--help").stdout
    path = f"{tmp_path}:{os.environ['PATH']}"
    assert "\n  saccade doctor --json " in start("doctor", "--help", PATH=path).stdout
