"""Every text of the window has its German translation, and Qt reads the one that people wrote."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest
from PyQt5.QtCore import QCoreApplication
from PyQt5.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.ui import translations
from app.ui.video import VideoWidget
from app.ui.window import MainWindow
from tests.app.ui.feeds import NumpyApplication
from tests.app.ui.parts import said

UI = translations.FOLDER.parent
Text = tuple[str, str]  # the context, and the English


def texts_of(file: Path) -> Iterator[Text]:
    """What *file* asks to be translated, as Python reads it; the tools of Qt may miss some."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    for context in (node for node in ast.walk(tree) if isinstance(node, ast.ClassDef)):
        for name, arguments in _calls(context):
            if name == "tr":
                yield context.name, _constant(arguments[0], file)
    for name, arguments in _calls(tree):
        if name in ("translate", "QT_TRANSLATE_NOOP") and len(arguments) > 1:
            if isinstance(arguments[1], ast.Name) and file.name == "clauses.py":
                continue  # looks up what it noted
            yield _constant(arguments[0], file), _constant(arguments[1], file)


def _calls(node: ast.AST) -> Iterator[tuple[str, list[ast.expr]]]:
    for call in ast.walk(node):
        if isinstance(call, ast.Call):
            name = getattr(call.func, "attr", getattr(call.func, "id", ""))
            yield name, call.args


def _constant(argument: ast.expr, file: Path) -> str:
    assert isinstance(argument, ast.Constant), f"{file.name}:{argument.lineno}: not a plain text"
    return str(argument.value)


def entries() -> dict[Text, ElementTree.Element]:
    root = ElementTree.parse(translations.FOLDER / "saccade_de.ts").getroot()
    return {
        (context.findtext("name", ""), message.findtext("source", "")): message
        for context in root.iter("context")
        for message in context.iter("message")
    }


WRITTEN = entries()
ASKED = sorted({text for file in UI.rglob("*.py") for text in texts_of(file)})


def test_the_texts_are_found() -> None:
    assert ("words", "Reconnecting") in ASKED
    assert ("MainWindow", "snapshot") in ASKED


@pytest.mark.parametrize("text", ASKED, ids=": ".join)
def test_every_text_has_its_translation(text: Text) -> None:
    advice = "run `make translations` and translate what it finds in saccade_de.ts"
    assert text in WRITTEN, advice
    translation = WRITTEN[text].find("translation")
    assert translation is not None
    assert translation.text, advice
    assert translation.get("type") is None, advice
    places = re.compile(r"{\w*}|%n")
    assert sorted(places.findall(translation.text)) == sorted(places.findall(text[1]))


def test_no_translation_is_left_over() -> None:
    assert set(WRITTEN) == set(ASKED), "run `make translations`"


def test_qt_reads_what_is_written(german: None) -> None:
    for (context, source), message in WRITTEN.items():
        read = QCoreApplication.translate(context, source)
        assert read == message.findtext("translation"), "run `make translations`"


def test_the_window_speaks_german(
    german: None, application: NumpyApplication, open_window: Callable[..., MainWindow]
) -> None:
    window = open_window(application)
    (view,) = window.findChildren(VideoWidget)
    assert "Kamera 30.0 fps" in view.accessibleName()
    assert said(window._bottom).startswith("Gate cam: 320×240, live")


@pytest.mark.parametrize("language", ["en", "tlh"])
def test_what_has_no_translation_stays_english(
    qtbot: QtBot,
    application: NumpyApplication,
    open_window: Callable[..., MainWindow],
    language: str,
) -> None:
    qt = QApplication.instance()
    assert qt is not None
    translations.install(qt, language)
    (view,) = open_window(application).findChildren(VideoWidget)
    assert "camera 30.0 fps" in view.accessibleName()
