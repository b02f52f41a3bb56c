"""The Raspberry Pi 5's rails: paired by name, all or none."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.power import PowerOptions
from pipelines.power.pmic import Pmic, rail_watts
from pipelines.power.sysfs import Unreadable
from tests.recorded.power import PMIC_ANSWER
from tests.recorded.tree import VCGENCMD, build

# Lines of a real board: 0.1219913 × 3.606052 + 1.54489 × 0.8872518 = 0.4399070 + 1.3707065
REAL_LINES = """\
 3V7_WL_SW_A current(0)=0.12199130A
  VDD_CORE_A current(7)=1.54489000A
 3V7_WL_SW_V volt(8)=3.60605200V
  VDD_CORE_V volt(15)=0.88725180V
     EXT5V_V volt(24)=4.87894000V
      BATT_V volt(25)=2.50512600V
"""


def test_real_lines() -> None:
    assert rail_watts(REAL_LINES) == pytest.approx(1.8106135, abs=1e-6)


def test_pairs_by_name_whatever_the_order_and_the_index() -> None:
    lines = REAL_LINES.splitlines()
    assert rail_watts("\n".join(reversed(lines))) == pytest.approx(rail_watts(REAL_LINES))


@pytest.mark.parametrize(
    "text",
    [
        "",
        # a current without its voltage, and no current at all
        "VDD_CORE_A current(7)=1.54489000A",
        "EXT5V_V volt(24)=4.87894000V\n BATT_V volt(25)=2.50512600V",
        # boards before the Raspberry Pi 5
        'error=1 error_msg="Command not registered"',
        # a line between the others that is none
        REAL_LINES.replace("3V7_WL_SW_V", "3V7 WL"),
        REAL_LINES.replace("1.54489000A", "1.54.489A"),
        REAL_LINES.replace("1.54489000A", "-1.54489A"),
        REAL_LINES.replace("1.54489000A", "1.54489000V"),
    ],
)
def test_anything_odd_is_refused(text: str) -> None:
    with pytest.raises(Unreadable):
        rail_watts(text)


def test_an_answer_cut_anywhere_among_the_rails_gives_no_partial_sum() -> None:
    complete = rail_watts(PMIC_ANSWER)
    for end in range(len(PMIC_ANSWER)):
        try:
            assert rail_watts(PMIC_ANSWER[:end]) == pytest.approx(complete)
        except Unreadable:
            continue


@given(st.text(alphabet=st.sampled_from("AV_ ()=.0179\n²eninfacurtvol"), max_size=80) | st.text())
def test_never_raises_anything_else(text: str) -> None:
    with suppress(Unreadable):
        rail_watts(REAL_LINES + text)


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ("#!/bin/sh\nexec sleep 60\n", "did not answer"),
        ('#!/bin/sh\necho "Can\'t open device file: /dev/vcio" >&2\nexit 255\n', "video"),
        ("#!/nowhere/interpreter\n", "No such file"),
        ("not a program", "ermission denied"),
        ("#!/bin/sh\nexec printf '\\377\\000'\n", "vcgencmd answered"),
    ],
)
def test_a_program_that_fails(tmp_path: Path, script: str, reason: str) -> None:
    source = Pmic(PowerOptions(root=build(tmp_path, {"usr/bin/vcgencmd": script})))
    assert source.read() is None
    assert reason in source.reason


def test_the_question_is_no_shell_text(tmp_path: Path) -> None:
    root = tmp_path / "a folder; touch oops $(touch oops)"
    answer = {"usr/bin/vcgencmd": VCGENCMD, "usr/bin/vcgencmd.pmic_read_adc": REAL_LINES}
    source = Pmic(PowerOptions(root=build(root, answer)))
    assert source.read() is not None
    assert not list(tmp_path.rglob("oops"))
