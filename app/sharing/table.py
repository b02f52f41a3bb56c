"""A table of measurements as one signed message.

    saccade-table 1 hmac-sha256 <64 hexadecimal digits>
    {"node": "gate", "platform": "raspberry-pi-5-…", "made_at": …, "networks": {…}, "rows": […]}

The first line signs the bytes of the second with the fleet's key (HMAC-SHA256, RFC 2104). The
signature covers who measured and on what platform, so a message cannot be passed off as another's.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated, Any

import msgspec
from msgspec import Meta, Struct

from models.errors import InputError
from pipelines.selection.measurement import Measurement
from pipelines.selection.rows import Rejection, Word, format_row, parse_row

MAX_BYTES = 512 * 1024
MAX_ROWS = 500

_MARK = b"saccade-table 1 hmac-sha256 "
_TOLD = 200  # of a reason that repeats what was sent
# The platform is said once, and how the processor was used tells nothing of which network to run.
_LEFT_OUT = ("platform", "hardware", "hardware_tier")


@dataclass(frozen=True, slots=True)
class SharedTable:
    """What *node* measured on *platform*, a fingerprint.

    *made_at*: ISO 8601 with the UTC offset, of its newest row. *networks*: name → SHA-256 of the
    file that was measured, of every network in *rows*.
    """

    node: str
    platform: str
    made_at: str
    networks: Mapping[str, str]
    rows: tuple[Measurement, ...]


class _Body(Struct, forbid_unknown_fields=True):
    node: Word
    platform: Word
    made_at: Word
    networks: Annotated[dict[Word, Word], Meta(max_length=MAX_ROWS)]
    rows: Annotated[list[dict[str, Any]], Meta(min_length=1, max_length=MAX_ROWS)]


def make_table(
    node: str, platform: str, networks: Mapping[str, str], rows: Sequence[Measurement]
) -> SharedTable | None:
    """The newest `MAX_ROWS` of *rows*, of the networks in *networks*; None where there are none.

    Its time is that of the newest row, not of the clock: the same measurements make the same
    table, whenever it is sent.
    """
    dated = [row for row in rows if row.measured_at and row.candidate.network in networks]
    dated.sort(key=_measured_at, reverse=True)
    kept = tuple(dated[:MAX_ROWS])
    if not kept:
        return None
    named = {row.candidate.network: networks[row.candidate.network] for row in kept}
    return SharedTable(node, platform, kept[0].measured_at or "", named, kept)


def seal(table: SharedTable, key: bytes) -> bytes:
    """The message. Raises InputError for a table of more than `MAX_BYTES`."""
    body = _Body(
        table.node,
        table.platform,
        table.made_at,
        dict(table.networks),
        [_plain(row) for row in table.rows],
    )
    data = msgspec.json.encode(body)
    message = _MARK + _sign(data, key) + b"\n" + data
    if len(message) > MAX_BYTES:
        raise InputError(f"{len(message)} bytes; at most {MAX_BYTES} are shared")
    return message


def unseal(message: bytes, key: bytes) -> SharedTable:
    """The inverse of `seal`. Nothing is read of a message whose signature is wrong.

    Raises InputError with the reason in one clause.
    """
    if len(message) > MAX_BYTES:
        raise InputError(f"{len(message)} bytes are too many; expected {MAX_BYTES} at most")
    head, _, data = message.partition(b"\n")
    if not head.startswith(_MARK):
        raise InputError("it is not signed")
    if not hmac.compare_digest(head.removeprefix(_MARK), _sign(data, key)):
        raise InputError("its signature is wrong: another fleet key, or it was changed on its way")
    try:
        body = msgspec.json.decode(data, type=_Body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise InputError(f"it is malformed: {error}") from error
    moment(body.made_at)
    rows = [parse_row(row, number) for number, row in enumerate(body.rows, 1)]
    kept = []
    for row in rows:
        if isinstance(row, Rejection):
            raise InputError(f"it is malformed: {row.reason[:_TOLD]}")
        if row.candidate.network not in body.networks:
            raise InputError(f"it is malformed: no SHA-256 of {row.candidate.network!r}")
        kept.append(replace(row, platform=body.platform))
    return SharedTable(body.node, body.platform, body.made_at, body.networks, tuple(kept))


def moment(text: str) -> datetime:
    """A time that compares with others. Raises InputError for one without an offset."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        found = datetime.min
    if found.tzinfo is None:
        raise InputError(f"made_at = {text[:40]!r}: expected ISO 8601 with the UTC offset")
    return found


def _sign(data: bytes, key: bytes) -> bytes:
    # What the key signs begins with what it is, should it ever sign something else as well.
    return hmac.new(key, _MARK + data, hashlib.sha256).hexdigest().encode()


def _plain(row: Measurement) -> dict[str, Any]:
    return {
        key: value
        for key, value in format_row(row).items()
        if value is not None and key not in _LEFT_OUT
    }


def _measured_at(row: Measurement) -> datetime:
    return moment(row.measured_at or "")
