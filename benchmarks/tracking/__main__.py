"""How well things are told apart, and what the motion gate saves: `python -m benchmarks.tracking`.

The tracker on the rendered conveyor, whose true identities are known, with real networks at several
rates; the gate on a video of still and lively stretches that is built from a real one, against the
same network on every frame. Prints tables; --out writes them as JSON.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from dataclasses import asdict
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import cv2
import numpy as np

from app.config import StorageConfig
from benchmarks.tracking import gate
from benchmarks.tracking.conveyor import Conveyor
from benchmarks.tracking.metrics import score
from models.detection import Detection
from models.engines import EngineOptions
from models.predictor import Predictor, load_predictor
from models.store import Store
from pipelines.live.motion import MotionOptions
from pipelines.tracking.tracker import Tracker

SIZE = (1280, 720)
RATES = (30.0, 10.0, 5.0)

Row = dict[str, Any]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--models", nargs="*", default=["tiny-yolo-labels", "pva-ssd-labels"])
    parser.add_argument("--seconds", type=float, default=60.0, help="of the conveyor")
    parser.add_argument("--video", type=Path, help="one-by-one-person-detection.mp4")
    parser.add_argument("--gated", nargs="*", default=["yolox-nano"], help="networks for the video")
    parser.add_argument("--sensitivity", nargs="+", type=float, default=[0.5])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--networks", type=Path, help="a folder of networks (default: yours)")
    parser.add_argument("--out", type=Path, metavar="FILE.json")
    args = parser.parse_args()
    cv2.setNumThreads(1)
    store = Store(args.networks or StorageConfig().networks_folder)
    document: dict[str, list[Row]] = {"conveyor": [], "gate": []}
    for name in args.models:
        document["conveyor"] += [
            _track(name, _load(store, name), fps, args.seconds) for fps in RATES
        ]
    for name in args.gated if args.video else ():
        document["gate"] += _gate(store, name, args)
    if args.out:
        args.out.write_text(json.dumps(document, indent=1), encoding="utf-8")


def _load(store: Store, name: str) -> Predictor:
    return load_predictor(store.get(name), "onnxruntime", EngineOptions(threads=1))


def _track(name: str, predictor: Predictor, fps: float, seconds: float) -> Row:
    tracker = Tracker()
    truth: list[tuple[Detection, ...]] = []
    found: list[tuple[Detection, ...]] = []
    times = []
    for at_s, image, true in Conveyor(*SIZE, fps, seed=1).frames(round(seconds * fps)):
        detections = predictor.predict(image).detections
        began = time.perf_counter()
        tracked = tracker.update(detections, at_s).detections
        times.append((time.perf_counter() - began) * 1e3)
        truth.append(true)
        found.append(tuple(each for each in tracked if each.track is not None))
    predictor.close()
    scores = score(truth, found)
    row: Row = {"network": name, "fps": fps, **asdict(scores), "mota": scores.mota}
    row |= {"p50_ms": float(np.median(times)), "p99_ms": float(np.percentile(times, 99))}
    print(
        f"{name:28}{fps:>5g} fps  MOTA {scores.mota:.3f}  IDF1 {scores.idf1:.3f}  "
        f"{scores.switches} switches, {scores.tracks} tracks of {scores.things} things, "
        f"{scores.missed} missed and {scores.extra} extra of {scores.objects}, "
        f"{row['p50_ms']:.2f} ms"
    )
    return row


def _gate(store: Store, name: str, args: argparse.Namespace) -> list[Row]:
    """Interleaved rounds, so that whatever happens to the machine happens to all."""
    load = partial(_load, store, name)
    settings = {"every frame": None} | {
        f"sensitivity {value:g}": MotionOptions(sensitivity=value) for value in args.sensitivity
    }
    with TemporaryDirectory() as folder:
        video = Path(folder) / "stretches.mp4"
        gate.build(args.video, video)
        runs: dict[str, list[gate.Run]] = {setting: [] for setting in settings}
        for _ in range(args.rounds):
            for setting, options in settings.items():
                runs[setting].append(gate.run(video, load, options))
    full = runs.pop("every frame")
    # What is nearer to the network's threshold comes and goes by chance.
    sure = store.get(name).manifest.decoder.score_threshold + 0.1
    rows = []
    for setting, gated in runs.items():
        shown, wanted = gated[0].results, full[0].results
        savings = [one.cpu_s / other.cpu_s for one, other in zip(full, gated, strict=True)]
        row = {
            "network": name,
            "setting": setting,
            "frames": len(full[0].results),
            "inferences": gated[0].inferences,
            "cpu_s": statistics.median(each.cpu_s for each in gated),
            "cpu_s_every_frame": statistics.median(each.cpu_s for each in full),
            "saving": statistics.median(savings),
            "recall": gate.recall(shown, wanted),
            "recall_sure": gate.recall(shown, wanted, sure),
            "steadiness": gate.steadiness(wanted),
            "extra": 1 - gate.recall(wanted, shown),
        }
        rows.append(row)
        print(
            f"{name:28}{setting}: {row['inferences']} inferences for {row['frames']} frames, "
            f"{row['cpu_s']:.2f} s of processor time instead of {row['cpu_s_every_frame']:.2f} s "
            f"({row['saving']:.2f} times less), recall {row['recall']:.3f}, of sure ones "
            f"{row['recall_sure']:.3f}, extra {row['extra']:.3f}; the network itself finds "
            f"{row['steadiness']:.3f} of what is there in the frame before"
        )
    return rows


if __name__ == "__main__":
    main()
