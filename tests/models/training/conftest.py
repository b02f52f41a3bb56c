"""All of these need the optional extra `train`."""

import pytest

pytest.importorskip("torch", reason='PyTorch is not installed: pip install -e ".[train]"')
