"""`labels`: the sheet of labels to print."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from models.errors import InputError, SaccadeError

EXAMPLES = """\
examples:
  %(prog)s                      writes labels.pdf
  %(prog)s --out sheet.png      the same as an image of 300 dots an inch
"""


def add_parser(
    subparsers: argparse._SubParsersAction[argparse.ArgumentParser],
    parents: Sequence[argparse.ArgumentParser] = (),
) -> argparse.ArgumentParser:
    """The parser of `labels`, with the common options of *parents*."""
    parser = subparsers.add_parser(
        "labels",
        help="write the sheet of labels to print and hold before a camera",
        description="Write the twelve labels that the bundled networks find, on one sheet of A4.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        parents=list(parents),
    )
    parser.add_argument("--out", type=Path, default=Path("labels.pdf"), metavar="FILE.pdf|.png")
    parser.set_defaults(func=run)
    return parser


def run(args: argparse.Namespace) -> int:
    """Write the file that `--out` names, in the format of its suffix."""
    import cv2

    from models.rendering.sheet import draw_sheet, write_pdf

    out: Path = args.out
    if out.suffix.lower() == ".pdf":
        content = write_pdf()
    elif out.suffix.lower() == ".png":
        content = cv2.imencode(".png", draw_sheet())[1].tobytes()
    else:
        raise InputError(f"--out {out}: the sheet is written as .pdf or .png")
    try:
        out.write_bytes(content)
    except OSError as error:
        raise SaccadeError(f"cannot write {out}: {error.strerror}") from error
    print(f"wrote {out}; print it at full size")
    return 0
