from __future__ import annotations

import socket
from pathlib import Path

import pytest

from app.ui.clauses import sentence, translated
from models.errors import SaccadeError
from pipelines.cameras import CameraOptions
from pipelines.cameras.source import open_camera


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
