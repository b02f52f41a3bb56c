"""The list of changes."""

from __future__ import annotations

import re

import pytest
from PyQt5.QtGui import QFont
from pytestqt.qtbot import QtBot

from app.ui.choice.changes import ChangesList
from app.ui.text import Paragraph
from app.ui.theme import DARK, LIGHT, Accents, fonts
from tests.app.ui.choice.examples import ACCURATE, FAST, entry, refusal


@pytest.fixture
def changes(qtbot: QtBot) -> ChangesList:
    changes = ChangesList(fonts(QFont()), Accents(), DARK)
    qtbot.addWidget(changes)
    changes.resize(400, 600)
    changes.show()
    return changes


def at(second: int) -> str:
    return f"2026-01-01T12:00:{second:02}.000+00:00"


def shown(changes: ChangesList) -> list[list[str]]:
    """The lines of every visible paragraph, as they are read."""
    texts = [each.text() for each in changes.findChildren(Paragraph) if each.isVisible()]
    plain = [[re.sub("<[^>]*>|&nbsp;", " ", line) for line in t.split("<br>")] for t in texts]
    return [[" ".join(line.split()) for line in lines] for lines in plain]


def test_before_the_first_one_it_says_so(changes: ChangesList) -> None:
    assert shown(changes) == [["The network was not changed yet."]]


def test_the_newest_stands_first_and_says_everything(changes: ChangesList) -> None:
    paid = entry(
        at(1), gain=0.5, judged=True, realised_gain=0.4, joules=1.2, joules_kind="measured"
    )
    changes.show_changes((paid, entry(at(9), gain=0.5)), (refusal(at(5)),))
    newest, failed, oldest = shown(changes)
    assert newest[0].endswith("● accurate →")
    assert newest[1:] == [
        "● fast",
        "being judged; expected +50 %",
        "33 ms without a result · frames overwritten: 7 · loaded in 250 ms",
        "for energy, asked for by MQTT why?",
    ]
    assert failed[0].endswith(" failed")
    assert failed[1] == "frugal cannot be run, fast stays: network &#x27;frugal&#x27;: " + (
        "frugal.onnx is damaged"
    )
    assert oldest[2] == "paid: +40 %, expected +50 %"
    assert oldest[3].endswith("1.2 J (measured)")


def test_why_is_told_when_asked_and_stays(changes: ChangesList) -> None:
    changes.show_changes((entry(at(1)),), ())
    (paragraph,) = (each for each in changes.findChildren(Paragraph) if each.isVisible())
    (link,) = re.findall("href='([^']*)'", paragraph.text())
    paragraph.linkActivated.emit(link)
    assert shown(changes)[0][-1] == "energy by MQTT: fast instead of accurate"
    changes.show_changes((entry(at(1), gain=0.1),), ())
    assert shown(changes)[0][-1] == "energy by MQTT: fast instead of accurate"


def test_the_candidates_have_their_accents(qtbot: QtBot) -> None:
    accents = Accents()
    changes = ChangesList(fonts(QFont()), accents, DARK)
    qtbot.addWidget(changes)
    changes.show_changes((entry(),), ())
    for palette in (DARK, LIGHT):
        changes.recolour(palette)
        text = changes.findChildren(Paragraph)[0].text()
        for candidate in (ACCURATE, FAST):
            dotted = f"color:{accents(candidate, palette).name()}'>●</span>&nbsp;"
            assert f"{dotted}{candidate.network}" in text


def test_of_many_the_newest_are_shown(changes: ChangesList) -> None:
    changes.show_changes(tuple(entry(at(second)) for second in range(40)), ())
    assert len(shown(changes)) == 20
    changes.show_changes((entry(at(1)),), ())
    assert len(shown(changes)) == 1


def test_what_a_network_says_is_no_markup(changes: ChangesList) -> None:
    changes.show_changes((), (refusal(at(1)),))
    assert "&#x27;frugal&#x27;" in changes.findChildren(Paragraph)[0].text()
