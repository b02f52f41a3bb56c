from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import cv2
import numpy as np
import pytest

from models.rendering.dataset import CLASSES
from models.rendering.sheet import draw_sheet, write_pdf


def test_twelve_frames_are_on_the_sheet() -> None:
    dark = np.asarray(255 - draw_sheet(100)[..., 0], np.uint8)
    assert dark.shape == (1169, 827)
    _, _, stats, _ = cv2.connectedComponentsWithStats(np.asarray(dark > 127, np.uint8))
    side = 54 / 25.4 * 100
    frames = [s for s in stats[1:] if s[cv2.CC_STAT_WIDTH] == pytest.approx(side, abs=2)]
    assert len(frames) == len(CLASSES)


def test_the_pdf_says_where_its_objects_are() -> None:
    pdf = write_pdf()
    assert pdf.startswith(b"%PDF-1.")
    assert pdf == write_pdf()
    start = int(pdf.split(b"startxref\n")[1].split()[0])
    assert pdf[start:].startswith(b"xref\n")
    for number, at in enumerate(re.findall(rb"(\d{10}) 00000 n", pdf), 1):
        assert pdf[int(at) :].startswith(b"%d 0 obj" % number)
    for name in CLASSES:
        assert f"({name})".encode() in pdf
    stream = pdf.split(b"\nendstream")[0].split(b"stream\n")[1]
    assert f"/Length {len(stream)} ".encode() in pdf


def test_the_pdf_shows_what_the_image_shows(tmp_path: Path) -> None:
    painter = shutil.which("gs")
    if painter is None:
        pytest.skip("Ghostscript, which paints the PDF, is not installed")
    source, target = tmp_path / "sheet.pdf", tmp_path / "sheet.png"
    source.write_bytes(write_pdf())
    options = ["-q", "-dNOPAUSE", "-dBATCH", "-sDEVICE=pnggray", "-r100"]
    subprocess.run([painter, *options, f"-sOutputFile={target}", source], check=True, timeout=60)
    painted = cv2.imread(str(target), cv2.IMREAD_GRAYSCALE)
    assert painted is not None
    drawn = cv2.resize(draw_sheet(100)[..., 0], painted.shape[::-1])
    differs = cv2.blur(cv2.absdiff(painted, drawn), (9, 9)) > 90
    assert differs.mean() < 0.01


def test_the_sheet_in_the_documents_is_what_the_program_writes() -> None:
    sheet = Path(__file__).parents[3] / "docs" / "labels.pdf"
    assert sheet.read_bytes() == write_pdf(), (
        "write it again: python main.py labels --out docs/labels.pdf"
    )
