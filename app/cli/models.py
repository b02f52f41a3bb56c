"""`models`: the networks that are installed, and those that can be."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from app.library import install
from models import catalogue
from models.errors import DownloadError, ManifestError, SaccadeError, UnknownName
from models.manifest import Manifest, Network, describe_network
from models.store import Installed, Store

if TYPE_CHECKING:
    from models.download import Progress

UNKNOWN = "–"

EXAMPLES = """\
examples:
  %(prog)s list                       what is installed and what could be
  %(prog)s pull fastestdet            download one network, check it, install it
  %(prog)s pull coco                  every detector of the 80 COCO classes
  %(prog)s pull yunet --mirror /media/usb/networks
  %(prog)s add net.onnx --manifest net.toml    your own network; docs/manifest.md has the keys
  %(prog)s show yolox-nano --json     everything that is known, for programs
  %(prog)s verify                     hash every installed file again
"""


def add_parser(
    subparsers: argparse._SubParsersAction[argparse.ArgumentParser],
    parents: Sequence[argparse.ArgumentParser] = (),
) -> argparse.ArgumentParser:
    """The parser of `models`; its actions take the common options of *parents*."""
    parser = subparsers.add_parser(
        "models",
        help="list, download, add, remove and verify networks",
        description="The networks that are installed, and those that can be.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")

    def action(name: str, text: str) -> argparse.ArgumentParser:
        return actions.add_parser(name, help=text, description=text, parents=list(parents))

    action("list", "Networks that are installed, and those that `pull` can install.")
    show = action("show", "Everything that is known of a network.")
    show.add_argument("name", metavar="NAME")
    pull = action("pull", "Download networks of the catalogue, check and install them.")
    pull.add_argument("name", metavar="NAME|PACK", help=f"packs: {', '.join(catalogue.PACKS)}")
    pull.add_argument(
        "--mirror", metavar="URL|DIR", help="a server or folder that has the file under its name"
    )
    add = action("add", "Check and install a network of your own.")
    add.add_argument("file", metavar="FILE", type=Path, help="the ONNX or TFLite file")
    add.add_argument(
        "--manifest",
        metavar="FILE",
        type=Path,
        required=True,
        help="what it is and how to feed and read it: see docs/manifest.md",
    )
    remove = action("remove", "Remove an installed network.")
    remove.add_argument("name", metavar="NAME")
    verify = action("verify", "Compare installed files with their SHA-256.")
    verify.add_argument("name", metavar="NAME", nargs="?")
    parser.set_defaults(func=run)
    return parser


def run(args: argparse.Namespace) -> int:
    """Do one action on the store in the folder *args.networks*. Raises SaccadeError."""
    return _ACTIONS[args.action](args, Store(args.networks))


def _list(args: argparse.Namespace, store: Store) -> int:
    installed = store.list()
    present = {entry.name for entry in installed}
    rows = [_row(entry) for entry in installed]
    rows += [_available(name) for name in catalogue.names() if name not in present]
    packs = ", ".join(f"{pack} ({len(names)})" for pack, names in catalogue.PACKS.items())
    _report(
        args, {"networks": rows, "packs": catalogue.PACKS}, [*_table(rows), "", f"packs: {packs}"]
    )
    return 0


def _show(args: argparse.Namespace, store: Store) -> int:
    entries = {entry.name: entry for entry in store.list()}
    if args.name in entries:
        row = _row(entries[args.name])
    elif args.name in catalogue.names():
        row = _available(args.name)
    else:
        raise UnknownName("network", args.name, {*entries, *catalogue.names()})
    _report(args, row, _details(row))
    return 0


def _pull(args: argparse.Namespace, store: Store) -> int:
    names = catalogue.members(args.name)
    rows, failed = [], []
    for name in names:
        try:
            rows.append(_pull_one(name, args.mirror, store))
        except SaccadeError as error:
            if len(names) == 1:
                raise
            print(f"{name}: {error}", file=sys.stderr)
            failed.append(name)
    _report(
        args, {"networks": rows, "failed": failed}, [f"{r['name']}: {r['state']}" for r in rows]
    )
    if failed:
        raise SaccadeError(
            f"{len(failed)} of the {len(names)} networks of {args.name!r} could not be installed: "
            f"{', '.join(failed)}"
        )
    return 0


def _pull_one(name: str, mirror: str | None, store: Store) -> dict[str, Any]:
    manifest = catalogue.manifest(name)
    try:
        with _progress(manifest) as progress:
            return _row(install(name, store, mirror, progress, _announce))
    except KeyboardInterrupt:
        raise DownloadError(
            f"{name}: interrupted; what has arrived is kept, the same command goes on from there"
        ) from None


def _announce(manifest: Manifest) -> None:
    print(
        f"{manifest.name}: {manifest.title}; {_megabytes(manifest.size)}; licence "
        f"{manifest.licence}\n  published at {manifest.source or UNKNOWN}",
        file=sys.stderr,
    )


def _add(args: argparse.Namespace, store: Store) -> int:
    network = store.add(describe_network(args.manifest, args.file))
    row = _row(*store.verify(network.name))
    _report(args, row, [f"{network.name}: installed"])
    return 0


def _remove(args: argparse.Namespace, store: Store) -> int:
    store.remove(args.name)
    _report(args, {"removed": args.name}, [f"{args.name}: removed"])
    return 0


def _verify(args: argparse.Namespace, store: Store) -> int:
    entries = store.verify(args.name)
    rows = [_row(entry) for entry in entries]
    _report(args, {"networks": rows}, [f"{e.name}: {e.problem or 'undamaged'}" for e in entries])
    return ManifestError.exit_status if any(entry.problem for entry in entries) else 0


_ACTIONS = {
    "list": _list,
    "show": _show,
    "pull": _pull,
    "add": _add,
    "remove": _remove,
    "verify": _verify,
}


def _row(entry: Installed) -> dict[str, Any]:
    """One network as --json writes it: the manifest's keys, and what the store knows."""
    row = {"name": entry.name, "state": entry.state, "problem": entry.problem or None}
    if entry.network is None:
        return row
    return row | _described(entry.network) | {"path": str(entry.network.path)}


def _available(name: str) -> dict[str, Any]:
    network = catalogue.network(name, Path())
    return {"name": name, "state": "available", "problem": None} | _described(network)


def _described(network: Network) -> dict[str, Any]:
    row: dict[str, Any] = msgspec.to_builtins(network.manifest)
    return row | {"labels": network.labels}


def _report(args: argparse.Namespace, document: Any, lines: Sequence[str]) -> None:
    """The one document of --json, or the lines for people."""
    text = json.dumps(document, indent=2, ensure_ascii=False) if args.json else "\n".join(lines)
    if text:
        print(text)


def _table(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    cells = [("NAME", "TASK", "PRECISION", "SIZE", "ACCURACY", "LICENCE", "STATE")]
    for row in rows:
        state = f"{row['state']}: {row['problem']}" if row["problem"] else row["state"]
        accuracy = row.get("accuracy") or (None,)
        cells.append(
            (
                row["name"],
                row.get("task", UNKNOWN),
                row.get("precision", UNKNOWN),
                _megabytes(row.get("size")),
                _accuracy(accuracy[0]),
                row.get("licence", UNKNOWN),
                state,
            )
        )
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return ["  ".join(map(str.ljust, line, widths)).rstrip() for line in cells]


def _details(row: Mapping[str, Any]) -> list[str]:
    if row["problem"]:
        return [row["name"], f"  state      damaged: {row['problem']}"]
    source, decoder, labels = row["input"], row["decoder"], row["labels"]
    shown = ", ".join(labels[:4]) + (", …" if len(labels) > 4 else "")
    lines = {
        "state": f"{row['state']} {row.get('path', '')}".rstrip(),
        "task": f"{row['task']}, {len(labels)} classes: {shown}",
        "precision": row["precision"] + (f", of {row['parent']}" if row["parent"] else ""),
        "licence": row["licence"],
        "source": row["source"] or UNKNOWN,
        "file": f"{row['file']}, {row['size'] or UNKNOWN} bytes",
        "sha256": row["sha256"],
        "input": f"{source['width']}×{source['height']} {source['colour']} {source['layout']} "
        f"{source['dtype']}, {source['fit']}, (x − {list(source['mean'])}) / {list(source['std'])}",
        "decoder": f"{decoder['name']}, score ≥ {decoder['score_threshold']}, "
        f"IoU {decoder['iou_threshold']}, at most {decoder['limit']}",
    }
    pairs = list(lines.items())
    pairs += [("accuracy", f"{_accuracy(a)} on {a['dataset']}") for a in row["accuracy"]]
    return [f"{row['name']} – {row['title']}", *(f"  {key:<10} {value}" for key, value in pairs)]


def _accuracy(entry: Mapping[str, Any] | None) -> str:
    if entry is None:
        return UNKNOWN
    return f"{entry['metric']} {entry['value']:.1%} {entry['origin']}"


def _megabytes(size: int | None) -> str:
    return UNKNOWN if size is None else f"{size / 1e6:.1f} MB"


@contextmanager
def _progress(manifest: Manifest) -> Iterator[Progress]:
    """A bar where standard error is a terminal, a line every quarter of the way elsewhere."""
    if sys.stderr.isatty():
        from tqdm import tqdm

        with tqdm(desc=manifest.name, unit="B", unit_scale=True, leave=False) as bar:

            def advance(done: int, total: int | None) -> None:
                bar.total = total or manifest.size
                bar.update(done - bar.n)

            yield advance
    else:
        shown = 0

        def tell(done: int, total: int | None) -> None:
            nonlocal shown
            total = total or manifest.size
            quarter = done * 4 // total if total else 0
            if quarter > shown:
                print(f"{manifest.name}: {quarter * 25} % of {_megabytes(total)}", file=sys.stderr)
            shown = quarter

        yield tell
