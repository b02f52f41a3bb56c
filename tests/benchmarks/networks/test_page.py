"""The page on the bundled networks: written from a report, and the one in the documents."""

from __future__ import annotations

import itertools
import re
from pathlib import Path
from xml.etree import ElementTree

import cv2
import msgspec
import pytest

from benchmarks.kept import read, save
from benchmarks.networks.curves import draw
from benchmarks.networks.figures import COMMAND, Report
from benchmarks.networks.page import main, page
from models.store import Store
from tests.benchmarks.networks.reports import classifier, detector, report

DOCS = Path(__file__).parents[3] / "docs"
STORE = Store(Path("none"))


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """The page of made-up figures for bundled detectors, whose pictures are real."""
    docs = tmp_path_factory.mktemp("docs")
    names = [
        network.name
        for network in STORE.networks()
        if network.manifest.task == "detect" and network.manifest.precision == "fp32"
    ]
    made = report(*(detector(name, 0.8, 700, 12.0) for name in names))
    made = msgspec.structs.replace(made, default=names[0])
    save(docs / "figures.json", made)
    assert main(["--figures", str(docs / "figures.json"), "--docs", str(docs)]) == 0
    return docs


def test_the_page_names_every_network_and_nothing_is_left_to_fill_in(written):
    text = (written / "networks.md").read_text(encoding="utf-8")
    for network in read(written / "figures.json", Report, COMMAND).networks:
        assert f"`{network.name}`" in text
    assert not re.search(r"[{}]", text)
    assert "\n\n\n" not in text


def test_every_picture_of_the_page_is_there(written):
    links = re.findall(r"!\[[^]]+]\(([^)]+)\)", (written / "networks.md").read_text("utf-8"))
    assert len(links) == 4
    for link in links:
        path = written / link
        assert path.stat().st_size <= 400_000
        if path.suffix == ".jpg":
            assert cv2.imread(str(path)) is not None
        else:
            ElementTree.parse(path)


def test_without_figures_it_says_how_to_get_them(tmp_path, capsys):
    assert main(["--figures", str(tmp_path / "none.json"), "--docs", str(tmp_path)]) == 2
    assert "`make networks-page` measures first" in capsys.readouterr().err


def test_without_learning_curves_there_is_no_section_on_them():
    made = report()
    bare = [msgspec.structs.replace(network, curve=()) for network in made.networks]
    assert "Learning curves" not in page(msgspec.structs.replace(made, networks=tuple(bare)))


def test_names_of_curves_that_end_alike_do_not_cover_each_other():
    networks = [classifier(name, 0.8) for name in ("one", "two", "three")]
    svg = ElementTree.fromstring(draw(networks, "title"))
    heights = sorted(
        float(text.get("y") or 0) for text in svg if (text.text or "").endswith(": 80 %")
    )
    assert len(heights) == 3
    assert min(high - low for low, high in itertools.pairwise(heights)) > 15.9


def test_the_page_in_the_documents_is_of_the_networks_that_are_bundled():
    path = DOCS / "networks" / "figures.json"
    if not path.exists():
        pytest.skip("the page is not written: make networks-page PHOTOS=FOLDER")
    report = read(path, Report, COMMAND)
    measured = {network.name: network.sha256 for network in report.networks}
    bundled = {network.name: network.manifest.sha256 for network in STORE.networks()}
    assert measured == bundled, "measure them again: make networks-page PHOTOS=FOLDER"
    assert page(report) == (DOCS / "networks.md").read_text(encoding="utf-8"), (
        "write it again: python -m benchmarks.networks.page"
    )
