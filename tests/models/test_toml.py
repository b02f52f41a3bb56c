"""TOML ↔ structs: what a user who mistyped something is told."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Meta

from models.errors import ConfigError, ManifestError
from models.toml import dump_toml, parse_toml, read_toml

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib


class Camera(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    source: str
    fps: Annotated[float, Meta(gt=0, le=240)] = 30.0
    size: tuple[int, int] = (640, 480)
    kind: Literal["usb", "ip"] | None = None


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: Annotated[str, Meta(pattern="^[a-z]+$", description="a word in small letters")]
    camera: tuple[Camera, ...] = ()
    names: Annotated[str, Meta(pattern="^x$", description="an x")] | tuple[str, ...] = ()
    options: dict[str, Camera] = {}
    window: Camera | None = None
    schema: Literal[1] = 1


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "the key name is missing"),
        ("name = 3", "name = 3: expected text in quotes"),
        ('name = "A"', "name = 'A': expected a word in small letters"),
        ('name = "a"\nnmae = 1', "unknown key nmae; did you mean 'name'?"),
        ('name = "a"\nschema = 2', "schema = 2: expected 1"),
        ('name = "a"\nnames = "y"', "names = 'y': expected an x"),
        ('name = "a"\nnames = 1', "names = 1: expected text in quotes or a list"),
        ('name = "a"\nnames = [1]', "names[0] = 1: expected text in quotes"),
        # A table inside an array, an optional one, and one of a free name.
        ('name = "a"\n[[camera]]', "the key camera[0].source is missing"),
        ('name = "a"\n[[camera]]\nsource=""\nfps=-1', "camera[0].fps = -1: expected a number > 0"),
        ('name = "a"\n[[camera]]\nsorce=""', "unknown key camera[0].sorce; did you mean 'source'?"),
        ('name = "a"\n[window]\nsource=""\nfps="x"', "window.fps = 'x': expected a number"),
        ('name = "a"\n[window]\nsource=""\nkind="usb3"', "expected one of ip, usb"),
        ('name = "a"\n[window]\nsource=""\nsize=[1]', "size = [1]: expected a list of length 2"),
        ('name = "a"\n[window]\nsource=""\nsize=[1,"y"]', "size[1] = 'y': expected a whole number"),
        # Not TOML at all: line and column are said.
        ('name = "a', "not valid TOML: "),
        ("name = \nx = 1", "(at line 1, column 8)"),
    ],
)
def test_the_message_names_key_value_and_what_is_allowed(text: str, message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parse_toml(text, Settings, ConfigError, "settings.toml")
    assert str(caught.value).startswith("settings.toml: ")
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_nan_is_in_no_range() -> None:
    with pytest.raises(ConfigError, match="fps = nan"):
        parse_toml('source = ""\nfps = nan', Camera, ConfigError, "f")


@pytest.mark.parametrize(
    ("content", "message"),
    [(None, "cannot be read: No such file"), (b"name = '\xff'", "not UTF-8 text")],
)
def test_an_unreadable_file_is_one_sentence(
    tmp_path: Path, content: bytes | None, message: str
) -> None:
    path = tmp_path / "a.toml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ManifestError, match=message):
        read_toml(path, Settings, ManifestError)


def test_what_is_written_reads_well() -> None:
    data = {
        "name": "a",
        "absent": None,
        "numbers": [1, 2.5],
        "table": {"on": True, "inner": {"x": 'quote " and \\ and\nline'}},
        "rows": [{"a": 1}, {"a": 2, "b": [{"c": date(2026, 1, 2)}]}],
        "late": "values come before tables",
    }
    assert dump_toml(data) == (
        'name = "a"\nnumbers = [1, 2.5]\nlate = "values come before tables"\n'
        '\n[table]\non = true\n\n[table.inner]\nx = "quote \\" and \\\\ and\\nline"\n'
        "\n[[rows]]\na = 1\n\n[[rows]]\na = 2\n\n[[rows.b]]\nc = 2026-01-02\n"
    )


VALUES = st.recursive(
    st.text() | st.integers(-(2**63), 2**63 - 1) | st.booleans() | st.floats(allow_nan=False),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(st.text(), VALUES, max_size=5))
def test_what_is_written_is_read_back(data: dict[str, Any]) -> None:
    assert tomllib.loads(dump_toml(data)) == data
