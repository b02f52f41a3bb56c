"""How well networks are predicted that never ran: `python -m benchmarks.prediction`.

Characterises an engine and, between the chains, times real networks in the same process and
manner, so that whatever happens to the machine happens to both. Then each network is predicted
from the chains alone, and, leaving one out, from the chains and all other networks.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from models.engines import EngineOptions
from pipelines.board import usable_cores
from pipelines.prediction.builder import ChainPrecision
from pipelines.prediction.fit import Fit, Work, fit
from pipelines.prediction.layers import read_layers
from pipelines.prediction.predict import chains_for
from pipelines.prediction.process import Process
from pipelines.prediction.profile import Sample, Setup

REAL = Path(os.environ.get("SACCADE_REAL", "../shared/real"))
TARGET = 0.07
# How often each network is timed, spread over the run.
_VISITS = 5

Samples = dict[str, list[Sample]]


def measure(setup: Setup, files: Sequence[Path], chains: int) -> tuple[list[Sample], Samples]:
    """Chains, and for each network its visits; what an engine does not run is left out."""
    measured: list[Sample] = []
    visits: Samples = defaultdict(list)
    due = [file for _ in range(_VISITS) for file in files]
    with Process(setup) as process:
        for seed in range(chains):
            measured.append(process.measure(seed))
            # As many visits as chains, in proportion, have passed.
            while due and len(due) > _VISITS * len(files) * (chains - seed - 1) / chains:
                file = due.pop(0)
                visits[file.stem].append(process.measure(seed, file=file))
            if sys.stderr.isatty():
                print(f"\r{seed + 1} of {chains} chains", end="", file=sys.stderr, flush=True)
    return [sample for sample in measured if sample.ms is not None], visits


def compare(chains: Sequence[Sample], visits: Samples) -> dict[str, Any]:
    """Every network against its two predictions, and the mean errors of throughput."""
    works, costs = [sample.work for sample in chains], [_ms(sample) for sample in chains]
    from_chains = fit(works, costs)
    timed = {
        name: [sample for sample in samples if sample.ms is not None]
        for name, samples in visits.items()
    }
    networks = {
        name: (samples[0].work, float(np.median([_ms(sample) for sample in samples])))
        for name, samples in timed.items()
        if samples
    }
    rows: list[dict[str, Any]] = []
    for name, (work, ms) in networks.items():
        others = [pair for other, pair in networks.items() if other != name]
        with_others = fit(
            [*works, *(pair[0] for pair in others)], [*costs, *(pair[1] for pair in others)]
        )
        estimate = from_chains.estimate(work)
        rows.append(
            {
                "network": name,
                "ms": ms,
                "spread": [f(_ms(sample) for sample in timed[name]) for f in (min, max)],
                "predicted_ms": estimate.total,
                "interval_ms": [estimate.low, estimate.high],
                "held": estimate.low <= ms <= estimate.high,
                "left_out": list(estimate.unknown),
                "fps_error": _error(from_chains, work, ms),
                "fps_error_with_others": _error(with_others, work, ms),
            }
        )
    return {
        "chains": len(chains),
        "chain_median_error": from_chains.error,
        "disturbed": sum(bool(s.disturbance) for s in (*chains, *_all(visits))),
        "samples": len(chains) + len(list(_all(visits))),
        "failures": {
            name: samples[-1].failure for name, samples in visits.items() if name not in networks
        },
        "networks": rows,
        "mean_error": float(np.mean([abs(row["fps_error"]) for row in rows])),
        "mean_error_with_others": float(
            np.mean([abs(row["fps_error_with_others"]) for row in rows])
        ),
        "held": sum(row["held"] for row in rows),
    }


def as_text(setup: Setup, found: dict[str, Any]) -> str:
    """The comparison as a table."""
    lines = [
        f"{setup}: {found['chains']} chains, of which each deviates from the fit of the others by "
        f"{found['chain_median_error']:.1%} in the median; {found['disturbed']} of "
        f"{found['samples']} samples disturbed",
        f"{'':44}{'ms':>8}{'predicted':>11}{'interval':>18}{'fps error':>11}{'with others':>13}",
    ]
    for row in found["networks"]:
        low, high = row["interval_ms"]
        mark = " " if row["held"] else "!"
        lines.append(
            f"{row['network'][:43]:44}{row['ms']:>8.2f}{row['predicted_ms']:>11.2f}"
            f"{f'{low:.2f} … {high:.2f}{mark}':>18}{row['fps_error']:>+11.1%}"
            f"{row['fps_error_with_others']:>+13.1%}"
        )
    count = len(found["networks"])
    lines.append(
        f"{'mean absolute error of throughput':81}{found['mean_error']:>11.1%}"
        f"{found['mean_error_with_others']:>13.1%}"
    )
    lines.append(
        f"{found['held']} of {count} within their 95 % interval; the target is {TARGET:.0%}"
    )
    lines += [f"not run: {name}: {reason}" for name, reason in found["failures"].items()]
    return "\n".join(lines)


def networks_of(folder: Path, chains: ChainPrecision) -> list[Path]:
    """The real networks that such chains stand for."""
    files = sorted([*folder.glob("converted/*.onnx"), *folder.glob("original/*.onnx")])
    return [file for file in files if chains_for(read_layers(file)) == chains]


def _all(visits: Samples) -> Iterable[Sample]:
    return (sample for samples in visits.values() for sample in samples)


def _ms(sample: Sample) -> float:
    assert sample.ms is not None
    return sample.ms


def _error(fitted: Fit, work: Work, ms: float) -> float:
    """Of the predicted throughput, relative to the measured one."""
    return ms / fitted.estimate(work).total - 1


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--real", type=Path, default=REAL, help="the folder of real networks")
    parser.add_argument("--engine", default="onnxruntime")
    parser.add_argument("--threads", type=int, default=max(1, usable_cores() - 1))
    parser.add_argument("--chains", type=int, default=300)
    parser.add_argument("--precision", choices=["fp32", "int8", "int8-signed"], default="fp32")
    parser.add_argument("--out", type=Path, metavar="FILE.json")
    args = parser.parse_args()
    options = EngineOptions(args.threads, device="cpu")
    setup = Setup.of(args.engine, options, args.precision)
    files = networks_of(args.real, args.precision)
    found = compare(*measure(setup, files, args.chains))
    print(as_text(setup, found))
    if args.out:
        args.out.write_text(json.dumps({"setup": str(setup), **found}, indent=1) + "\n")


if __name__ == "__main__":
    main()
