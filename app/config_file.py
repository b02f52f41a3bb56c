"""config.toml as the application changes it: values are replaced, comments and order stay."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit import TOMLDocument
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import AoT

from app.config import Config, check_config, config_file, own_file
from app.files import write_whole
from models.errors import ConfigError
from models.toml import read_toml_data

# Where a value stands: ("window", "theme"), ("camera", 0, "zone").
Place = tuple[str | int, ...]


def change_config(changes: Mapping[Place, Any], file: Path | None = None) -> Config:
    """Set every value of *changes* in *file*, by default the user's configuration.

    A value is text, a number, a truth value, a sequence or a mapping; mappings become tables.
    None removes the key. What is missing on the way is added; the index after the last one adds
    to a list of tables. The file is read anew, so that what somebody else wrote there stays, and
    is replaced as a whole. Returns what it says now. Raises ConfigError where that would not be
    valid, and SaccadeError where it cannot be written: then the file is as it was.
    """
    document = _read(file or config_file())
    file = file or own_file()
    for place, value in changes.items():
        _set(document, place, value)
    config = check_config(document.unwrap(), str(file))
    _make_folder(file.parent)
    write_whole(file, tomlkit.dumps(document).encode())
    return config


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(f"{folder}: the folder cannot be made: {error.strerror}") from error


def _read(file: Path) -> TOMLDocument:
    # Its sentences for the user; tomlkit, which keeps the comments, reads it once more.
    read_toml_data(file, ConfigError)
    try:
        return tomlkit.parse(file.read_text(encoding="utf-8"))
    except (OSError, TOMLKitError) as problem:
        raise ConfigError(f"{file}: cannot be changed: {problem}") from problem


def _set(document: TOMLDocument, place: Place, value: Any) -> None:
    holder: Any = document
    for key, following in pairwise(place):
        holder = _inside(holder, key, tables=isinstance(following, int))
    key = place[-1]
    if value is not None:
        holder[key] = _item(value)
    elif key in holder:
        holder.remove(key)


def _inside(holder: Any, key: str | int, *, tables: bool) -> Any:
    """What *key* leads to, added where it is missing: a table, or a list of *tables*."""
    if isinstance(key, int):
        if key == len(holder):
            holder.append(tomlkit.table())
    elif key not in holder:
        holder[key] = tomlkit.aot() if tables else tomlkit.table()
    return holder[key]


def _item(value: Any) -> Any:
    """*value* as TOML has it, written as one would by hand."""
    if isinstance(value, Mapping):
        table = tomlkit.table()
        for key, entry in value.items():
            if entry is not None:
                table[key] = _item(entry)
        table.add(tomlkit.nl())
        return table
    if not isinstance(value, Sequence) or isinstance(value, str):
        return value
    if value and all(isinstance(entry, Mapping) for entry in value):
        return AoT([_item(entry) for entry in value])
    array = tomlkit.array()
    for entry in value:
        array.append(_item(entry))
    return array
