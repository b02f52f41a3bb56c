"""Tests of training; without the optional extra `train` importing any of them skips it."""

import pytest

pytest.importorskip("torch", reason='PyTorch is not installed: pip install -e ".[train]"')
