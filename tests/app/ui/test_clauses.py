from __future__ import annotations

import socket
from pathlib import Path

import pytest

from app.ui.clauses import sentence, translated
from models.errors import SaccadeError
from pipelines.cameras import CameraOptions
from pipelines.cameras.source import open_camera
from pipelines.selection.choice import choose
from pipelines.selection.scenario import Scenario, Weights
from tests.pipelines.selection.tables import measured


@pytest.fixture
def closed_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def complaint(source: str) -> str:
    """What a real camera says that cannot be opened."""
    with pytest.raises(SaccadeError) as raised:
        open_camera(source, CameraOptions()).open()
    return str(raised.value)


def test_what_real_cameras_complain_of_is_known(
    german: None, tmp_path: Path, closed_port: int
) -> None:
    empty = tmp_path / "empty.mp4"
    empty.touch()
    for source, said in (
        ("camera:99", "camera:99 ist nicht nutzbar: es gibt kein /dev/video99"),
        (str(empty), f"das Video {empty} ist leer"),
        (f"rtsp://127.0.0.1:{closed_port}/x", "die Verbindung wurde abgelehnt"),
        (f"http://127.0.0.1:{closed_port}/x", "die Verbindung wurde abgelehnt"),
    ):
        assert said in translated(complaint(source))


def test_a_clause_inside_of_another_is_translated_too(german: None) -> None:
    assert sentence("camera:0 was unplugged; trying again in 0.5 s") == (
        "camera:0 wurde abgezogen; neuer Versuch in 0.5 s."
    )
    said = "measuring which network runs best here: a · ncnn fp32, 12 s left; Esc skips"
    assert sentence(said).endswith("a · ncnn fp32, noch 12 s; Esc überspringt.")
    said = "1.4 of 2 cores for 4 cameras, so that each gets 60% of its frames"
    assert translated(said).startswith("1.4 von 2 Kernen für 4 Kameras, sodass jede 60%")


def test_what_is_not_known_stays(german: None) -> None:
    assert translated("the moon is full") == "the moon is full"


@pytest.mark.parametrize(
    ("clause", "said"),
    [
        ("loading the network", "Loading the network."),
        ("rtsp://host/one was unplugged", "rtsp://host/one was unplugged."),
        ("+1 % ahead of it", "+1 % ahead of it."),
        ("it is over.", "It is over."),
        ("", ""),
    ],
)
def test_a_clause_that_stands_for_itself_is_a_sentence(clause: str, said: str) -> None:
    assert sentence(clause) == said


def test_why_a_candidate_is_not_ranked_is_known(german: None) -> None:
    limits = Scenario("here", Weights(1, 1, 1), min_accuracy=0.5, min_fps=20, max_power_w=10)
    table = (
        measured("a", fps=10),
        measured("b", accuracy=0.1, fps=30),
        measured("c", fps=30, power=30),
        measured("d", fps=30, power=None),
        measured("e", fps=30, platform="another"),
        measured("f", fps=30, task="detect"),
        *(measured(name, fps=30) for name in "gh"),
    )
    found = choose(table, limits).rejected
    said = {each.candidate.network: translated(each.reason) for each in found if each.candidate}
    assert said == {
        "a": "10 fps, verlangt sind mindestens 20",
        "b": "Genauigkeit 0.1, verlangt ist mindestens 0.5",
        "c": "30 W, erlaubt sind höchstens 10 W",
        "d": "seine Leistung ist unbekannt, die der Rangliste gemessen (board, pi-pmic)",
        "e": "auf einer anderen Plattform gemessen: another",
        "f": "es findet Objekte; gereiht wird, was ganze Bilder einordnet",
    }


def test_why_a_network_was_changed_is_known(german: None) -> None:
    assert translated(
        "energy by MQTT: a · ncnn fp32 (accuracy 0.50, 110 fps, 4.1 W) instead of b · ncnn fp32 "
        "(accuracy 0.60, 50 fps), figure of merit +62 %, 95 %: +50 % … +70 %"
    ) == (
        "energy, über MQTT gewünscht: a · ncnn fp32 (Genauigkeit 0.50, 110 fps, 4.1 W) statt "
        "b · ncnn fp32 (Genauigkeit 0.60, 50 fps), Gütezahl +62 %, 95 %: +50 % … +70 %"
    )
    assert translated(
        "there are new measurements: a (accuracy 0.50, 110 fps); b is not allowed: it detects "
        "objects; what classifies whole images was asked for"
    ) == (
        "es gibt neue Messungen: a (Genauigkeit 0.50, 110 fps); b ist nicht erlaubt: es findet "
        "Objekte; verlangt ist, was ganze Bilder einordnet"
    )
