"""What threads and spinning cost beside a camera: `python -m benchmarks.engine_defaults`.

Runs one installed network at a camera's pace and flat out, in interleaved rounds, and prints the
median latency and the processor time of one inference.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import cv2
import numpy as np

from models.engines import EngineOptions
from models.predictor import Predictor, load_predictor
from models.store import Store

SETTINGS = [(threads, spinning) for threads in (1, 2) for spinning in (False, True)]


def measure(predictor: Predictor, period_s: float, seconds: float) -> tuple[float, float, float]:
    """Median latency in ms, processor ms per inference, inferences per second."""
    image = np.random.default_rng(0).integers(0, 255, (720, 1280, 3), np.uint8)
    took = []
    cpu = time.process_time()
    start = due = time.perf_counter()
    while time.perf_counter() - start < seconds:
        begun = time.perf_counter()
        predictor.predict(image)
        took.append((time.perf_counter() - begun) * 1e3)
        due += period_s
        time.sleep(max(0.0, due - time.perf_counter()))
    elapsed = time.perf_counter() - start
    cpu_ms = (time.process_time() - cpu) * 1e3 / len(took)
    return float(np.median(took)), cpu_ms, len(took) / elapsed


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--networks", type=Path, required=True, help="the store's folder")
    parser.add_argument("--model", required=True)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=3.0)
    args = parser.parse_args()
    cv2.setNumThreads(1)
    network = Store(args.networks).get(args.model)
    rows: dict[tuple[int, bool, str], list[tuple[float, float, float]]] = {}
    for _ in range(args.rounds):
        for threads, spinning in SETTINGS:
            options = EngineOptions(threads=threads, spinning=spinning, device="cpu")
            predictor = load_predictor(network, "onnxruntime", options)
            for pace, period_s in (("30 Hz", 1 / 30), ("flat out", 0.0)):
                found = measure(predictor, period_s, args.seconds)
                rows.setdefault((threads, spinning, pace), []).append(found)
            predictor.close()
    print(f"{args.model}, onnxruntime, medians of {args.rounds} interleaved rounds")
    print(f"{'threads':>8}{'spinning':>10}{'pace':>10}{'ms':>8}{'CPU ms':>8}{'per s':>8}")
    for (threads, spinning, pace), values in rows.items():
        ms, cpu_ms, rate = np.median(values, axis=0)
        print(f"{threads:>8}{spinning!s:>10}{pace:>10}{ms:>8.1f}{cpu_ms:>8.1f}{rate:>8.1f}")


if __name__ == "__main__":
    main()
