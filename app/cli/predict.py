"""`predict`: time and energy of a network without running it."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.cli.arguments import whole
from app.config import AUTO, Config

if TYPE_CHECKING:
    from pipelines.prediction.characterise import Progress
    from pipelines.prediction.fit import Estimate
    from pipelines.prediction.predict import Prediction
    from pipelines.prediction.profile import Profile, ProfileFile

EXAMPLES = """\
examples:
  %(prog)s net.onnx                      with the engine and threads of config.toml
  %(prog)s net.onnx --engine openvino --threads 1
  %(prog)s net.onnx --again              measure this device anew before

The first time an engine is used this way it is characterised: random networks are timed for up to
three minutes. Let the machine do nothing else meanwhile. Interrupted, it goes on the next time.
"""


def add_parser(commands: Any, parents: list[argparse.ArgumentParser]) -> None:
    """Add `predict` to the command line."""
    parser = commands.add_parser(
        "predict",
        help="time and energy of an ONNX file without running it",
        description="Predict what one inference costs on this device, per type of layer.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        parents=parents,
    )
    parser.add_argument("file", type=Path, metavar="FILE.onnx")
    parser.add_argument(
        "--engine",
        metavar="NAME",
        help="onnxruntime, opencv-dnn, openvino or ncnn; else the one of config.toml",
    )
    parser.add_argument(
        "--threads", type=whole(1024), metavar="N", help="else those of config.toml"
    )
    parser.add_argument("--again", action="store_true", help="forget what was measured before")
    parser.set_defaults(func=run)


def run(args: argparse.Namespace) -> int:
    """Print the prediction, characterising the engine before where needed. Raises SaccadeError."""
    from models.engines import ENGINES, EngineOptions
    from pipelines.benchmark.platform import fingerprint
    from pipelines.board import usable_cores
    from pipelines.prediction.layers import read_layers
    from pipelines.prediction.predict import chains_for, predict
    from pipelines.prediction.profile import ProfileFile, Setup

    config: Config = args.settings
    layers = read_layers(args.file)
    own = config.engine
    options = EngineOptions(
        threads=args.threads or own.threads or max(1, usable_cores() - 1),
        spinning=own.spinning,
        device=own.device,
    )
    name = args.engine or (ENGINES.names()[0] if own.name == AUTO else own.name)
    setup = Setup.of(name, options, chains_for(layers))
    folder = config.storage.measurements_file.parent / "profiles"
    file = ProfileFile(folder, fingerprint(), setup)
    if args.again:
        file.forget()
    profile = _profile(file, config)
    prediction = predict(layers, profile)
    if args.json:
        print(json.dumps(_document(args.file, prediction, profile), indent=1, ensure_ascii=False))
    else:
        print("\n".join(_account(args.file, prediction, profile)))
    return 0


def _profile(file: ProfileFile, config: Config) -> Profile:
    """What is known of the engine; measured now where it is not."""
    profile = file.read()
    if profile.complete:
        return profile
    from pipelines.benchmark.store.measurements import MeasurementStore
    from pipelines.power import PowerOptions
    from pipelines.power.choose import choose_source
    from pipelines.prediction.characterise import SECONDS, characterise

    print(
        f"{profile.setup}: characterised once on this device, in {SECONDS / 60:.0f} minutes at "
        f"most",
        file=sys.stderr,
    )
    power = choose_source(
        config.power.source, PowerOptions(idle_w=config.power.idle_w, core_w=config.power.core_w)
    )
    with MeasurementStore(config.storage.measurements_file).locked(), _progress() as progress:
        return characterise(file, power, progress, seconds=SECONDS)


def _account(path: Path, prediction: Prediction, profile: Profile) -> list[str]:
    ms, energy = prediction.ms, prediction.energy
    lines = [
        f"{path.name} with {profile.setup}, {prediction.macs / 1e6:.0f} million "
        f"multiply-accumulates:",
        f"  {_interval(ms)} ms an inference, {prediction.fps:.1f} fps "
        f"({1e3 / ms.high:.1f} … {1e3 / ms.low:.1f})",
    ]
    if energy is not None:
        lines.append(
            f"  {_interval(energy.joules)} J, {energy.kind}, {energy.scope}, idle included"
        )
    lines += ["", *_table(prediction), ""]
    lines.append(
        f"The intervals hold 95 % of {len(profile.measured)} networks that were measured here, "
        f"each predicted from the others; half of them deviate by less than "
        f"{profile.time.error:.1%}. Pre-processing is not counted."
    )
    if profile.disturbed:
        lines.append(
            f"{profile.disturbed} of them were measured while other programs took the processor: "
            f"repeat with --again on an idle machine."
        )
    if prediction.left_out:
        lines.append(f"Not counted, as nothing is known of them: {', '.join(prediction.left_out)}.")
    return lines


def _table(prediction: Prediction) -> list[str]:
    """The kinds of layers, the most expensive first."""
    ms, energy = prediction.ms, prediction.energy
    joules = energy.joules.by_kind if energy else {}
    order = sorted(ms.by_kind, key=lambda kind: -ms.by_kind[kind])
    width = max(map(len, order))
    lines = [f"  {'layers':{width}}{'ms':>10}{'share':>8}" + f"{'mJ':>10}" * bool(joules)]
    for kind in order:
        cost = ms.by_kind[kind]
        line = f"  {kind:{width}}{cost:>10.3f}{cost / ms.total:>8.1%}"
        lines.append(line + (f"{joules.get(kind, 0.0) * 1e3:>10.2f}" if joules else ""))
    return lines


def _interval(estimate: Estimate) -> str:
    return f"{estimate.total:.3g} ({estimate.low:.3g} … {estimate.high:.3g})"


def _document(path: Path, prediction: Prediction, profile: Profile) -> dict[str, Any]:
    setup, ms, energy = profile.setup, prediction.ms, prediction.energy
    return {
        "schema": 1,
        "file": str(path),
        "engine": setup.engine,
        "precision": setup.precision or setup.chains,
        "device": setup.device,
        "threads": setup.threads,
        "spinning": setup.spinning,
        "macs": prediction.macs,
        "fps": prediction.fps,
        "fps_ci95": [1e3 / ms.high, 1e3 / ms.low],
        "ms": _figures(ms),
        "energy_j": None
        if energy is None
        else {
            **_figures(energy.joules),
            "kind": energy.kind,
            "scope": energy.scope,
            "source": energy.source,
        },
        "left_out": list(prediction.left_out),
        "profile": {
            "networks": len(profile.measured),
            "disturbed": profile.disturbed,
            "median_error": profile.time.error,
        },
    }


def _figures(estimate: Estimate) -> dict[str, Any]:
    return {
        "total": estimate.total,
        "ci95": [estimate.low, estimate.high],
        "by_kind": dict(estimate.by_kind),
    }


@contextmanager
def _progress() -> Iterator[Progress]:
    """A bar where standard error is a terminal, a line for every quarter elsewhere."""
    if sys.stderr.isatty():
        from tqdm import tqdm

        layout = "{percentage:3.0f}%|{bar:20}| {postfix}"
        with tqdm(total=1.0, bar_format=layout, leave=False) as bar:

            def advance(share: float, left_s: float) -> None:
                bar.n = share
                bar.set_postfix_str(f"{left_s:.0f} s left at most")

            yield advance
    else:
        shown = 0

        def tell(share: float, left_s: float) -> None:
            nonlocal shown
            quarter = int(share * 4)
            if quarter > shown:
                print(f"{quarter * 25} %, {left_s:.0f} s left at most", file=sys.stderr, flush=True)
            shown = quarter

        yield tell
