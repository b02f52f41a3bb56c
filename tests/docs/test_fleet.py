"""docs/fleet.md says what the files and the code do."""

from __future__ import annotations

import re
from pathlib import Path

from app.config import load_config
from app.sharing.exchange import PATIENCE_S
from app.sharing.kept import MAX_TABLES
from app.sharing.table import MAX_BYTES, MAX_ROWS
from app.telemetry.outbox import EVENTS
from tests.app.telemetry.test_fleet import DEVICES
from tests.packaging.fleet.files import inputs, read_yaml
from tests.packaging.installed import ROOT

TEXT = (ROOT / "docs/fleet.md").read_text(encoding="utf-8")
WORDS = re.sub(r"\s+", " ", TEXT)


def cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip("|").split("|")]


def test_the_table_of_what_is_collected_is_telegrafs() -> None:
    lines = [cells(line) for line in TEXT.splitlines() if line.startswith("| `saccade_")]
    documented = {
        name.strip("`"): (set(re.findall(r"`(\w+)`", tags)), re.findall(r"`([^`]+)`", topics))
        for name, tags, topics, _ in lines
    }
    for name, taken in inputs().items():
        levels = {level for each in taken["topic_parsing"] for level in each["tags"].split("/")}
        tags = (levels - {"_"}) | set(taken.get("tag_keys", []))
        assert documented.pop(name) == (tags, taken["topics"])
    assert not documented


def test_limits_are_those_of_the_code() -> None:
    for limit in (
        f"of more than {MAX_BYTES // 1024} KiB or {MAX_ROWS} rows",
        f"{MAX_TABLES} senders' tables are kept",
        f"waits up to {PATIENCE_S:.0f} s for them",
        f"at most {EVENTS} events",
    ):
        assert limit in WORDS
    assert DEVICES == 200
    retention = read_yaml("compose.yaml")["services"]["influxdb"]["environment"]
    assert retention["DOCKER_INFLUXDB_INIT_RETENTION"] == "${INFLUXDB_RETENTION:-30d}"


def test_the_settings_are_settings(tmp_path: Path) -> None:
    for page in ("fleet.md", "home-assistant.md"):
        text = (ROOT / "docs" / page).read_text(encoding="utf-8")
        for number, block in enumerate(re.findall(r"```toml\n(.*?)```", text, re.DOTALL)):
            file = tmp_path / f"{page}{number}.toml"
            file.write_text(block.replace("\n   ", "\n"), encoding="utf-8")
            load_config(file)


def test_what_is_linked_is_there() -> None:
    for page in ("fleet.md", "home-assistant.md"):
        text = (ROOT / "docs" / page).read_text(encoding="utf-8")
        for link in re.findall(r"\]\(([^)#]+)\)", text):
            assert (Path(ROOT, "docs") / link).exists(), link
