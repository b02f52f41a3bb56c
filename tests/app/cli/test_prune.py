from __future__ import annotations

import json
from xml.etree import ElementTree

import pytest

from app.cli import main
from models.manifest import MANIFEST, sha256_of
from models.store import Store
from tests.app.cli.test_train import config, folders

__all__ = ["config"]

CLASSES = ("bright", "dark")


def test_without_pytorch_it_says_how_to_install_it(config, capsys, monkeypatch):
    monkeypatch.setattr("models.training.find_spec", lambda name: None)
    assert main(["prune", "vgg-ssd-labels", "--config", str(config)]) == 2
    assert 'install with `.venv/bin/pip install ".[train]"`' in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["vgg-sdd-labels"], "unknown network 'vgg-sdd-labels'; did you mean 'vgg-ssd-labels'?"),
        (["vgg-ssd-labels", "--out", "../x"], "--out '../x': a name is of"),
        (["vgg-ssd-labels", "--out", "tiny-yolo-labels"], "'tiny-yolo-labels' is there already"),
    ],
)
def test_bad_names_are_one_sentence(config, capsys, words, message):
    assert main(["prune", *words, "--config", str(config)]) == 2
    captured = capsys.readouterr()
    assert message in captured.err
    assert captured.err.count("\n") == 1


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--rates", "30,100"], "expected percents between 0 and 100, not '30,100'"),
        (["--rates", "few"], "expected percents between 0 and 100, not 'few'"),
        (["--max-loss", "-1"], "expected points from 0 to 100, not '-1'"),
        (["--minutes", "0"], "expected a number above 0, not '0'"),
        (["--method", "luck"], "invalid choice: 'luck'"),
    ],
)
def test_bad_options_are_usage_errors(capsys, words, message):
    with pytest.raises(SystemExit, match="2"):
        main(["prune", "vgg-ssd-labels", *words])
    assert message in capsys.readouterr().err


class TestWithPyTorch:
    """A network that tells bright from dark pictures, which a slice of it can as well."""

    @pytest.fixture(autouse=True)
    def _torch(self):
        pytest.importorskip("torch", reason="PyTorch is not installed")

    @pytest.fixture
    def trained(self, config, tmp_path, capsys) -> list[str]:
        """What a command of `prune` needs to find the network, its pictures and its folders."""
        data = str(folders(tmp_path / "light"))
        common = ["--data", data, "--work", str(tmp_path / "work"), "--threads", "1"]
        common += ["--config", str(config)]
        assert main(["train", "nin", "--minutes", "0.03", "--size", "32", *common]) == 0
        capsys.readouterr()
        return common

    def test_the_smallest_network_within_the_tolerance_is_installed(
        self, trained, tmp_path, capsys
    ):
        words = ["nin-light", "--rates", "20,50", "--minutes", "0.04", "--max-loss", "100"]
        assert main(["prune", *words, "--json", *trained]) == 0
        row = json.loads(capsys.readouterr().out)
        assert [point["rate"] for point in row["points"]] == [0.2, 0.5]
        assert row["name"] == "nin-light-pruned"
        assert row["parent"] == "nin-light"
        assert row["pruned"]["macs"] == min(point["macs"] for point in row["points"])
        assert row["pruned"]["macs"] < 0.5 * row["pruned"]["parent_macs"]
        network = Store(tmp_path / "networks").get("nin-light-pruned")
        assert sha256_of(network.path) == row["sha256"]
        assert row["licence"] == "your own"
        ElementTree.parse(row["chart"])
        # Once more: nothing is left to do but to install it again, in words.
        assert main(["prune", *words, *trained]) == 0
        told = capsys.readouterr().out
        assert told.count("fewer operations") == 2
        assert told.count("← installed") == 1
        # What is pruned already has another structure than its family.
        assert main(["prune", "nin-light-pruned", *trained]) == 2
        assert "is pruned already; prune 'nin-light' by more" in capsys.readouterr().err

    def test_a_tolerance_that_cannot_be_met(self, trained, tmp_path, capsys):
        store = Store(tmp_path / "networks")
        # However little it learned in its two seconds: as if nothing could be better.
        network = store.get("nin-light")
        path = network.path.with_name(MANIFEST)
        value = f"value = {network.manifest.accuracy[0].value}"
        path.write_text(path.read_text().replace(value, "value = 1.0", 1))
        # Every other picture is of the other class, which nothing can know.
        for number in range(0, 30, 2):
            one, other = (tmp_path / "light" / label / f"{number}.png" for label in CLASSES)
            bright, dark = one.read_bytes(), other.read_bytes()
            one.write_bytes(dark)
            other.write_bytes(bright)
        random = ["--method", "random", "--rates", "70", "--minutes", "0.001", "--max-loss", "0"]
        assert main(["prune", "nin-light", *random, *trained]) == 1
        told = capsys.readouterr()
        assert "no rate loses at most 0 points; the nearest saves 7" in told.err
        assert "--max-loss" in told.err
        assert told.err.count("\n") == 1
        assert "nin-light-pruned" not in [entry.name for entry in store.list()]

    def test_other_classes_are_refused(self, trained, config, tmp_path, capsys):
        assert main(["prune", "nin-light", "--config", str(config)]) == 2
        assert "knows other classes (bright, dark" in capsys.readouterr().err

    def test_what_does_not_pay_here_is_refused_and_the_other_way_offered(
        self, trained, tmp_path, capsys
    ):
        words = ["nin-light", "--dynamic", "--rates", "30", "--minutes", "0.04"]
        assert main(["prune", *words, *trained]) == 1
        err = capsys.readouterr().err
        assert "nin-light-dynamic: is not installed: dynamic pruning does not pay on" in err
        assert "needed, " in err
        assert "prune nin-light`" in err
        assert not (Store(tmp_path / "networks").folder / "nin-light-dynamic").exists()

    def test_where_it_pays_it_is_installed_and_asked_again_it_is_there(
        self, trained, tmp_path, capsys, monkeypatch
    ):
        from models.training.pruning.dynamic_stages import DynamicPruning

        def staying(pruning, module, folder):
            layer = next(each for each in pruning.wiring.blocks if len(each.outputs) >= 8)
            kernels = tuple(range(len(layer.outputs)))
            half = len(kernels) // 2
            return ("one: 40% needed",), {layer.name: (kernels[:half], kernels[half:])}

        # Layers so small never pay; all else is done for real.
        monkeypatch.setattr(DynamicPruning, "_staying", staying)
        monkeypatch.setattr(DynamicPruning, "_times", lambda pruning, network: (2.0, 1.5))
        words = ["nin-light", "--dynamic", "--rates", "30", "--minutes", "0.04"]
        words += ["--max-loss", "100", *trained]
        assert main(["prune", *words]) == 0
        out = capsys.readouterr().out
        assert "nin-light-dynamic: installed; needs " in out
        assert "2.00 → 1.50 ms a picture" in out
        assert main(["prune", *words, "--json"]) == 0
        row = json.loads(capsys.readouterr().out)
        assert row["pruned"]["dynamic"] is True
        assert row["point"]["milliseconds"] == 1.5
        network = Store(tmp_path / "networks").get("nin-light-dynamic")
        network.verify()
        assert main(["prune", "nin-light-dynamic", *trained]) == 2
        assert "is pruned already" in capsys.readouterr().err
