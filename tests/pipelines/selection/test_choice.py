from __future__ import annotations

import math
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.candidate import Candidate
from pipelines.power import PowerReading
from pipelines.selection.choice import Choice, choose
from pipelines.selection.measurement import Measurement
from pipelines.selection.merit import NormalisedSum, equation_1, figure_of_merit
from pipelines.selection.scenario import Scenario, Weights
from tests.pipelines.selection.tables import (
    BALANCED,
    TABLES,
    WEIGHTS,
    measured,
    timed,
    watts,
)


def names(choice: Choice) -> list[str]:
    return [place.candidate.network for place in choice.ranking]


def reasons(choice: Choice) -> dict[str, str]:
    return {r.candidate.network: r.reason for r in choice.rejected if r.candidate}


@given(TABLES)
def test_balanced_is_the_order_of_equation_1(rows: list[Measurement]) -> None:
    choice = choose(rows, BALANCED)
    merits = [
        equation_1(place.measurement.accuracy or 0, place.measurement.fps, power.watts)
        for place in choice.ranking
        if (power := place.measurement.power)
    ]
    assert [place.score for place in choice.ranking] == pytest.approx(merits)
    assert len(merits) == len(rows)
    assert all(one >= other * (1 - 1e-8) for one, other in pairwise(merits))


@given(TABLES, WEIGHTS)
def test_the_first_has_the_largest_merit(rows: list[Measurement], weights: Weights) -> None:
    choice = choose(rows, Scenario("any", weights))
    merits = [figure_of_merit(row, weights) or 0 for row in rows]
    assert choice.score == pytest.approx(max(merits))
    if choice.margin:
        second = next(p for p in choice.ranking if p.candidate == choice.margin.runner_up)
        assert choice.margin.lead + 1 == pytest.approx(max(merits) / second.score)


@given(TABLES, WEIGHTS)
def test_the_order_of_the_table_and_the_sum_of_the_weights_do_not_matter(
    rows: list[Measurement], weights: Weights
) -> None:
    half = Weights(weights.accuracy / 2, weights.throughput / 2, weights.power / 2)
    one, other = choose(rows, Scenario("one", weights)), choose(rows[::-1], Scenario("half", half))
    assert {one.candidate, *one.tie} == {other.candidate, *other.tie}


@given(TABLES, st.floats(0.01, 100.0))
def test_the_unit_of_a_figure_does_not_matter(rows: list[Measurement], factor: float) -> None:
    scaled = [replace(row, fps=row.fps * factor) for row in rows]
    one, other = choose(rows, BALANCED), choose(scaled, BALANCED)
    assert {one.candidate, *one.tie} == {other.candidate, *other.tie}


def test_engines_of_the_most_accurate_network_tie_where_only_accuracy_counts() -> None:
    rows = [
        measured("good", 0.8, 5.0, 4.0, engine="opencv-dnn"),
        measured("good", 0.8, 9.0, 4.0, engine="ncnn"),
        measured("good", 0.8, 7.0, 4.0, engine="openvino"),
        measured("fair", 0.7, 90.0, 4.0),
    ]
    choice = choose(rows, Scenario("accuracy", Weights(1, 0, 0)))
    assert choice.candidate is not None
    assert choice.candidate.engine == "ncnn"  # equal weights decide
    assert [c.engine for c in choice.tie] == ["ncnn", "openvino", "opencv-dnn"]
    assert choice.margin is not None
    assert choice.margin.runner_up.network == "fair"
    assert choice.margin.lead == pytest.approx(0.8 / 0.7 - 1)


def test_who_stands_alone_ties_with_nobody() -> None:
    choice = choose([measured("a"), measured("b", 0.4)], BALANCED)
    assert choice.tie == ()


def test_a_single_row_has_no_margin() -> None:
    choice = choose([measured("only")], BALANCED)
    assert names(choice) == ["only"]
    assert choice.margin is None


def test_no_rows_have_no_choice() -> None:
    assert choose([], BALANCED).candidate is None
    assert choose([], BALANCED).score is None


# -- what is not ranked, and why


@pytest.mark.parametrize(
    ("limits", "row", "reason"),
    [
        ({"min_fps": 10}, measured("x", fps=4.2), "4.2 fps is under the 10 fps asked for"),
        ({"min_accuracy": 0.6}, measured("x", 0.45), "accuracy 0.45 is under the 0.6 asked for"),
        ({"max_power_w": 5}, measured("x", power=6.1), "6.1 W is over the 5 W allowed"),
        ({"task": "detect"}, measured("x"), "what detects objects was asked for"),
    ],
)
def test_hard_limits_reject(limits: dict[str, float], row: Measurement, reason: str) -> None:
    fine = measured("fine", 0.7, 20.0, 4.0)
    if "task" in limits:
        fine = replace(fine, task="detect", metric="AP50")
    choice = choose([row, fine], replace(BALANCED, **limits))
    assert names(choice) == ["fine"]
    assert reasons(choice)["x"].endswith(reason)


def test_a_limit_itself_is_kept() -> None:
    limits = replace(BALANCED, min_fps=10.0, min_accuracy=0.5, max_power_w=5.0)
    assert names(choose([measured("edge")], limits)) == ["edge"]


def test_a_limit_on_watts_rejects_who_has_none() -> None:
    choice = choose([measured("x", power=None)], replace(BALANCED, max_power_w=5))
    assert choice.candidate is None
    assert reasons(choice) == {"x": "its power is unknown, and at most 5 W is allowed"}


@pytest.mark.parametrize(
    ("odd", "reason"),
    [
        ({"metric": "top5"}, "its accuracy is top5, that of the ranking is top1"),
        ({"accuracy": None}, "its accuracy is unknown, that of the ranking is top1"),
        ({"platform": "pi-4"}, "measured on another platform: pi-4"),
        ({"platform": ""}, "measured on another platform: one that is not named"),
        (
            {"task": "detect", "metric": "AP50"},
            "it detects objects; what classifies whole images is ranked",
        ),
        (
            {"power": watts(5, "modelled", "modelled")},
            "its power is modelled (board, modelled), that of the ranking is measured "
            "(board, pi-pmic)",
        ),
        (
            {"power": PowerReading(5, "measured", "package", "rapl")},
            "its power is measured (package, rapl), that of the ranking is measured "
            "(board, pi-pmic)",
        ),
        (
            {"power": None},
            "its power is unknown, that of the ranking is measured (board, pi-pmic)",
        ),
    ],
    ids=lambda value: next(iter(value), "") if isinstance(value, dict) else "",
)
def test_what_does_not_compare_is_not_ranked_together(odd: dict[str, object], reason: str) -> None:
    other = replace(measured("odd", 1.0, 1000.0), **odd)
    choice = choose([other, measured("a"), measured("b", 0.6)], BALANCED)
    assert names(choice) == ["b", "a"]
    assert reasons(choice) == {"odd": reason}


def test_the_platform_asked_for_comes_before_the_larger_group() -> None:
    rows = [measured("a"), measured("b"), measured("here", platform="desk")]
    assert names(choose(rows, BALANCED, platform="desk")) == ["here"]
    assert len(names(choose(rows, BALANCED, platform="elsewhere"))) == 2


def test_of_equal_groups_the_measured_one_counts() -> None:
    rows = [measured("guessed", power=watts(5, "modelled")), measured("known")]
    assert names(choose(rows, BALANCED)) == ["known"]
    assert names(choose(rows[::-1], BALANCED)) == ["known"]


def test_modelled_watts_are_said() -> None:
    choice = choose([measured(power=watts(5, "modelled"))], BALANCED)
    assert choice.notes == ("the watts are modelled, not measured",)


def test_declared_accuracies_are_said() -> None:
    rows = [measured("a", accuracy_source="declared"), measured("b", accuracy_source="measured")]
    expected = "1 of 2 accuracies are declared, not measured"
    assert choose(rows, BALANCED).notes == (expected,)


def test_without_power_the_rest_decides_and_it_is_said() -> None:
    rows = [measured("a", 0.5, 10.0, None), measured("b", 0.5, 20.0, None)]
    choice = choose(rows, BALANCED)
    assert names(choice) == ["b", "a"]
    assert choice.score == pytest.approx(10.0)
    assert choice.notes == ("power is unknown: ranked by accuracy and throughput alone",)


def test_without_anything_that_weighs_equal_weights_decide() -> None:
    rows = [measured("a", 0.5, 10.0, None), measured("b", 0.5, 20.0, None)]
    choice = choose(rows, Scenario("frugal", Weights(0, 0, 1)))
    assert names(choice) == ["b", "a"]
    assert len(choice.tie) == 2
    assert "nothing that the scenario weighs is known" in choice.notes[-1]


def test_memory_and_latency_count_where_they_weigh() -> None:
    rows = [
        measured("lean", 0.5, memory_mb=50.0, p95_ms=10.0),
        measured("fat", 0.6, memory_mb=500.0, p95_ms=9.0),
        measured("silent", 0.9),
    ]
    assert names(choose(rows, BALANCED)) == ["silent", "fat", "lean"]
    choice = choose(rows, Scenario("lean", Weights(1, 1, 1, memory=1)))
    assert names(choice) == ["lean", "fat"]
    assert reasons(choice) == {"silent": "its memory is unknown"}
    assert names(choose(rows[:2], Scenario("quick", Weights(0, 0, 0, latency=1))))[0] == "fat"


def test_of_a_candidate_measured_again_the_newest_row_counts() -> None:
    old = measured("a", fps=10.0, measured_at="2026-01-01T00:00:00Z")
    new = measured("a", fps=20.0, measured_at="2026-02-01T00:00:00Z")
    for rows in ([old, new], [new, old]):
        choice = choose(rows, BALANCED)
        assert [place.measurement.fps for place in choice.ranking] == [20.0]
        assert reasons(choice) == {"a": "measured again: the newer row counts"}
    undated = [measured("a", fps=1.0), measured("a", fps=2.0)]
    assert [p.measurement.fps for p in choose(undated, BALANCED).ranking] == [2.0]
    assert len(choose([old, old], BALANCED).ranking) == 1


@pytest.mark.parametrize("value", [0.0, -1.0, math.nan, math.inf])
@pytest.mark.parametrize("figure", ["fps", "accuracy", "power", "memory_mb", "p95_ms"])
def test_a_figure_that_cannot_be_is_rejected(figure: str, value: float) -> None:
    bad = replace(measured("bad"), **{figure: watts(value) if figure == "power" else value})
    choice = choose([bad, measured("good")], BALANCED)
    assert names(choice) == ["good"]
    assert reasons(choice)["bad"].endswith(f" is {value}: expected a number above 0")


def test_an_accuracy_is_a_fraction() -> None:
    choice = choose([measured("bad", 61.2), measured("good")], BALANCED)
    assert reasons(choice) == {"bad": "its accuracy is 61.2: expected a fraction"}


def test_rejections_stand_in_the_order_of_the_table() -> None:
    rows = [
        measured("slow", fps=1.0),
        measured("other", platform="pi-4"),
        measured("bad", fps=-1.0),
        measured("good", fps=50.0),
        measured("fine", fps=60.0),
    ]
    choice = choose(rows, replace(BALANCED, min_fps=10))
    assert list(reasons(choice)) == ["slow", "other", "bad"]


def test_the_normalised_sum_chooses_too() -> None:
    rows = [timed("a", 20, 0.02, 0.5), timed("b", 10, 0.02, 0.9), timed("c", 12, 0.02, 0.6)]
    choice = choose(rows, BALANCED, transform=NormalisedSum())
    # a: 0 + 1 + 1, b: 1 + 0 + 1, c: 0.25 + 0.2 + 1
    assert names(choice) == ["a", "b", "c"]
    assert [place.score for place in choice.ranking] == pytest.approx([2, 2, 1.45])
    assert len(choice.tie) == 2
    assert choice.margin is not None
    assert choice.margin.lead == pytest.approx(0.55)


def test_the_document_has_the_promised_keys() -> None:
    choice = choose([timed("a", 20, 0.1), timed("b", 10, 0.1), measured("c", fps=-1.0)], BALANCED)
    document = choice.as_dict()
    a = Candidate("a", "fp32", "onnxruntime").as_dict()
    assert document["candidate"] == a
    assert document["score"] == pytest.approx(2.0)
    assert document["ranking"][0] == {"candidate": a, "score": document["score"]}
    assert document["rejected"][0]["candidate"]["network"] == "c"
    assert document["rejected"][0]["reason"].startswith("its throughput is -1.0")
    assert document["tie"] == []
    assert document["margin"]["certain"] is True
