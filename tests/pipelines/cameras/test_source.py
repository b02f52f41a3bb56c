from __future__ import annotations

import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.errors import CameraError, InputError, MissingExtra, UnknownName
from pipelines.cameras import CameraOptions
from pipelines.cameras.source import camera_factory, open_camera, parse_source, redact
from tests.pipelines.cameras.media import write_pictures, write_video


@pytest.mark.parametrize(
    ("source", "meant"),
    [
        ("synthetic:", ("synthetic", "")),
        ("synthetic:640x480@15?seed=2", ("synthetic", "640x480@15?seed=2")),
        ("camera:3", ("camera", "3")),
        ("/dev/video2", ("camera", "/dev/video2")),
        ("/dev/v4l/by-id/usb-cam-index0", ("camera", "/dev/v4l/by-id/usb-cam-index0")),
        ("picamera:0", ("picamera", "0")),
        ("rtsp://u:p@host/live", ("rtsp", "rtsp://u:p@host/live")),
        ("RTSP://host/live", ("rtsp", "RTSP://host/live")),
        ("rtsps://host/live", ("rtsp", "rtsps://host/live")),
        ("http://host/video", ("http", "http://host/video")),
        ("https://host/video", ("http", "https://host/video")),
    ],
)
def test_a_source_names_a_camera_and_its_address(source: str, meant: tuple[str, str]) -> None:
    assert parse_source(source) == meant


def test_paths_are_told_apart_by_what_is_there(tmp_path: Path) -> None:
    video, picture = tmp_path / "clip: one.mkv", tmp_path / "photo.JPG"
    video.touch()
    picture.touch()
    assert parse_source(str(video)) == ("file", str(video))
    assert parse_source(str(picture)) == ("images", str(picture))
    assert parse_source(str(tmp_path)) == ("images", str(tmp_path))


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("clip.mp4", "there is no file or folder 'clip.mp4'"),
        ("0", "a camera is written camera:0"),
        ("rtsp:/host/live", "begins with rtsp://"),
        ("rtmp://u:hunter2@host/live", "unknown camera 'rtmp'; did you mean 'rtsp'?"),
        ("cammera:0", "did you mean 'camera'?"),
        ("u:hunter2@host/live", "unknown camera 'u'"),
        ("//u:hunter2@host/live", "no file or folder 'host/live'"),
        ("10:hunter2@host/live", "no file or folder 'host/live'"),
        ("", "there is no file or folder ''"),
    ],
)
def test_what_is_no_source_is_refused_in_one_sentence(source: str, said: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_source(source)
    assert said in str(caught.value)
    assert "hunter2" not in str(caught.value)


def test_a_misspelt_file_is_told_its_neighbour(tmp_path: Path) -> None:
    (tmp_path / "entrance.mp4").touch()
    with pytest.raises(InputError, match=r"did you mean '.*/entrance\.mp4'\?"):
        parse_source(str(tmp_path / "entrace.mp4"))


def test_an_unknown_kind_is_an_unknown_name() -> None:
    with pytest.raises(UnknownName):
        parse_source("webcam:0")


def test_auto_always_finds_a_camera() -> None:
    kind, _ = parse_source("auto")
    assert kind in ("camera", "picamera", "synthetic")


@pytest.mark.parametrize(
    "source", ["camera:x", "picamera:x", "synthetic:x", "http://:80/", "rtsp:///x"]
)
def test_a_malformed_address_is_refused_before_anything_is_opened(source: str) -> None:
    with pytest.raises(InputError):
        open_camera(source, CameraOptions())
    with pytest.raises(InputError):
        camera_factory(source, CameraOptions())


@pytest.mark.parametrize("kind", ["clip.mp4", "pictures"])
def test_a_factory_asks_for_a_source_that_vanished_to_be_retried(tmp_path: Path, kind: str) -> None:
    path = tmp_path / kind
    make = write_video if kind == "clip.mp4" else write_pictures
    with pytest.raises(InputError, match="there is no file or folder"):
        camera_factory(str(path), CameraOptions())
    build = camera_factory(str(make(path)), CameraOptions())
    away = path.rename(tmp_path / "away")
    with pytest.raises(CameraError, match=f"there is no .* {path}"):
        build()
    away.rename(path)
    camera = build()
    assert camera.open() == (96, 128)
    camera.close()


def test_a_factory_refuses_a_file_that_is_no_video(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("no video")
    with pytest.raises(InputError, match="is not a video that can be decoded"):
        camera_factory(str(tmp_path / "notes.txt"), CameraOptions())


def test_a_factory_names_a_missing_library_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "picamera2", None)
    with pytest.raises(MissingExtra, match="picamera2"):
        camera_factory("picamera:0", CameraOptions())


@pytest.mark.parametrize(
    ("uri", "shown"),
    [
        # Nothing to hide.
        ("synthetic:1280x720@30?seed=1", "synthetic:1280x720@30?seed=1"),
        ("/home/kim/token=1@home.mp4", "/home/kim/token=1@home.mp4"),
        ("camera:0", "camera:0"),
        ("rtsp://host:554/live/ch1", "rtsp://host:554/live/ch1"),
        ("http://[::1]:8080/video?size=1&fps=5", "http://[::1]:8080/video?size=1&fps=5"),
        # User and password.
        ("rtsp://kim:hunter2@host:554/live", "rtsp://host:554/live"),
        ("rtsp://kim@host/live", "rtsp://host/live"),
        ("http://kim:hunter2@[::1]/video", "http://[::1]/video"),
        ("mqtt://kim:hunter2@broker:1883", "mqtt://broker:1883"),
        # No scheme, or a camera's own @.
        ("//kim:hunter2@host/live", "host/live"),
        ("kim:hunter2@host/live", "host/live"),
        ("synthetic:64x48@9", "synthetic:64x48@9"),
        # Characters that should have been escaped.
        ("rtsp://kim:hun@ter2@host/live", "rtsp://host/live"),
        ("rtsp://kim:hun/ter2@host/live", "rtsp://host/live"),
        ("rtsp://kim:hun?ter2@host/live", "rtsp://host/live"),
        ("rtsp://kim:hun#ter2@host/live", "rtsp://host/live"),
        ("rtsp:/kim:hunter2@host/live", "rtsp://host/live"),
        ("rtsp://kim:hunter2", "rtsp://***"),
        # Secrets among the parameters, and in the path as some cameras want them.
        ("http://host/v?token=hunter2&fps=5", "http://host/v?token=***&fps=5"),
        ("http://host/v?fps=5&PassWord=hunter2", "http://host/v?fps=5&PassWord=***"),
        ("http://host/v?usr=kim&pwd=hunter2", "http://host/v?usr=***&pwd=***"),
        ("http://host/v?api_key=hunter2;x=1", "http://host/v?api_key=***;x=1"),
        ("rtsp://host/user=kim_password=hunter2_channel=1.sdp?x=1", "rtsp://host/user=***?x=1"),
    ],
)  # fmt: skip
def test_credentials_are_taken_out(uri: str, shown: str) -> None:
    assert redact(uri) == shown
    assert redact(shown) == shown


@given(user=st.text(max_size=8), noise=st.text(max_size=8), port=st.sampled_from(["", ":80"]))
def test_no_password_survives(user: str, noise: str, port: str) -> None:
    password = f"{noise}hunter2{noise}"
    for uri in (f"rtsp://{user}:{password}@host{port}/a?b=c", f"http://host{port}/?token={noise}"):
        assert "hunter2" not in redact(uri)
    assert "hunter2" not in redact(f"rtsp://host{port}/live?password=hunter2&a=b")
