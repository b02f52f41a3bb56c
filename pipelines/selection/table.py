"""Measurement tables as files, JSON and CSV, without loss.

    {"schema": 1, "rows": [{"network": "mobilenet-v2", "precision": "int8", …, "fps": 121.0, …}]}

In CSV a row's keys are the columns. An empty cell is unknown, an interval is written [low, high],
and the hardware metrics have columns of their own, hardware.NAME.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from models.errors import InputError
from pipelines.selection.measurement import Measurement
from pipelines.selection.rows import KEYS, TEXT_KEYS, Rejection, format_row, parse_row

SCHEMA = 1

_HARDWARE = "hardware."
_BEYOND = "\0"


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of a file that can be used, and why the others cannot."""

    rows: tuple[Measurement, ...]
    rejected: tuple[Rejection, ...] = ()


def read_table(path: Path) -> Table:
    """Read a table, JSON or CSV by its suffix.

    Raises InputError where the file cannot be read, is no table, or has not one usable row.
    """
    read = {".json": _rows_of_json, ".csv": _rows_of_csv}.get(path.suffix.lower())
    if read is None:
        raise InputError(f"{path}: a measurement table is a .json or .csv file")
    try:
        data = read(path.read_text(encoding="utf-8-sig"), path)
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: not UTF-8 text") from error
    if not data:
        raise InputError(f"{path}: has no rows")
    parsed = [parse_row(row, number) for number, row in enumerate(data, 1)]
    rejected = tuple(row for row in parsed if isinstance(row, Rejection))
    if len(rejected) == len(parsed):
        more = f" (and {len(rejected) - 1} more)" if len(rejected) > 1 else ""
        raise InputError(f"{path}: no row can be used: {rejected[0].reason}{more}")
    return Table(tuple(row for row in parsed if isinstance(row, Measurement)), rejected)


def format_table(rows: Iterable[Measurement], path: Path) -> str:
    """The text of the file *path*, JSON or CSV by its suffix. Raises InputError for others."""
    formatted = [format_row(row) for row in rows]
    suffix = path.suffix.lower()
    if suffix == ".json":
        return (
            json.dumps({"schema": SCHEMA, "rows": formatted}, indent=1, ensure_ascii=False) + "\n"
        )
    if suffix == ".csv":
        return _csv_text(formatted)
    raise InputError(f"{path}: a measurement table is written as .json or .csv")


def _rows_of_json(text: str, path: Path) -> Sequence[Any]:
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InputError(f"{path}: not valid JSON: {error}") from error
    if not isinstance(document, Mapping) or not isinstance(document.get("rows"), list):
        raise InputError(f'{path}: no measurement table: expected {{"schema": 1, "rows": […]}}')
    if document.get("schema", SCHEMA) != SCHEMA:
        raise InputError(
            f"{path}: schema = {document['schema']!r}: this version reads schema {SCHEMA}"
        )
    rows: list[Any] = document["rows"]
    return rows


def _rows_of_csv(text: str, path: Path) -> Sequence[Any]:
    try:
        reader = csv.DictReader(io.StringIO(text, newline=""), restkey=_BEYOND)
        columns = reader.fieldnames or ()
        missing = [key for key in ("network", "fps") if key not in columns]
        if columns and missing:
            raise InputError(f"{path}: no measurement table: has no column {missing[0]!r}")
        return [_from_cells(cells) for cells in reader]
    except csv.Error as error:
        raise InputError(f"{path}: not valid CSV: {error}") from error


def _from_cells(cells: Mapping[str, Any]) -> Any:
    if _BEYOND in cells:
        return None  # a row longer than the head: nobody can tell which cell is whose
    row: dict[str, Any] = {"hardware": {}}
    for key, cell in cells.items():
        if not cell:
            continue
        if key.startswith(_HARDWARE):
            row["hardware"][key.removeprefix(_HARDWARE)] = _value(cell)
        elif key != "hardware":
            row[key] = cell if key in TEXT_KEYS else _value(cell)
    return row


def _value(cell: str) -> Any:
    """A cell that is no text: a number, true or false, an interval; else as it stands."""
    cell = cell.strip()
    if cell.lower() in ("true", "false"):
        return cell.lower() == "true"
    for read in (json.loads, float):
        try:
            value = read(cell)
        except (ValueError, RecursionError):
            continue
        # Spreadsheets write a column of whole numbers with gaps as 2.0.
        return int(value) if isinstance(value, float) and value.is_integer() else value
    return cell


def _csv_text(rows: Sequence[Mapping[str, Any]]) -> str:
    hardware = dict.fromkeys(name for row in rows for name in row["hardware"])
    columns = [key for key in KEYS if key != "hardware"]
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([*columns, *(_HARDWARE + name for name in hardware)])
    for row in rows:
        cells = [_cell(row[key]) for key in columns]
        writer.writerow([*cells, *(_cell(row["hardware"].get(name)) for name in hardware)])
    return out.getvalue()


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value)
