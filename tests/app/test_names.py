from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.names import safe_name


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("gate", "gate"),
        ("Front door", "Front_door"),
        ("pi.local", "pi_local"),
        ("a/+/#/b", "a_b"),
        ("Küche", "Kuche"),
        ("$SYS", "SYS"),
        ("../..", "1cfebb4b"),  # nothing is left of it: a checksum
        ("", "00000000"),
        ("Straße", "Strae_47826b51"),  # a letter is lost
    ],
)
def test_a_name_becomes_a_safe_one(name: str, safe: str) -> None:
    assert safe_name(name) == safe


@given(st.text())
def test_any_name_becomes_a_safe_one(name: str) -> None:
    safe = safe_name(name)
    assert safe
    assert len(safe) <= 64
    assert set(safe) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-")


NAMES = [
    *("двор 1", "кухня 1", "1", "庭", "厨房", "cam ☃", "cam ☂", "cam", "Strasse", "Straße"),
    *("x" * 64, "x" * 65, "x" * 80 + "1", "x" * 80 + "2"),
]


def test_names_that_lose_something_keep_apart() -> None:
    assert len({safe_name(name) for name in NAMES}) == len(NAMES)
