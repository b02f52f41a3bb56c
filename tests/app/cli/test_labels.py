from __future__ import annotations

from pathlib import Path

import cv2
import pytest

from app.cli import main


def test_the_suffix_says_the_format(tmp_path: Path) -> None:
    assert main(["labels", "--out", str(tmp_path / "sheet.pdf")]) == 0
    assert (tmp_path / "sheet.pdf").read_bytes().startswith(b"%PDF")
    assert main(["labels", "--out", str(tmp_path / "sheet.PNG")]) == 0
    image = cv2.imread(str(tmp_path / "sheet.PNG"))
    assert image is not None
    assert image.shape == (3508, 2480, 3)


@pytest.mark.parametrize(("name", "status"), [("sheet.gif", 2), ("no/such/folder/sheet.pdf", 1)])
def test_what_cannot_be_written_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, status: int
) -> None:
    assert main(["labels", "--out", str(tmp_path / name)]) == status
    error = capsys.readouterr().err
    assert error.startswith("saccade: ")
    assert len(error.splitlines()) == 1
    assert not list(tmp_path.iterdir())
