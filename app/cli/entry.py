"""Reads the arguments and calls one command's `run`."""

from __future__ import annotations

import argparse
import logging
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from app.cli import (
    adapt,
    bench,
    choose,
    doctor,
    explain,
    labels,
    models,
    predict,
    prune,
    quantize,
    run,
    train,
)
from app.cli import map as map_
from app.config import load_config
from models.command import command
from models.errors import SaccadeError
from models.version import VERSION

_FORMAT = "%(asctime)s %(levelname)-7s %(message)s"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status: 0 done, 1 failed, 2 bad usage or input."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    if not words or (words[0].startswith("-") and words[0] not in ("-h", "--help", "--version")):
        words.insert(0, "run")
    args = build_parser().parse_args(words)
    logging.basicConfig(
        level=logging.DEBUG if args.verbose else logging.INFO,
        format=_FORMAT,
        datefmt="%H:%M:%S",
        stream=sys.stderr,
    )
    try:
        args.settings = load_config(args.config)
        args.networks = args.settings.storage.networks_folder
        status: int = args.func(args)
        sys.stdout.flush()
    except SaccadeError as error:
        return _fail(str(error), error.exit_status)
    except KeyboardInterrupt:
        return _fail("stopped", 130)
    except BrokenPipeError:
        # The reader of the output has gone; Python would complain again at its own exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except Exception as error:
        if args.verbose:
            raise
        return _fail(f"internal error: {error!r}; --verbose shows where", 1)
    return status


def _fail(message: str, status: int) -> int:
    print(f"saccade: {message}", file=sys.stderr)
    return status


def build_parser(prog: str | None = None) -> argparse.ArgumentParser:
    """The whole command line; it calls the program *prog*, by default as it was started."""
    prog = prog or command()
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--config", type=Path, metavar="FILE", help="instead of config.toml")
    common.add_argument("--json", action="store_true", help="one JSON document on standard output")
    common.add_argument("-v", "--verbose", action="store_true", help="log every detail")
    parser = argparse.ArgumentParser(
        prog=prog,
        description="Live vision that chooses its network by accuracy, throughput and power.",
        epilog=f"Without a command: run. `{prog} COMMAND --help` shows examples.",
    )
    parser.add_argument("--version", action="version", version=f"Saccade {VERSION}")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    study = (bench, choose, map_, explain, predict, adapt)
    for each in (run, models, *study, train, prune, quantize, labels, doctor):
        each.add_parser(commands, [common])
    return parser
