"""The twelve labels on one sheet of A4, to print and hold before a camera: PDF or image."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import cv2
import numpy as np

from models.rendering import drawings_plain
from models.rendering.pen import Path, Pen, Points, rasterise
from models.rendering.textures import Image

WIDTH, HEIGHT = 210.0, 297.0  # millimetres
_SIDE = 54.0  # of a label
_COLUMNS, _STEP, _LEFT, _TOP = 3, (62.0, 67.0), 16.0, 30.0
_POINT = 72 / 25.4  # printer's points in a millimetre
_FIT, _RIM = 0.8, 0.035
_HEAD = "Handling and hazard labels for Saccade: print at full size, cut out, show to a camera."


class _Text(NamedTuple):
    words: str
    x: float  # millimetres, of the base line's start
    y: float
    size: float  # points


def _labels() -> Iterator[tuple[list[Path], float, float]]:
    """Each label's paths in the unit square, and its upper left corner in millimetres."""
    for n, drawing in enumerate(drawings_plain.DRAWINGS.values()):
        pen = Pen()
        drawing(pen)
        paths = [
            Path(_inner(p.points), p.width and p.width * _FIT, p.closed, p.ink) for p in pen.paths
        ]
        edge = _RIM / 2
        rim = np.array([(edge, edge), (1 - edge, edge), (1 - edge, 1 - edge), (edge, 1 - edge)])
        row, column = divmod(n, _COLUMNS)
        yield [*paths, Path(rim, _RIM, True, True)], *_corner(row, column)


def _inner(points: Points) -> Points:
    return np.asarray((points - 0.5) * _FIT + 0.5)


def _corner(row: int, column: int) -> tuple[float, float]:
    return _LEFT + column * _STEP[0], _TOP + row * _STEP[1]


def _texts() -> Iterator[_Text]:
    yield _Text(_HEAD, _LEFT, 20.0, 11)
    for n, name in enumerate(drawings_plain.DRAWINGS):
        x, y = _corner(*divmod(n, _COLUMNS))
        yield _Text(name, x, y + _SIDE + 6, 12)


def draw_sheet(dots_per_inch: int = 300) -> Image:
    """The sheet as an image (h, w, 3), black on white."""
    scale = dots_per_inch / 25.4
    page = np.full((round(HEIGHT * scale), round(WIDTH * scale), 3), 255, np.uint8)
    side = round(_SIDE * scale)
    for paths, x, y in _labels():
        left, top = round(x * scale), round(y * scale)
        page[top : top + side, left : left + side] -= rasterise(paths, side)[..., None]
    for text in _texts():
        size = text.size / 72 * dots_per_inch * 0.72 / 22  # capitals of 22 pixels at size 1
        start = (round(text.x * scale), round(text.y * scale))
        thick = max(1, round(2 * size))
        cv2.putText(
            page, text.words, start, cv2.FONT_HERSHEY_SIMPLEX, size, (0,) * 3, thick, cv2.LINE_AA
        )
    return page


def write_pdf() -> bytes:
    """The sheet as a PDF of vectors; without a date, so that the same program writes the same."""
    content = ["1 J 1 j"]  # round ends and joints
    for paths, x, y in _labels():
        unit = _SIDE * _POINT
        corner = (x * _POINT, (HEIGHT - y) * _POINT)
        content.append(f"q {unit:.3f} 0 0 {-unit:.3f} {corner[0]:.3f} {corner[1]:.3f} cm")
        content += [_draw(path) for path in paths]
        content.append("Q")
    for text in _texts():
        x, y = text.x * _POINT, (HEIGHT - text.y) * _POINT
        content.append(f"BT /F1 {text.size} Tf {x:.2f} {y:.2f} Td ({text.words}) Tj ET")
    stream = "\n".join(content).encode("ascii")
    box = f"[0 0 {WIDTH * _POINT:.2f} {HEIGHT * _POINT:.2f}]"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        f"<< /Type /Page /Parent 2 0 R /MediaBox {box} /Contents 4 0 R "
        f"/Resources << /Font << /F1 5 0 R >> >> >>".encode(),
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    return _file(objects)


def _draw(path: Path) -> str:
    """The path in PDF's operators."""
    grey = 0 if path.ink else 1
    points = [f"{x:.4f} {y:.4f}" for x, y in path.points]
    outline = f"{points[0]} m " + " ".join(f"{point} l" for point in points[1:])
    if path.width is None:
        return f"{grey} g {outline} f"
    return f"{grey} G {path.width:.4f} w {outline} {'s' if path.closed else 'S'}"


def _file(objects: list[bytes]) -> bytes:
    """Number the objects and write the table that says where each begins."""
    pdf = bytearray(b"%PDF-1.4\n")
    table = b"0000000000 65535 f \n"
    for number, body in enumerate(objects, 1):
        table += b"%010d 00000 n \n" % len(pdf)
        pdf += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    count = len(objects) + 1
    end = b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (count, len(pdf))
    return bytes(pdf + b"xref\n0 %d\n" % count + table + end)
