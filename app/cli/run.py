"""`run`: the live application, in a window or headless."""

from __future__ import annotations

import argparse
import contextlib
import dataclasses
import json
import logging
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from app.cli.arguments import seconds, whole
from app.config import CameraConfig, Config
from app.display import display_available
from app.instance import only_window
from app.options import RunOptions
from app.scenarios import find_scenario
from models.errors import InputError

if TYPE_CHECKING:
    from app.session import Session

log = logging.getLogger(__name__)

EXAMPLES = """\
examples:
  %(prog)s                                        the first camera, else the rendered scene
  %(prog)s --source camera:1 --model yolox-nano   another camera, a network of your choice
  %(prog)s --source street.mp4 --headless --duration 60 --report out.json
  %(prog)s --source street.mp4 --every-frame --save-video out.mp4
  %(prog)s --source rtsp://host/one --source rtsp://host/two
  %(prog)s --source synthetic: --source synthetic: --model tiny-yolo-labels --model vgg-ssd-labels
  %(prog)s --mqtt mqtt://localhost                telemetry

SACCADE_MQTT_USER and SACCADE_MQTT_PASSWORD have the broker's user and password.
"""


def add_parser(commands: Any, parents: list[argparse.ArgumentParser]) -> None:
    """Add `run` to the command line."""
    parser = commands.add_parser(
        "run",
        help="show and analyse a camera live (the default)",
        description="Show and analyse one or several cameras live.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        parents=parents,
    )
    parser.add_argument(
        "--source",
        action="append",
        metavar="URI",
        help="synthetic:, camera:N, picamera:N, a video, a folder of images, rtsp://… or http://… "
        "(repeat for several cameras)",
    )
    parser.add_argument(
        "--model",
        action="append",
        metavar="NAME|auto|adapt:NAME|none",
        help="the network to run; with adapt:, one for each frame, by the router NAME (see adapt); "
        "repeat for one in each camera, in their order",
    )
    parser.add_argument(
        "--engine", metavar="NAME", help="auto, onnxruntime, opencv-dnn, openvino, ncnn, litert"
    )
    parser.add_argument("--scenario", metavar="NAME", help="what is wanted of --model auto")
    parser.add_argument(
        "--no-benchmark",
        action="store_true",
        help="do not measure the networks first where nothing is measured yet",
    )
    view = parser.add_mutually_exclusive_group()
    view.add_argument("--headless", action="store_true", help="no window")
    view.add_argument("--kiosk", action="store_true", help="full screen without a cursor")
    parser.add_argument("--duration", type=seconds, metavar="S", help="stop after S seconds")
    parser.add_argument("--frames", type=whole(), metavar="N", help="stop after N results")
    policy = parser.add_mutually_exclusive_group()
    policy.add_argument("--every-frame", action="store_true", help="drop nothing (files)")
    policy.add_argument("--fresh", action="store_true", help="lower age at fewer frames a second")
    parser.add_argument(
        "--motion",
        action=argparse.BooleanOptionalAction,
        help="spare the network the frames in which nothing moves",
    )
    parser.add_argument("--mqtt", metavar="URL", help="mqtt://host[:port] or mqtts://host[:port]")
    parser.add_argument("--report", type=Path, metavar="FILE.json", help="write figures at the end")
    parser.add_argument("--save-video", type=Path, metavar="FILE", help="write an annotated video")
    parser.add_argument(
        "--snapshot", type=Path, metavar="FILE.png", help="write the last frame at the end"
    )
    parser.set_defaults(func=run)


def run(args: argparse.Namespace) -> int:
    """Run until the user, a signal or a limit ends it; returns the exit status."""
    options = RunOptions(
        config=args.config,
        duration_s=args.duration,
        frames=args.frames,
        report=args.report,
        save_video=args.save_video,
        snapshot=args.snapshot,
        # A run of limited length does not begin with a benchmark that is longer than itself.
        benchmark=not (args.no_benchmark or args.duration or args.frames),
        headless=args.headless,
    )
    if args.kiosk:
        from app.kiosk import take_screen

        take_screen()
    if not options.headless:
        reason = display_available()
        if reason is not None:
            log.warning("no window: %s; running headless (Ctrl-C stops)", reason)
            options = dataclasses.replace(options, headless=True)
    with contextlib.nullcontext() if options.headless else only_window():
        return _live(args, options)


def _live(args: argparse.Namespace, options: RunOptions) -> int:
    from app.session import Session
    from app.watchdog import find_watchdog

    session = Session(_with_arguments(args.settings, args), options)
    # From here to the end, so that a signal never costs the report.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: session.request_stop())
    watchdog = find_watchdog()
    if watchdog:
        session.add_consumer(watchdog)
    try:
        status = _headless(session) if options.headless else _window(session, args)
    finally:
        if watchdog:
            watchdog.close()
        report = session.stop()
    if args.json:
        json.dump(report, sys.stdout, indent=1)
        print()
    session.raise_failure()
    return status


def _headless(session: Session) -> int:
    from app.console import Console

    console = Console()
    session.add_consumer(console)
    session.start()
    session.wait()
    console.close()
    return 0


def _window(session: Session, args: argparse.Namespace) -> int:
    from app.ui.app import run_window

    session.start()
    window = args.settings.window
    return run_window(session, kiosk=args.kiosk, theme=window.theme, language=window.language)


def _with_arguments(config: Config, args: argparse.Namespace) -> Config:
    """The configuration with what the command line says in place of what the file says."""
    replace = msgspec.structs.replace
    if args.source:
        config = config.with_sources(args.source)
    if args.model:
        config = replace(config, camera=tuple(_with_models(config, args.model)))
    if args.scenario:
        find_scenario(config, args.scenario)
        config = replace(config, scenario=replace(config.scenario, name=args.scenario))
    if args.engine:
        config = replace(config, engine=replace(config.engine, name=args.engine))
    if args.every_frame or args.fresh:
        policy = "every-frame" if args.every_frame else "fresh"
        config = replace(config, live=replace(config.live, policy=policy))
    if args.motion is not None:
        config = replace(config, motion=replace(config.motion, enabled=args.motion))
    if args.mqtt:
        config = replace(config, mqtt=replace(config.mqtt, url=args.mqtt))
    return config


def _with_models(config: Config, names: list[str]) -> Iterator[CameraConfig]:
    """The cameras with these networks: one for all, or one for each. Raises InputError."""
    cameras = config.camera
    if len(names) not in (1, len(cameras)):
        raise InputError(
            f"--model {' --model '.join(names)}: {len(names)} networks for {len(cameras)} "
            f"camera{'s' * (len(cameras) > 1)}; name one for all of them, or one for each"
        )
    for camera, name in zip(cameras, names * (len(cameras) // len(names)), strict=True):
        yield msgspec.structs.replace(camera, model=name)
