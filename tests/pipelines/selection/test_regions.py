"""The map of optimum regions: what must hold of it for whatever table."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.selection.choice import choose
from pipelines.selection.measurement import Measurement
from pipelines.selection.merit import equation_1
from pipelines.selection.regions import OptimumMap, draw_map
from pipelines.selection.scenario import Scenario, Weights
from tests.pipelines.selection.maps import centre, exact, holds, share, wins, won_by, worth
from tests.pipelines.selection.tables import (
    ACCURACIES,
    BALANCED,
    FIGURES,
    RATES,
    TABLES,
    WATTS,
    measured,
    table,
)

NIL, THIRD, ONE = Fraction(0), Fraction(1, 3), Fraction(1)


@given(TABLES)
def test_the_regions_tile_the_triangle(rows: list[Measurement]) -> None:
    drawn = draw_map(rows, BALANCED)
    assert sum(region.share for region in drawn.regions) == 1
    for region in drawn.regions:
        assert region.share > 0
        assert all(sum(corner) == 1 and min(corner) >= 0 for corner in region.polygon)


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


@given(TABLES)
def test_regions_are_convex(rows: list[Measurement]) -> None:
    for region in draw_map(rows, BALANCED).regions:
        corners = [*region.polygon, *region.polygon[:2]]
        turns = [
            (b[0] - a[0]) * (c[1] - b[1]) - (b[1] - a[1]) * (c[0] - b[0])
            for (a, b), (_, c) in pairwise(pairwise(corners))
        ]
        assert all(turn > 0 for turn in turns) or all(turn < 0 for turn in turns)


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


@given(TABLES, st.lists(FIGURES, min_size=1, max_size=3))
def test_a_new_candidate_enlarges_no_other_region(
    rows: list[Measurement], more: list[tuple[float, float, float]]
) -> None:
    before = draw_map(rows, BALANCED)
    new = [measured(f"new-{number}", *figures) for number, figures in enumerate(more)]
    after = draw_map([*rows, *new], BALANCED)
    for row in rows:
        assert share(after, row.candidate) <= share(before, row.candidate)


@given(TABLES)
def test_who_wins_nowhere_can_go(rows: list[Measurement]) -> None:
    before = draw_map(rows, BALANCED)
    kept = [row for row in rows if row.candidate in before.reduced]
    after = draw_map(kept, BALANCED)
    # The same corners; which of them comes first depends on what was cut away on the way.
    assert [(each.candidate, each.share, set(each.polygon)) for each in after.regions] == [
        (each.candidate, each.share, set(each.polygon)) for each in before.regions
    ]


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


@given(FIGURES, st.integers(2, 5))
def test_the_same_figures_tie(figures: tuple[float, float, float], count: int) -> None:
    (region,) = draw_map(table([figures] * count), BALANCED).regions
    assert region.share == 1
    assert len(region.tied) == count - 1


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


@given(TABLES)
def test_the_map_agrees_with_the_choice(rows: list[Measurement]) -> None:
    drawn = draw_map(rows, BALANCED)
    for region in drawn.regions:
        inside = tuple(map(float, centre(region.polygon)))
        standing = drawn.at(inside)
        choice = choose(rows, Scenario("there", Weights(*inside)))
        assert standing.winner == choice.candidate
        assert region.candidate in (choice.candidate, *choice.tie)


@given(TABLES)
def test_a_sampled_map_looks_the_same(rows: list[Measurement]) -> None:
    drawn = draw_map(rows, BALANCED)
    for a, t in combinations(range(8), 2):  # a sample of the inner points: a + (t - a) + (8 - t)
        point = (Fraction(3 * a + 1, 27), Fraction(3 * (t - a) + 1, 27), Fraction(25 - 3 * t, 27))
        winners = [region for region in drawn.regions if holds(region, point)]
        assert winners
        assert all(wins(drawn, region.candidate, point) for region in winners)
