"""The study of pruning: what the bundled detectors gain and lose, and what other ways give.

`python -m benchmarks.pruning` measures, and goes on where it stopped; `benchmarks.pruning.page`
writes docs/pruning.md of what came of it.
"""
