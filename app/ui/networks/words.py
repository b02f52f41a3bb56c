"""What the window says of a network."""

from __future__ import annotations

from html import escape
from urllib.parse import urlsplit

from PyQt5.QtCore import QCoreApplication

from app.ui.text import coloured
from app.ui.theme import Palette
from models.manifest import Accuracy, Manifest

translate = QCoreApplication.translate


def described(manifest: Manifest, palette: Palette) -> str:
    """Rich text: its name, what it finds, its figures, and under which licence from where."""
    facts = [_task(manifest.task), manifest.precision, megabytes(manifest.size)]
    facts += [_accuracy(manifest.accuracy[0])] if manifest.accuracy else []
    origin = translate("networks", "licence {licence}").format(licence=manifest.licence)
    if server := urlsplit(manifest.source).hostname:
        origin += " · " + translate("networks", "from {server}").format(server=server)
    lines = [f"<b>{escape(manifest.name)}</b>", escape(manifest.title)]
    # Lines break between facts.
    kept = " · ".join(fact.replace(" ", "\N{NO-BREAK SPACE}") for fact in facts)
    lines += [coloured(line, palette.muted) for line in (kept, origin)]
    return "<br>".join(lines)


def megabytes(size: int | None) -> str:
    """A file's size."""
    if size is None:
        return translate("networks", "size unknown")
    return translate("networks", "{size} MB").format(size=f"{size / 1e6:.1f}")


def progress(done: int, total: int | None) -> str:
    """How far a download is; *total* is None where nobody said how long it is."""
    if total is None:
        return megabytes(done)
    text = translate("networks", "{done} of {size} MB")
    return text.format(done=f"{done / 1e6:.1f}", size=f"{total / 1e6:.1f}")


def _task(task: str) -> str:
    return {
        "detect": translate("networks", "finds things"),
        "classify": translate("networks", "names the picture"),
    }[task]


def _accuracy(accuracy: Accuracy) -> str:
    text = (
        translate("networks", "{metric} {value} measured")
        if accuracy.origin == "measured"
        else translate("networks", "{metric} {value} declared")
    )
    return text.format(metric=accuracy.metric, value=f"{accuracy.value:.1%}")
