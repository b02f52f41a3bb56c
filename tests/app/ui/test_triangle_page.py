from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import cv2
import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from app.ui.triangle_page import write_map
from app.ui.triangle_words import explanation, figures, headline, legend, share
from models.errors import InputError, SaccadeError
from pipelines.power import PowerReading
from pipelines.selection.regions import draw_map
from pipelines.selection.scenario import Scenario, Weights
from tests.app.ui.maps import crowded_map, small_map
from tests.pipelines.selection.tables import BALANCED, measured, table, watts


def texts(path: Path) -> list[str]:
    root = ElementTree.parse(path).getroot()
    return ["".join(node.itertext()) for node in root.iter("{http://www.w3.org/2000/svg}text")]


def test_a_drawing_says_everything_in_words(qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "map.svg"
    write_map(small_map(), path)
    said = texts(path)
    for name in ("Accuracy", "Throughput", "Low power"):
        assert name in said
    assert "balanced: fast · onnxruntime fp32 wins, 33% ahead of frugal · onnxruntime fp32" in said
    for number, network in enumerate(("fast", "frugal", "accurate"), 1):
        assert str(number) in said
        assert f"{network} · onnxruntime fp32" in said
    assert "50.0%" in said
    assert "40.0" in said
    assert "6.00" in said


def test_a_picture_is_drawn(qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "map.png"
    write_map(small_map(), path)
    image = cv2.imread(str(path))
    assert image is not None
    assert (image[:20] == 255).all()  # the margin
    assert len(np.unique(image.reshape(-1, 3), axis=0)) > 50


def test_the_page_grows_with_its_legend(qtbot: QtBot, tmp_path: Path) -> None:
    heights = []
    for count in (1, 60):
        path = tmp_path / f"map-{count}.svg"
        write_map(crowded_map(count), path)
        match = re.search(r'viewBox="0 0 (\d+) (\d+)"', path.read_text())
        assert match is not None
        heights.append(int(match[2]))
        assert sum(" · " in text for text in texts(path)) >= count
    assert heights[1] > heights[0]


def test_what_cannot_be_written_is_told(qtbot: QtBot, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"map\.gif: a map is written as"):
        write_map(small_map(), tmp_path / "map.gif")
    with pytest.raises(SaccadeError, match="cannot be written: No such file"):
        write_map(small_map(), tmp_path / "none" / "map.svg")


def test_the_legend_has_those_who_win_the_same() -> None:
    rows = table([(0.5, 10.0, 4.0), (0.5, 10.0, 4.0), (0.9, 1.0, 4.0)])
    found = legend(draw_map(rows, BALANCED))
    assert [row.number for row in found] == [1, None, 2]
    assert found[1].cells[1] == "="


def test_the_explanation_says_what_it_rests_on() -> None:
    rows = [
        measured("a", 0.5, 20.0, watts(4, "modelled", "modelled")),
        measured("b", 0.9, 20.0, watts(9, "modelled", "modelled")),
        measured("c", 0.9, 2.0, watts(5, "modelled", "modelled")),
        measured("d", 0.4, 20.0, watts(4, "modelled", "modelled")),
    ]
    scenario = Scenario("night", Weights(1, 1, 1), min_fps=10, max_power_w=10, min_accuracy=0.3)
    said = " ".join(explanation(draw_map(rows, scenario)))
    assert "The white point is the scenario night (accuracy ≥ 0.3, ≥ 10 fps, ≤ 10 W)." in said
    assert "Candidates that win somewhere: 2 of 3. Level with one of them on an edge" in said
    assert "Not ranked: 1." in said
    assert "Watts: modelled, board. Platform: pi-5." in said
    assert "The watts are modelled, not measured." in said


def test_an_unknown_figure_is_a_dash() -> None:
    drawn = draw_map([measured("a", power=None)], BALANCED)
    assert legend(drawn)[0].cells == ("a · onnxruntime fp32", "100%", "50.0%", "10.0", "–")
    assert headline(drawn) == "balanced: a · onnxruntime fp32 wins"
    assert figures(drawn, drawn.rows[0].candidate).splitlines() == [
        "a · onnxruntime fp32",
        "50.0% top1 · 10.0 fps",
        "wins 100% of all scenarios",
    ]


def test_figures_have_their_provenance() -> None:
    row = measured("a", power=PowerReading(5.0, "measured", "package", "rapl"))
    drawn = draw_map([row, replace(measured("b"), power=row.power, fps=1.0)], BALANCED)
    assert "5.00 W measured, package, rapl" in figures(drawn, row.candidate)


def test_a_share_is_never_nothing() -> None:
    assert [share(value) for value in (1.0, 0.314, 0.01, 0.0001)] == ["100%", "31%", "1%", "< 1%"]
