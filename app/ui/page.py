"""Pages of a size of their own, as SVG and PNG files: drawn without a window or a display."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from PyQt5.QtCore import (
    QBuffer,
    QByteArray,
    QIODevice,
    QRectF,
    QSize,
    qInstallMessageHandler,
)
from PyQt5.QtGui import QFont, QGuiApplication, QImage, QPainter

from app.files import write_whole

log = logging.getLogger(__name__)

# Pixels of a PNG for each of the page's: sharp on a dense display and on paper.
_SCALE = 2


class Page(Protocol):
    """What can be written: it says how large it is, and draws itself."""

    @property
    def title(self) -> str: ...

    @property
    def size(self) -> QSize: ...

    def draw(self, painter: QPainter) -> None: ...


def write_page(lay_out: Callable[[QFont], Page], path: Path) -> None:
    """Write the page that *lay_out* makes with the user's font, as .svg or else as .png.

    Raises SaccadeError where the file cannot be written.
    """
    # Fonts need an application, but no display; one that is there serves as well.
    application = QGuiApplication.instance()
    if application is None:
        qInstallMessageHandler(lambda kind, context, message: log.debug("Qt: %s", message))
        application = QGuiApplication(["saccade", "-platform", "offscreen"])
    assert isinstance(application, QGuiApplication)
    page = lay_out(application.font())
    write_whole(path, _svg(page) if path.suffix.lower() == ".svg" else _png(page))


def _png(page: Page) -> bytes:
    image = QImage(page.size * _SCALE, QImage.Format_RGB32)
    painter = QPainter(image)
    painter.scale(_SCALE, _SCALE)
    page.draw(painter)
    painter.end()
    return _collected(lambda buffer: image.save(buffer, "PNG"))


def _svg(page: Page) -> bytes:
    # A package of its own in some distributions; a .png does without.
    from PyQt5.QtSvg import QSvgGenerator

    def write(buffer: QBuffer) -> None:
        generator = QSvgGenerator()
        generator.setOutputDevice(buffer)
        generator.setSize(page.size)
        generator.setViewBox(QRectF(0, 0, page.size.width(), page.size.height()))
        generator.setTitle(page.title)
        painter = QPainter(generator)
        page.draw(painter)
        painter.end()

    return _collected(write)


def _collected(write: Callable[[QBuffer], object]) -> bytes:
    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QIODevice.WriteOnly)
    write(buffer)
    buffer.close()
    return bytes(content)
