"""How good and how fast the bundled networks are: measured, held against what they shall be, told.

`python -m benchmarks.networks` measures, `python -m benchmarks.networks.page` writes
docs/networks.md of what was measured. Neither needs PyTorch.
"""
