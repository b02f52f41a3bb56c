"""TOML files → frozen structs, with errors that name file, key, value and what is allowed."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from models.errors import InputError, suggestion

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

T = TypeVar("T", bound=msgspec.Struct)

_UNKNOWN = re.compile(r"Object contains unknown field `(?P<key>[^`]*)`(?: - at `(?P<at>[^`]*)`)?")
_INVALID = re.compile(r"(?P<what>.*?) - at `(?P<at>[^`]*)`$", re.DOTALL)


def read_toml(path: Path, kind: type[T], error: type[InputError]) -> T:
    """Read *path* as a *kind*. Raises *error* with one sentence for the user."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as problem:
        raise error(f"{path}: cannot be read: {problem.strerror}") from problem
    except UnicodeDecodeError as problem:
        raise error(f"{path}: not UTF-8 text") from problem
    return parse_toml(text, kind, error, str(path))


def parse_toml(text: str, kind: type[T], error: type[InputError], name: str) -> T:
    """Parse *text*, which messages call *name*."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as problem:
        raise error(f"{name}: not valid TOML: {problem}") from problem
    return convert(data, kind, error, name)


def convert(data: Any, kind: type[T], error: type[InputError], name: str) -> T:
    """Validate parsed *data*. Raises *error* naming the key, its value and what is allowed."""
    try:
        return msgspec.convert(data, kind)
    except msgspec.ValidationError as problem:
        raise error(f"{name}: {_explain(str(problem), data, kind)}") from problem


def dump_toml(data: dict[str, Any]) -> str:
    """Plain TOML text: scalars first, then tables, then arrays of tables."""
    return msgspec.toml.encode(data).decode()


def _explain(message: str, data: Any, kind: type[msgspec.Struct]) -> str:
    unknown = _UNKNOWN.match(message)
    if unknown:
        where = _keys(unknown["at"] or "$")
        known = _fields_at(kind, where)
        return f"unknown key {_dotted([*where, unknown['key']])}{suggestion(unknown['key'], known)}"
    invalid = _INVALID.match(message)
    if not invalid:
        return message
    keys = _keys(invalid["at"])
    what = invalid["what"].replace("Expected", "expected", 1).replace("`", "")
    found = _value_at(data, keys)
    return f"{_dotted(keys)} = {found!r}: {what}" if keys else what


def _keys(at: str) -> list[str | int]:
    """`$.camera[0].fps` → ["camera", 0, "fps"]; `[...]` stands for every item: dropped."""
    parts = re.findall(r"\.([A-Za-z0-9_-]+)|\[(\d+)\]", at)
    return [name if name else int(index) for name, index in parts]


def _dotted(keys: list[str | int]) -> str:
    text = ""
    for key in keys:
        text += f"[{key}]" if isinstance(key, int) else f".{key}" if text else key
    return text


def _value_at(data: Any, keys: list[str | int]) -> Any:
    for key in keys:
        try:
            data = data[key]
        except (KeyError, IndexError, TypeError):
            return None
    return data


def _fields_at(kind: Any, keys: list[str | int]) -> list[str]:
    """The field names of the struct that *keys* leads to, as TOML spells them."""
    node = msgspec.inspect.type_info(kind)
    for key in keys:
        node = _struct_of(node)
        if isinstance(node, msgspec.inspect.StructType) and isinstance(key, str):
            field = next((f for f in node.fields if f.encode_name == key), None)
            if field is None:
                return []
            node = field.type
    node = _struct_of(node)
    if isinstance(node, msgspec.inspect.StructType):
        return [field.encode_name for field in node.fields]
    return []


def _struct_of(node: Any) -> Any:
    """Look through optional and array types to the struct inside."""
    if isinstance(node, msgspec.inspect.UnionType):
        structs = [t for t in node.types if isinstance(t, msgspec.inspect.StructType)]
        return structs[0] if structs else node
    if isinstance(node, msgspec.inspect.VarTupleType | msgspec.inspect.ListType):
        return _struct_of(node.item_type)
    return node
