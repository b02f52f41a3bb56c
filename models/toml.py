"""TOML files ↔ frozen structs, with errors that name file, key, value and what is allowed."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import msgspec
from msgspec import inspect

from models.errors import InputError, suggestion

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

T = TypeVar("T", bound=msgspec.Struct)
Key = str | int

# What msgspec says of invalid data; the tests pin these forms.
_AT = re.compile(r"(?P<what>.*?)(?: - at `(?P<at>[^`]*)`)?$", re.DOTALL)
_UNKNOWN = re.compile(r"Object contains unknown field `(?P<key>[^`]*)`")
_MISSING = re.compile(r"Object missing required field `(?P<key>[^`]*)`")
_WORDS = {
    "int": "a whole number",
    "float": "a number",
    "str": "text in quotes",
    "bool": "true or false",
    "array": "a list",
    "object": "a table",
}


def read_toml(path: Path, kind: type[T], error: type[InputError]) -> T:
    """Read *path* as a *kind*. Raises *error* with one sentence for the user."""
    return convert(read_toml_data(path, error), kind, error, str(path))


def read_toml_data(path: Path, error: type[InputError]) -> dict[str, Any]:
    """Read *path* as it stands, without validating what it says."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as problem:
        raise error(f"{path}: cannot be read: {problem.strerror}") from problem
    except UnicodeDecodeError as problem:
        raise error(f"{path}: not UTF-8 text") from problem
    return _loads(text, error, str(path))


def parse_toml(text: str, kind: type[T], error: type[InputError], name: str) -> T:
    """Parse *text*, which messages call *name*."""
    return convert(_loads(text, error, name), kind, error, name)


def convert(data: Any, kind: type[T], error: type[InputError], name: str) -> T:
    """Validate parsed *data*. Raises *error* naming the key, its value and what is allowed."""
    try:
        return msgspec.convert(data, kind)
    except msgspec.ValidationError as problem:
        raise error(f"{name}: {_explain(str(problem), data, kind)}") from problem


def dump_toml(data: Mapping[str, Any]) -> str:
    """TOML text of plain *data*; None is left out, as TOML has no word for it."""
    return "\n".join(_table((), data)).lstrip("\n") + "\n"


def _loads(text: str, error: type[InputError], name: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as problem:
        raise error(f"{name}: not valid TOML: {problem}") from problem


def _explain(message: str, data: Any, kind: type[msgspec.Struct]) -> str:
    match = _AT.match(message)
    what, at = (match["what"], match["at"]) if match else (message, None)
    keys = _keys(at or "")
    if unknown := _UNKNOWN.match(what):
        known = _fields(_type_at(kind, keys))
        return f"unknown key {_dotted([*keys, unknown['key']])}{suggestion(unknown['key'], known)}"
    if missing := _MISSING.match(what):
        return f"the key {_dotted([*keys, missing['key']])} is missing"
    expected = _expected(what, _type_at(kind, keys))
    return f"{_dotted(keys)} = {_value_at(data, keys)!r}: {expected}" if keys else expected


def _expected(what: str, node: inspect.Type | None) -> str:
    """What the schema allows there, in the user's words rather than in those of types."""
    alternatives = _alternatives(node)
    described = [d for d in map(_description, _parts(node)) if d]
    allowed = [
        str(value) for t in alternatives if isinstance(t, inspect.LiteralType) for value in t.values
    ]
    if described and "matching regex" in what:
        return f"expected {described[0]}"
    if allowed and what.startswith("Invalid enum value"):
        return f"expected {'one of ' if len(allowed) > 1 else ''}{', '.join(allowed)}"
    what = re.sub(r", got `[^`]*`$", "", what).replace("Expected", "expected", 1)
    return re.sub(
        r"`([^`]*)`", lambda m: " or ".join(_WORDS.get(w, w) for w in m[1].split(" | ")), what
    )


def _keys(at: str) -> list[Key]:
    """`$.camera[0].fps` → ["camera", 0, "fps"]; `[...]` stands for every item: dropped."""
    parts = re.findall(r"\.([A-Za-z0-9_-]+)|\[(\d+)\]", at)
    return [name if name else int(index) for name, index in parts]


def _dotted(keys: Iterable[Key]) -> str:
    text = ""
    for key in keys:
        text += f"[{key}]" if isinstance(key, int) else f".{key}" if text else key
    return text


def _value_at(data: Any, keys: Iterable[Key]) -> Any:
    for key in keys:
        try:
            data = data[key]
        except (KeyError, IndexError, TypeError):
            return None
    return data


def _type_at(kind: Any, keys: Iterable[Key]) -> inspect.Type | None:
    """The schema's type of the value that *keys* leads to; None where the schema ends."""
    node: inspect.Type | None = inspect.type_info(kind)
    for key in keys:
        node = next(filter(None, (_step(t, key) for t in _alternatives(node))), None)
    return node


def _step(node: inspect.Type, key: Key) -> inspect.Type | None:
    if isinstance(node, inspect.StructType):
        return next((field.type for field in node.fields if field.encode_name == key), None)
    if isinstance(node, inspect.DictType):
        return node.value_type
    if isinstance(node, inspect.VarTupleType | inspect.ListType):
        return node.item_type
    if isinstance(node, inspect.TupleType) and isinstance(key, int):
        return node.item_types[key] if key < len(node.item_types) else None
    return None


def _parts(node: inspect.Type | None) -> list[inspect.Type]:
    """The members of a union, or the type itself."""
    if isinstance(node, inspect.UnionType):
        return list(node.types)
    return [node] if node is not None else []


def _alternatives(node: inspect.Type | None) -> list[inspect.Type]:
    """The types a value may have, without what only describes them."""
    return [t.type if isinstance(t, inspect.Metadata) else t for t in _parts(node)]


def _description(node: inspect.Type) -> str | None:
    if not isinstance(node, inspect.Metadata) or not node.extra_json_schema:
        return None
    return node.extra_json_schema.get("description")


def _fields(node: inspect.Type | None) -> list[str]:
    """The keys of a table, as TOML spells them."""
    structs = (t for t in _alternatives(node) if isinstance(t, inspect.StructType))
    return [field.encode_name for struct in structs for field in struct.fields]


def _table(path: tuple[str, ...], data: Mapping[str, Any]) -> list[str]:
    """The lines of one table: its values first, as TOML demands, then the tables inside."""
    lines: list[str] = []
    inside: list[str] = []
    for key, value in data.items():
        name = (*path, key)
        if isinstance(value, Mapping):
            inside += ["", f"[{_name(name)}]", *_table(name, value)]
        elif (
            isinstance(value, list | tuple) and value and all(isinstance(v, Mapping) for v in value)
        ):
            for item in value:
                inside += ["", f"[[{_name(name)}]]", *_table(name, item)]
        elif value is not None:
            lines.append(f"{_name((key,))} = {_value(value)}")
    return lines + inside


def _name(path: tuple[str, ...]) -> str:
    return ".".join(k if re.fullmatch(r"[A-Za-z0-9_-]+", k) else _value(k) for k in path)


def _value(value: Any) -> str:
    if isinstance(value, str):
        # JSON's escapes are TOML's, but JSON leaves DEL as it is.
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_value, value))}]"
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{_name((k,))} = {_value(v)}' for k, v in value.items())}}}"
    return str(value)
