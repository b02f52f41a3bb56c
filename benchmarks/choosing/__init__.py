"""docs/choosing.md: its worked study is written from what was measured.

`python -m benchmarks.choosing --help` names the files that it is made of.
"""
