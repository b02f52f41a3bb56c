"""`doctor` on this very machine."""

from __future__ import annotations

import json
from pathlib import Path

from tests.app.running import Home

PARTS = {
    "machine",
    "display",
    "cameras",
    "engines",
    "networks",
    "power sources",
    "heat",
    "broker",
}


def test_every_part_is_examined(tmp_path: Path) -> None:
    done = Home(tmp_path).run("doctor", "--json")
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    assert document.keys() - {"schema"} >= PARTS
    rows = [row for part in PARTS for row in document[part]]
    assert all(row["what"] and row["ok"] in (True, False, None) for row in rows)
    names = {row["name"] for row in rows}
    assert {"window", "kiosk", "onnxruntime", "synthetic:"} <= names


def test_the_page_says_the_same_in_words(tmp_path: Path) -> None:
    done = Home(tmp_path).run("doctor", QT_QPA_PLATFORM="offscreen")
    assert done.returncode == 0, done.stderr
    assert "✓ window             can be opened" in done.stdout
    assert "kiosk" in done.stdout
