"""The map of optimum regions of tables whose answer is known."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import combinations

import pytest

from models.errors import InputError
from pipelines.power import PowerReading
from pipelines.selection.choice import choose
from pipelines.selection.merit import NormalisedSum
from pipelines.selection.regions import draw_map
from pipelines.selection.scenario import Scenario, Weights
from tests.pipelines.selection.maps import centre, holds, won_by
from tests.pipelines.selection.tables import (
    BALANCED,
    measured,
    table,
)


def test_two_halves() -> None:
    # u = (ln 1, ln 1, 0) and (ln 1/2, ln 2, 0): they draw level where accuracy weighs as much as
    # throughput, which is the triangle's line of symmetry.
    rows = table([(1.0, 1.0, 1.0), (0.5, 2.0, 1.0)])
    drawn = draw_map(rows, BALANCED)
    assert [region.share for region in drawn.regions] == [Fraction(1, 2), Fraction(1, 2)]
    middle = (Fraction(1, 2), Fraction(1, 2), Fraction(0))
    assert all(middle in region.polygon for region in drawn.regions)


def test_an_edge_and_a_point() -> None:
    rows = [
        measured("best", 0.5, 10.0, 2.0),
        measured("slower", 0.5, 5.0, 2.0),  # as accurate, as frugal: level where only those count
        measured("hungry", 0.5, 5.0, 4.0),  # as accurate: level in one corner
        measured("beaten", 0.25, 5.0, 4.0),
    ]
    drawn = draw_map(rows, BALANCED)
    assert [region.candidate.network for region in drawn.regions] == ["best"]
    ends = {region.candidate.network: set(region.polygon) for region in drawn.edges}
    assert ends == {"slower": {(1, 0, 0), (0, 0, 1)}, "hungry": {(1, 0, 0)}}
    assert [candidate.network for candidate in drawn.pareto] == ["best"]


def test_a_pareto_candidate_may_win_nowhere() -> None:
    # The middle one is the best compromise of nobody: it lies below the line between the others.
    rows = table([(1.0, 1.0, 1.0), (0.5, 1.5, 1.0), (0.25, 16.0, 1.0)])
    drawn = draw_map(rows, BALANCED)
    assert len(drawn.pareto) == 3
    assert len(drawn.reduced) == 2


def test_a_single_row_wins_everywhere() -> None:
    drawn = draw_map([measured()], BALANCED)
    (region,) = drawn.regions
    assert region.share == 1
    assert drawn.at((1, 0, 0)).runner_up is None


def test_no_rows_have_no_regions() -> None:
    drawn = draw_map([], BALANCED)
    assert (drawn.regions, drawn.edges, drawn.pareto) == ((), (), ())


def test_limits_hold_on_the_map() -> None:
    rows = [measured("accurate", 0.9, 1.0), measured("fast", 0.5, 50.0)]
    drawn = draw_map(rows, replace(BALANCED, min_fps=10))
    assert [candidate.network for candidate in drawn.reduced] == ["fast"]
    assert [rejection.reason for rejection in drawn.rejected] == [
        "1 fps is under the 10 fps asked for"
    ]


def test_without_power_the_other_two_make_the_map() -> None:
    rows = [measured("accurate", 1.0, 1.0, None), measured("fast", 0.5, 2.0, None)]
    drawn = draw_map(rows, BALANCED)
    assert [region.share for region in drawn.regions] == [Fraction(1, 2), Fraction(1, 2)]
    assert drawn.notes == ("power is unknown: ranked by accuracy and throughput alone",)


def test_memory_moves_the_borders() -> None:
    lean = measured("lean", 0.5, 10.0, 5.0, memory_mb=50.0)
    fat = measured("fat", 0.6, 10.0, 5.0, memory_mb=200.0)
    heavy = Scenario("lean", Weights(1, 1, 1, memory=3))
    assert [c.network for c in draw_map([lean, fat], BALANCED).reduced] == ["fat"]
    drawn = draw_map([lean, fat], heavy)
    assert [c.network for c in drawn.reduced] == ["lean"]
    for weights in (Weights(3, 0, 0, memory=0.3), Weights(2, 1, 0, memory=0.3)):
        point = weights.point
        assert point is not None
        scenario = Scenario("there", weights)
        expected = choose([lean, fat], scenario)
        found = draw_map([lean, fat], scenario).at(point)
        assert found.winner == expected.candidate
        assert expected.margin is not None
        assert found.lead == pytest.approx(expected.margin.lead)


def test_a_map_needs_one_of_its_axes() -> None:
    with pytest.raises(InputError, match="scenario lean: the map is drawn over accuracy"):
        draw_map([measured()], Scenario("lean", Weights(0, 0, 0, memory=1)))


def test_the_normalised_sum_draws_a_map_of_its_own() -> None:
    rows = table([(0.9, 5.0, 6.0), (0.5, 40.0, 5.0), (0.6, 10.0, 2.0)])
    drawn = draw_map(rows, BALANCED, transform=NormalisedSum())
    assert sum(region.share for region in drawn.regions) == 1
    assert drawn.utilities[0] == (1.0, 0.0, 0.0)


def test_figures_of_any_size_are_cut_exactly() -> None:
    tiny = PowerReading(1e-9, "measured", "board", "x")
    rows = [
        measured("a", 1e-6, 1e9, 1e3),
        measured("b", 1.0, 1e-9, tiny),
        measured("c", 0.999999999, 1e-9, replace(tiny, watts=1.0000000001e-9)),
        measured("d", 0.5, 1.0, 1.0),
    ]
    drawn = draw_map(rows, BALANCED)
    assert sum(region.share for region in drawn.regions) == 1
    assert won_by(drawn, rows[2].candidate) is None


def test_the_document_has_the_promised_keys() -> None:
    document = draw_map(table([(0.9, 5.0, 6.0), (0.5, 40.0, 5.0)]), BALANCED).as_dict()
    assert document["axes"] == ["accuracy", "throughput", "power"]
    assert sum(region["share"] for region in document["regions"]) == pytest.approx(1)
    for region in document["regions"]:
        assert {"candidate", "share", "polygon"} <= set(region)
        assert all(sum(corner) == pytest.approx(1) for corner in region["polygon"])
    assert document["reduced"][0]["network"].startswith("net-")
    assert len(document["pareto"]) == 2


def test_regions_share_no_inner_point() -> None:
    drawn = draw_map(table([(0.9, 5.0, 6.0), (0.5, 40.0, 5.0), (0.6, 10.0, 2.0)]), BALANCED)
    for one, other in combinations(drawn.regions, 2):
        assert not holds(one, centre(other.polygon))
