"""The ranking: figures, numbers of the triangle, and what was rejected."""

from __future__ import annotations

import re

import pytest
from PyQt5.QtCore import Qt
from PyQt5.QtGui import QFont
from PyQt5.QtWidgets import QToolButton
from pytestqt.qtbot import QtBot

from app.ui.choice.ranking import RankingList
from app.ui.fold import Fold
from app.ui.text import Paragraph
from app.ui.theme import DARK, LIGHT, Accents, fonts
from app.ui.triangle import styles
from pipelines.selection.choice import choose
from pipelines.selection.regions import draw_map
from pipelines.selection.scenario import Scenario, Weights
from tests.app.ui.choice.examples import FAST, FRUGAL, ROWS
from tests.pipelines.selection.tables import BALANCED, measured


@pytest.fixture
def accents() -> Accents:
    return Accents()


@pytest.fixture
def ranking(qtbot: QtBot, accents: Accents) -> RankingList:
    ranking = RankingList(fonts(QFont()), accents, DARK)
    qtbot.addWidget(ranking)
    ranking.resize(400, 600)
    ranking.show()
    return ranking


def lines(paragraph: Paragraph) -> list[str]:
    """The rows of a paragraph's table as they are read."""
    rows = paragraph.text().replace("\N{NO-BREAK SPACE}", " ").split("<tr>")[1:]
    cells = [re.sub("<[^>]*>", " ", row) for row in rows]
    return [" ".join(cell.split()) for cell in cells]


def folds(ranking: RankingList) -> dict[str, str]:
    """The visible folds: heading and text."""
    return {
        fold.findChildren(QToolButton)[0].text(): fold.findChildren(Paragraph)[0].text()
        for fold in ranking.findChildren(Fold)
        if fold.isVisible()
    }


def test_every_candidate_has_its_figures_and_its_number_of_the_triangle(
    ranking: RankingList,
) -> None:
    choice = choose(ROWS, BALANCED)
    ranking.show_choice(choice, draw_map(ROWS, BALANCED), FRUGAL)
    first = ranking.findChildren(Paragraph)[0]
    assert lines(first) == [
        "top1 fps W merit",
        "1 fast",
        "onnxruntime fp32 50.0% 40.0 5.00 4.00",
        "2 frugal , runs now",
        "onnxruntime fp32 60.0% 10.0 2.00 3.00",
        "3 accurate",
        "onnxruntime fp32 90.0% 5.0 6.00 0.750",
    ]
    assert folds(ranking) == {}


def test_the_grounds_are_those_of_the_triangle(ranking: RankingList, accents: Accents) -> None:
    drawn = draw_map(ROWS, BALANCED)
    for palette in (DARK, LIGHT):
        ranking.recolour(palette)
        ranking.show_choice(choose(ROWS, BALANCED), drawn, FAST)
        shown = re.findall("bgcolor='([^']*)'", ranking.findChildren(Paragraph)[0].text())
        grounds = [style.ground(palette).name() for style in styles(drawn, accents, palette)]
        # here the ranking and the regions have one order
        assert shown == grounds


def test_those_who_win_nothing_are_folded_away_but_for_what_runs(ranking: RankingList) -> None:
    beaten = [measured(f"beaten-{n}", 0.45, 35.0 - n, 5.5) for n in range(5)]
    choice = choose([*ROWS, *beaten], BALANCED)
    ranking.show_choice(choice, draw_map([*ROWS, *beaten], BALANCED), beaten[-1].candidate)
    shown = " ".join(lines(ranking.findChildren(Paragraph)[0]))
    # The accurate one is the last, and wins a region.
    for name in ("fast", "frugal", "accurate", "beaten-0", "beaten-4 , runs now"):
        assert name in shown
    ((title, text),) = folds(ranking).items()
    assert title == "2 more"
    assert "beaten-2" in text
    assert "beaten-3" in text


def test_the_rejected_are_folded_away_with_their_reasons(
    ranking: RankingList, qtbot: QtBot
) -> None:
    scenario = Scenario("quick", Weights(), min_fps=8)
    ranking.show_choice(choose(ROWS, scenario), draw_map(ROWS, scenario), FAST)
    assert folds(ranking) == {
        "Not ranked: 1": "accurate · onnxruntime fp32: 5 fps is under the 8 fps asked for"
    }
    (fold,) = (fold for fold in ranking.findChildren(Fold) if fold.isVisible())
    (reasons,) = fold.findChildren(Paragraph)
    heading = fold.findChildren(QToolButton)[0]
    assert not reasons.isVisible()
    assert heading.height() >= 40
    qtbot.mouseClick(heading, Qt.LeftButton)
    assert reasons.isVisible()
    qtbot.mouseClick(heading, Qt.LeftButton)
    assert not reasons.isVisible()


def test_the_notes_say_how_sure_it_is(ranking: RankingList) -> None:
    ranking.show_choice(choose(ROWS, BALANCED), None, None)
    shown = " ".join(paragraph.text() for paragraph in ranking.findChildren(Paragraph))
    assert "+33 % ahead of frugal · onnxruntime fp32; the uncertainty is unknown." in shown


def test_where_nothing_is_left_it_says_so_and_why(ranking: RankingList) -> None:
    scenario = Scenario("strict", Weights(), min_fps=100)
    ranking.show_choice(choose(ROWS, scenario), None, None)
    assert ranking.findChildren(Paragraph)[0].text() == "No candidate is left for strict."
    assert list(folds(ranking)) == ["Not ranked: 3"]


def test_without_measurements_it_says_what_to_do(ranking: RankingList) -> None:
    for choice in (None, choose([], BALANCED)):
        ranking.show_choice(choice, None, None)
        assert "main.py bench" in ranking.findChildren(Paragraph)[0].text()
        assert folds(ranking) == {}
