from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest

from app.cli import main
from models.store import Store
from tests.conftest import ROOT


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "config.toml"
    path.write_text(f'[storage]\nnetworks = "{tmp_path / "networks"}"\n')
    return path


def folders(path: Path) -> Path:
    """Bright and dark pictures: what any network learns at once."""
    random = np.random.default_rng(0)
    for label, level in (("bright", 180), ("dark", 20)):
        (path / label).mkdir(parents=True)
        for number in range(30):
            noise = random.integers(level, level + 60, (40, 40, 3), np.uint8)
            cv2.imwrite(str(path / label / f"{number}.png"), noise)
    return path


def test_without_pytorch_it_says_how_to_install_it(config, capsys, monkeypatch):
    monkeypatch.setattr("models.training.find_spec", lambda name: None)
    assert main(["train", "vgg-ssd", "--config", str(config)]) == 2
    assert capsys.readouterr().err == (
        "saccade: training needs torch and onnx and pycocotools, which not every installation "
        'has; install with `.venv/bin/pip install ".[train]"`\n'
    )


def test_no_other_command_waits_for_pytorch():
    built = "from app.cli import entry; entry.build_parser()"
    script = f"{built}; import sys; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=False).returncode == 0


class TestWithPyTorch:
    @pytest.fixture(autouse=True)
    def _torch(self):
        pytest.importorskip("torch", reason="PyTorch is not installed")

    def train(self, config: Path, *words: str) -> int:
        work = ["--work", str(config.parent / "work"), "--threads", "1"]
        return main(["train", *words, *work, "--config", str(config)])

    def test_a_folder_of_pictures_becomes_an_installed_network(self, config, tmp_path, capsys):
        data = folders(tmp_path / "light")
        words = ["nin", "--data", str(data), "--minutes", "0.03", "--size", "32", "--json"]
        assert self.train(config, *words) == 0
        row = json.loads(capsys.readouterr().out)
        assert row["name"] == "nin-light"
        assert row["labels"] == ["bright", "dark"]
        # How well it learns in so few steps depends on the machine; test_recipe.py asks for more.
        assert row["accuracy"][0]["origin"] == "measured"
        network = Store(tmp_path / "networks").get("nin-light")
        assert network.manifest.input.width == 32
        # Once more: nothing is left to train, and the network is installed again.
        assert self.train(config, *words) == 0

    @pytest.mark.parametrize(
        ("words", "message"),
        [
            (["vgg-sdd"], "unknown network family 'vgg-sdd'; did you mean 'vgg-ssd'?"),
            (["vgg-ssd", "--size", "250"], "multiples of 32 from 64 to 1024"),
            (["nin", "--data", "nowhere"], "nowhere: there is no such file or folder"),
            (["nin", "--out", "../x"], "--out '../x': a name is of"),
        ],
    )
    def test_bad_input_is_one_sentence(self, config, capsys, words, message):
        assert self.train(config, *words) == 2
        captured = capsys.readouterr()
        assert message in captured.err
        assert captured.err.count("\n") == 1
