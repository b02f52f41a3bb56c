"""What is said of scenarios and of changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from app.ui.choice import words
from app.ui.theme import DARK
from pipelines.selection.in_force import Ruling
from tests.app.ui.choice.examples import ACCURATE, AT, FAST, entry, refusal
from tests.pipelines.selection.tables import BALANCED


def test_the_scenario_in_force_its_source_and_its_reason() -> None:
    assert words.in_force(Ruling(BALANCED, "user")) == (
        "The scenario balanced is in force, asked for by you."
    )
    assert words.in_force(Ruling(BALANCED, "governor", "hot: 81 °C, limit 80 °C")) == (
        "The scenario balanced is in force, asked for by the governor (hot: 81 °C, limit 80 °C)."
    )


@pytest.mark.parametrize(
    ("more", "said", "colour"),
    [
        ({"gain": 0.5}, "being judged; expected +50 %", DARK.warn),
        ({}, "being judged", DARK.warn),
        (
            {"gain": 0.5, "judged": True, "realised_gain": 0.4},
            "paid: +40 %, expected +50 %",
            DARK.ok,
        ),
        (
            {"gain": 0.5, "judged": True, "realised_gain": -0.1},
            "did not pay: -10 %, expected +50 %",
            DARK.bad,
        ),
        # nothing to hold it against, or nobody watched
        ({"judged": True}, "what it gained cannot be told", DARK.muted),
    ],
)
def test_whether_it_paid(more: dict[str, Any], said: str, colour: object) -> None:
    assert words.verdict(entry(**more), True, DARK) == (said, colour)


def test_only_the_latest_change_is_still_judged() -> None:
    said, colour = words.verdict(entry(gain=0.5), False, DARK)
    assert (said, colour) == ("not judged: the next change came first", DARK.muted)


def test_what_it_cost() -> None:
    assert words.costs(entry()) == (
        "33 ms without a result · frames overwritten: 7 · loaded in 250 ms"
    )
    spent = entry(judged=True, joules=1.24, joules_kind="modelled")
    assert words.costs(spent).endswith("loaded in 250 ms · 1.2 J (modelled)")
    assert words.costs(replace(spent, joules=-0.01)).endswith(" 0.0 J (modelled)")
    # what is not known is no figure
    assert words.costs(entry(gap_ms=None, judged=True)) == (
        "frames overwritten: 7 · loaded in 250 ms · energy unknown"
    )


def test_two_candidates_are_called_by_what_tells_them_apart() -> None:
    assert words.ends(ACCURATE, FAST) == ("accurate", "fast")
    assert words.ends(FAST, replace(FAST, threads=2)) == (
        "fast · onnxruntime fp32 · 1 thread",
        "fast · onnxruntime fp32 · 2 threads",
    )
    assert words.ends(ACCURATE, replace(FAST, engine="openvino"))[1] == "fast · openvino fp32"
    assert words.ends(None, FAST) == ("no network", "fast · onnxruntime fp32")


def test_the_time_is_the_local_one_and_the_day_is_told_of_another_day() -> None:
    now = datetime.fromisoformat(AT)
    local = now.astimezone()
    assert words.clock(AT, now) == f"{local:%H:%M:%S}"
    later = datetime.fromisoformat("2026-01-03T12:00:00+00:00")
    assert words.clock(AT, later) == f"{local:%Y-%m-%d %H:%M:%S}"


def test_what_the_toast_says() -> None:
    assert words.announced(entry(gain=1.2)) == (
        "fast runs now: figure of merit +120 % expected for energy"
    )
    assert words.announced(entry()) == "fast runs now"
    assert words.refused(refusal()) == (
        "frugal cannot be run, fast stays: network 'frugal': frugal.onnx is damaged"
    )
    assert words.refused(replace(refusal(), kept=None)).startswith(
        "frugal · onnxruntime fp32 cannot be run: network"
    )
