"""The map of optimum regions: what must hold of it for whatever table."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.candidate import Candidate
from models.errors import InputError
from pipelines.power import PowerReading
from pipelines.selection.choice import choose
from pipelines.selection.measurement import Measurement
from pipelines.selection.merit import NormalisedSum, equation_1
from pipelines.selection.regions import OptimumMap, Region, draw_map
from pipelines.selection.scenario import Scenario, Weights
from pipelines.selection.simplex import Point, Vector, whole_numbers
from tests.pipelines.selection.tables import (
    ACCURACIES,
    BALANCED,
    FIGURES,
    RATES,
    TABLES,
    WATTS,
    measured,
    table,
    unhurried,
)

NIL, THIRD, ONE = Fraction(0), Fraction(1, 3), Fraction(1)


def exact(drawn: OptimumMap) -> dict[Candidate, Vector]:
    """Every candidate's utilities as whole numbers, all scaled by the same factor."""
    candidates = [row.candidate for row in drawn.rows]
    return dict(zip(candidates, whole_numbers(drawn.utilities), strict=True))


def worth(utility: Vector, point: Sequence[Fraction]) -> int:
    """A utility at *point*, exact but for a factor that depends on the point alone."""
    scale = math.lcm(*(Fraction(value).denominator for value in point))
    return sum(u * int(value * scale) for u, value in zip(utility, point, strict=True))


def wins(drawn: OptimumMap, candidate: Candidate, point: Sequence[Fraction]) -> bool:
    """Whether nobody is better than *candidate* at *point*, exactly."""
    utilities = exact(drawn)
    own = worth(utilities[candidate], point)
    return all(worth(other, point) <= own for other in utilities.values())


def won_by(drawn: OptimumMap, candidate: Candidate) -> Region | None:
    """The region of *candidate*, alone or tied."""
    for region in drawn.regions:
        if candidate in (region.candidate, *region.tied):
            return region
    return None


def share(drawn: OptimumMap, candidate: Candidate) -> Fraction:
    region = won_by(drawn, candidate)
    return region.share if region else Fraction(0)


def centre(polygon: Sequence[Point]) -> tuple[Fraction, ...]:
    return tuple(sum(axis, Fraction(0)) / len(polygon) for axis in zip(*polygon, strict=True))


@unhurried
@given(TABLES)
def test_the_regions_tile_the_triangle(rows: list[Measurement]) -> None:
    drawn = draw_map(rows, BALANCED)
    assert sum(region.share for region in drawn.regions) == 1
    for region in drawn.regions:
        assert region.share > 0
        assert all(sum(corner) == 1 and min(corner) >= 0 for corner in region.polygon)


@unhurried
@given(TABLES)
def test_each_region_is_where_its_candidate_wins(rows: list[Measurement]) -> None:
    drawn = draw_map(rows, BALANCED)
    utilities = exact(drawn)
    for region in drawn.regions:
        assert all(wins(drawn, region.candidate, corner) for corner in region.polygon)
        # Inside nobody else does, so no two regions have an inner point in common.
        inside = centre(region.polygon)
        own = worth(utilities[region.candidate], inside)
        level = {c for c, utility in utilities.items() if worth(utility, inside) == own}
        assert level == {region.candidate, *region.tied}


@unhurried
@given(TABLES)
def test_regions_are_convex(rows: list[Measurement]) -> None:
    for region in draw_map(rows, BALANCED).regions:
        corners = [*region.polygon, *region.polygon[:2]]
        turns = [
            (b[0] - a[0]) * (c[1] - b[1]) - (b[1] - a[1]) * (c[0] - b[0])
            for (a, b), (_, c) in pairwise(pairwise(corners))
        ]
        assert all(turn > 0 for turn in turns) or all(turn < 0 for turn in turns)


@unhurried
@given(TABLES)
def test_the_reduced_set_is_of_the_pareto_set(rows: list[Measurement]) -> None:
    drawn = draw_map(rows, BALANCED)
    utilities = exact(drawn)
    pareto = {
        candidate
        for candidate, own in utilities.items()
        if not any(
            all(o >= u for o, u in zip(other, own, strict=True)) and other != own
            for other in utilities.values()
        )
    }
    assert set(drawn.pareto) == pareto
    assert set(drawn.reduced) <= pareto <= set(utilities)
    assert drawn.reduced


@unhurried
@given(TABLES)
def test_every_other_optimum_is_an_edge_or_a_point(rows: list[Measurement]) -> None:
    drawn = draw_map(rows, BALANCED)
    for region in drawn.edges:
        assert region.share == 0
        assert len(region.polygon) in (1, 2)
        assert all(wins(drawn, region.candidate, corner) for corner in region.polygon)
    listed = {c for r in (*drawn.regions, *drawn.edges) for c in (r.candidate, *r.tied)}
    corners = [(ONE, NIL, NIL), (NIL, ONE, NIL), (NIL, NIL, ONE), (THIRD, THIRD, THIRD)]
    for region in drawn.regions:
        corners += region.polygon
    for row, corner in ((row, corner) for row in rows for corner in corners):
        if wins(drawn, row.candidate, corner):
            assert row.candidate in listed


@unhurried
@given(TABLES, st.lists(FIGURES, min_size=1, max_size=3))
def test_a_new_candidate_enlarges_no_other_region(
    rows: list[Measurement], more: list[tuple[float, float, float]]
) -> None:
    before = draw_map(rows, BALANCED)
    new = [measured(f"new-{number}", *figures) for number, figures in enumerate(more)]
    after = draw_map([*rows, *new], BALANCED)
    for row in rows:
        assert share(after, row.candidate) <= share(before, row.candidate)


@unhurried
@given(TABLES)
def test_who_wins_nowhere_can_go(rows: list[Measurement]) -> None:
    before = draw_map(rows, BALANCED)
    kept = [row for row in rows if row.candidate in before.reduced]
    after = draw_map(kept, BALANCED)
    # The same corners; which of them comes first depends on what was cut away on the way.
    assert [(each.candidate, each.share, set(each.polygon)) for each in after.regions] == [
        (each.candidate, each.share, set(each.polygon)) for each in before.regions
    ]


@unhurried
@given(TABLES, st.data())
def test_who_gets_better_loses_nothing(rows: list[Measurement], data: st.DataObject) -> None:
    number = data.draw(st.integers(0, len(rows) - 1))
    row = rows[number]
    assert row.accuracy is not None
    assert row.power is not None
    better = replace(
        row,
        accuracy=max(row.accuracy, data.draw(ACCURACIES)),
        fps=max(row.fps, data.draw(RATES)),
        power=replace(row.power, watts=min(row.power.watts, data.draw(WATTS))),
    )
    before = draw_map(rows, BALANCED)
    after = draw_map([*rows[:number], better, *rows[number + 1 :]], BALANCED)
    assert share(after, row.candidate) >= share(before, row.candidate)
    if region := won_by(before, row.candidate):
        assert all(wins(after, row.candidate, corner) for corner in region.polygon)


@unhurried
@given(TABLES, st.sampled_from(["accuracy", "fps", "watts"]), st.floats(0.01, 1.0))
def test_the_unit_of_a_figure_changes_nothing(
    rows: list[Measurement], figure: str, factor: float
) -> None:
    def scaled(row: Measurement) -> Measurement:
        if figure == "watts":
            assert row.power is not None
            return replace(row, power=replace(row.power, watts=row.power.watts * factor))
        return replace(row, **{figure: getattr(row, figure) * factor})

    before, after = draw_map(rows, BALANCED), draw_map(list(map(scaled, rows)), BALANCED)
    # Logarithms of scaled figures differ by rounding: so may the shares, and who has one at all.
    for row in rows:
        new, old = share(after, row.candidate), share(before, row.candidate)
        assert float(new) == pytest.approx(float(old), abs=1e-6) or _nearly_tied(before, row)


def _nearly_tied(drawn: OptimumMap, row: Measurement) -> bool:
    """Whether rounding decides, as somebody's figures are next to those of *row*."""
    candidates = [other.candidate for other in drawn.rows]
    utilities = dict(zip(candidates, drawn.utilities, strict=True))
    own = utilities[row.candidate]
    return any(
        candidate != row.candidate
        and max(abs(o - u) for o, u in zip(other, own, strict=True)) < 1e-6
        for candidate, other in utilities.items()
    )


@unhurried
@given(FIGURES, st.integers(2, 5))
def test_the_same_figures_tie(figures: tuple[float, float, float], count: int) -> None:
    (region,) = draw_map(table([figures] * count), BALANCED).regions
    assert region.share == 1
    assert len(region.tied) == count - 1


@unhurried
@given(TABLES)
def test_the_middle_is_equation_1(rows: list[Measurement]) -> None:
    standing = draw_map(rows, BALANCED).at((1 / 3, 1 / 3, 1 / 3))
    merits = {
        row.candidate: equation_1(row.accuracy or 0, row.fps, row.power.watts)
        for row in rows
        if row.power
    }
    assert merits[standing.winner] == pytest.approx(max(merits.values()))
    if standing.runner_up:
        expected = merits[standing.winner] / merits[standing.runner_up] - 1
        assert standing.lead == pytest.approx(expected, rel=1e-9, abs=1e-7)


@unhurried
@given(TABLES)
def test_the_map_agrees_with_the_choice(rows: list[Measurement]) -> None:
    drawn = draw_map(rows, BALANCED)
    for region in drawn.regions:
        inside = tuple(map(float, centre(region.polygon)))
        standing = drawn.at(inside)
        choice = choose(rows, Scenario("there", Weights(*inside)))
        assert standing.winner == choice.candidate
        assert region.candidate in (choice.candidate, *choice.tie)


@unhurried
@given(TABLES)
def test_a_sampled_map_looks_the_same(rows: list[Measurement]) -> None:
    drawn = draw_map(rows, BALANCED)
    for a, t in combinations(range(8), 2):  # a sample of the inner points: a + (t - a) + (8 - t)
        point = (Fraction(3 * a + 1, 27), Fraction(3 * (t - a) + 1, 27), Fraction(25 - 3 * t, 27))
        winners = [region for region in drawn.regions if _holds(region, point)]
        assert winners
        assert all(wins(drawn, region.candidate, point) for region in winners)


def _holds(region: Region, point: tuple[Fraction, ...]) -> bool:
    corners = [*region.polygon, region.polygon[0]]
    sides = [
        (b[0] - a[0]) * (point[1] - a[1]) - (b[1] - a[1]) * (point[0] - a[0])
        for a, b in pairwise(corners)
    ]
    return all(side >= 0 for side in sides) or all(side <= 0 for side in sides)


# -- what is known of single tables


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
        assert not _holds(one, centre(other.polygon))
