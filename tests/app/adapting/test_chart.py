from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import msgspec
import pytest

from app.adapting.axes import LINE, MARK, Axes, Labels, Place
from app.adapting.chart import draw
from pipelines.selection.premodel.deploy import train
from pipelines.selection.premodel.evaluation.study import Study
from pipelines.selection.scenario import Scenario, Weights
from tests.pipelines.selection.premodel.tables import knowing, scenes

SVG = "{http://www.w3.org/2000/svg}"
FRAME = (0.0, 0.0, 100.0, 100.0)


@pytest.fixture(scope="module", params=[knowing, scenes])
def study(request) -> Study:
    return train(request.param(), Scenario("accuracy", Weights(1, 0, 0)), "mine").study


def texts(svg: str) -> list[str]:
    return [each.text or "" for each in ET.fromstring(svg).iter(f"{SVG}text")]


def test_everything_is_named(study: Study):
    found = texts(draw(study))
    for each in (*study.networks, *study.routers):
        assert (each.network if hasattr(each, "network") else each.name) in found
    assert {"oracle", "random mix of two networks", "shuffled router"} <= set(found)


def test_everything_is_inside(study: Study):
    root = ET.fromstring(draw(study))
    _, _, width, height = map(float, root.attrib["viewBox"].split())
    for each in root.iter():
        for key, most in (("x", width), ("y", height), ("cx", width), ("cy", height)):
            if key in each.attrib:
                assert 0 <= float(each.attrib[key]) <= most


def test_refused_routers_are_hollow(study: Study):
    svg = draw(study)
    refused = sum(bool(router.refusal) for router in study.routers)
    hollow = len(re.findall(r'l7 7l-7 7l-7 -7z" fill="white"', svg))
    # On the axes and in the legend, and the legend's own.
    assert hollow == 2 * refused + 1


def test_names_cannot_break_the_picture(study: Study):
    facts = msgspec.structs.replace(study.facts, data='<b> & "c"')
    svg = draw(msgspec.structs.replace(study, facts=facts))
    assert 'Accuracy against time: <b> & "c"' in texts(svg)


def test_times_are_logarithmic_and_accuracy_is_not():
    axes = Axes(FRAME, [0.001, 0.1], [0.5, 1.0], "top-1")
    left, middle, right = (axes.place(seconds, 0.75) for seconds in (0.001, 0.01, 0.1))
    assert middle.x - left.x == pytest.approx(right.x - middle.x)
    low, half, high = (axes.place(0.01, height).y for height in (0.5, 0.75, 1.0))
    assert low - half == pytest.approx(half - high)
    assert 0 <= high < low <= 100


def test_networks_that_are_all_alike_can_be_drawn():
    axes = Axes(FRAME, [0.01, 0.01], [0.8, 0.8], "top-1")
    assert 0 < axes.place(0.01, 0.8).x < 100
    assert list(axes.grid())


def test_a_name_keeps_away_from_marks_and_other_names():
    labels = Labels((0, 0, 300, 300), 12)
    place = Place(100, 100)
    labels.avoid(place, 5, MARK)
    labels.avoid(Place(130, 100), 5, MARK)  # where the name would stand
    first = labels.beside(place, "network")
    second = labels.beside(place, "another")
    spots = {
        re.match(r'<text x="([\d.]+)" y="([\d.]+)"', each).groups() for each in (first, second)
    }
    assert len(spots) == 2
    assert ("110.0", "104.0") not in spots


def test_a_line_is_covered_rather_than_a_mark():
    labels = Labels((0, 0, 300, 300), 12)
    for x in range(0, 300, 4):
        for y in range(0, 300, 40):
            labels.avoid(Place(x, y), 20, LINE)
    labels.avoid(Place(130, 100), 5, MARK)
    assert 'x="110.0" y="104.0"' not in labels.beside(Place(100, 100), "network")
