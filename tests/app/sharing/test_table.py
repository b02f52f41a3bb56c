"""A table is what it was, or it is refused."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.sharing.table import MAX_BYTES, MAX_ROWS, make_table, seal, unseal
from models.errors import InputError
from tests.app.sharing.examples import EARLY, KEY, LATE, NETWORKS, PI, row, table

MARK = b"saccade-table 1 hmac-sha256 "
BODY = json.loads(seal(table(), KEY).partition(b"\n")[2])


def signed(body: Any) -> bytes:
    """Any body with the right signature, which is that of RFC 2104 over mark and body."""
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    digest = hmac.digest(KEY, MARK + data, hashlib.sha256).hex().encode()
    return MARK + digest + b"\n" + data


def test_nothing_is_lost_but_how_the_processor_was_used() -> None:
    rows = (row(), row("tiny", accuracy=None, accuracy_source=None, metric=None, power=None))
    sent = table(*rows)
    assert unseal(seal(sent, KEY), KEY) == sent
    counted = replace(rows[0], hardware={"instructions": 1e6}, hardware_tier="events")
    assert unseal(seal(table(counted), KEY), KEY) == table(rows[0])


def test_it_is_text_that_people_can_read() -> None:
    head, body = seal(table(), KEY).decode().split("\n")
    assert head.startswith(MARK.decode())
    assert json.loads(body)["rows"][0]["network"] == "fastestdet"
    assert unseal(signed(BODY), KEY) == table()


def test_the_same_measurements_make_the_same_table() -> None:
    rows = [row(measured_at=EARLY), row("tiny", measured_at=LATE)]
    made = make_table("gate", PI, NETWORKS, rows)
    assert made == make_table("gate", PI, NETWORKS, rows[::-1])
    assert made is not None
    assert made.made_at == LATE
    assert made.networks == NETWORKS


def test_what_is_of_no_installed_network_or_of_no_time_is_not_shared() -> None:
    assert make_table("gate", PI, {}, [row()]) is None
    assert make_table("gate", PI, NETWORKS, [row(measured_at=None)]) is None
    assert make_table("gate", PI, NETWORKS, []) is None
    made = make_table("gate", PI, {"tiny": "b" * 64}, [row(), row("tiny")])
    assert made is not None
    assert made.networks == {"tiny": "b" * 64}


def test_of_too_many_rows_the_newest_are_shared() -> None:
    times = [f"2026-03-01T{n // 60:02}:{n % 60:02}:00+00:00" for n in range(MAX_ROWS + 1)]
    made = make_table("gate", PI, NETWORKS, [row(measured_at=time) for time in times])
    assert made is not None
    assert [each.measured_at for each in made.rows] == times[:0:-1]
    assert len(seal(made, KEY)) < MAX_BYTES


def test_a_table_that_is_too_large_is_not_sent() -> None:
    wide = row(candidate=replace(row().candidate, precision="x" * 1000))
    with pytest.raises(InputError, match=f"at most {MAX_BYTES} are shared"):
        seal(table(*[wide] * MAX_ROWS), KEY)


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        (b"", "not signed"),
        (b"online", "not signed"),
        (json.dumps(BODY).encode(), "not signed"),
        (b"\xff" * 1000, "not signed"),
        (MARK + b"\n" + json.dumps(BODY).encode(), "signature is wrong"),
        (seal(table(), b"another key that is long enough!"), "signature is wrong: another fleet"),
        (seal(table(), KEY).replace(b"41.5", b"99.5"), "signature is wrong"),
        (seal(table(), KEY).replace(b'"gate"', b'"yard"'), "signature is wrong"),
        (seal(table(), KEY) + b" " * MAX_BYTES, "bytes are too many"),
        (signed(b"{"), "malformed"),
        (signed(b"\xff"), "malformed"),
        (signed(b"[" * 100_000), "malformed"),
        (signed([]), "malformed"),
        (signed({**BODY, "rows": []}), r"malformed: .*\$\.rows"),
        (signed({**BODY, "rows": BODY["rows"] * (MAX_ROWS + 1)}), r"malformed: .*\$\.rows"),
        (signed({**BODY, "rows": [{**BODY["rows"][0], "fps": -1}]}), r"row 1: fps = -1"),
        (signed({**BODY, "rows": [{**BODY["rows"][0], "fps": "9" * 9000}]}), r"row 1: fps = '999"),
        (signed({**BODY, "networks": {}}), "no SHA-256 of 'fastestdet'"),
        (signed({**BODY, "made_at": "yesterday"}), "made_at = 'yesterday'"),
        (signed({**BODY, "made_at": "2026-03-01T12:00:00"}), "made_at"),
        (signed({key: BODY[key] for key in BODY if key != "node"}), "malformed: .*`node`"),
        (signed({**BODY, "more": 1}), "malformed: .*`more`"),
    ],
)
def test_what_is_no_table_of_the_fleet_is_refused(message: bytes, reason: str) -> None:
    with pytest.raises(InputError, match=reason) as refused:
        unseal(message, KEY)
    assert len(str(refused.value)) < 300


@given(st.binary(max_size=200), st.integers(0, 400), st.integers(1, 255))
def test_no_message_that_was_changed_is_read(noise: bytes, at: int, flip: int) -> None:
    whole = seal(table(), KEY)
    at %= len(whole)
    changed = whole[:at] + bytes([whole[at] ^ flip]) + whole[at + 1 :]
    cases: list[Callable[[], bytes]] = [lambda: noise, lambda: changed, lambda: whole[:at] + noise]
    for make in cases:
        message = make()
        if message != whole:
            with pytest.raises(InputError):
                unseal(message, KEY)
