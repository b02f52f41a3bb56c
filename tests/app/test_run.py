"""`run` from the outside: its limits, its report, its signals, and what it says to bad input."""

from __future__ import annotations

import json
import signal
import time
from pathlib import Path

import cv2
import numpy as np
import pytest

from tests.app.running import Home, assert_accounted

TINY = "synthetic:160x120@60"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


def test_a_headless_run_writes_a_report_that_adds_up(home: Home) -> None:
    done = home.run(
        *("run", "--headless", "--source", TINY, "--model", "none", "--duration", "1.5"),
        *("--report", str(home.report)),
    )
    assert done.returncode == 0, done.stderr
    report = home.reported()
    assert report["schema"] == 1
    assert_accounted(report)
    camera = report["cameras"][0]
    assert camera["frames"]["processed"] > 10
    assert camera["age_ms"]["p50"] <= camera["age_ms"]["p95"] <= camera["age_ms"]["p99"]
    assert camera["candidate"] is None
    assert camera["switches"] == []
    assert report["mqtt"] is None
    assert report["rss_mb"] > 0
    assert report["power"] is None or report["power"]["watts"] > 0


def test_json_puts_one_document_on_standard_output(home: Home) -> None:
    done = home.run("run", "--headless", "--source", TINY, "--frames", "5", "--json")
    assert json.loads(done.stdout)["cameras"][0]["frames"]["processed"] == 5


def test_a_run_with_a_window_shows_frames_and_ends_by_itself(home: Home) -> None:
    done = home.run(
        *("run", "--source", TINY, "--source", TINY, "--duration", "4"),
        *("--report", str(home.report)),
        QT_QPA_PLATFORM="offscreen",
    )
    assert done.returncode == 0, done.stderr
    assert "headless" not in done.stderr
    report = home.reported()
    assert_accounted(report)
    assert all(camera["frames"]["processed"] > 10 for camera in report["cameras"])


def test_without_a_display_it_runs_headless_and_says_so(home: Home) -> None:
    done = home.run("--source", TINY, "--frames", "3")
    assert done.returncode == 0
    assert "headless" in done.stderr


def test_every_frame_of_a_file_is_processed_once(home: Home) -> None:
    path = home.folder / "clip.avi"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), 25, (64, 48))
    for value in range(40):
        writer.write(np.full((48, 64, 3), value * 5, np.uint8))
    writer.release()
    video = home.folder / "out.mp4"
    done = home.run(
        *("run", "--headless", "--source", str(path), "--every-frame"),
        *("--report", str(home.report), "--save-video", str(video)),
    )
    assert done.returncode == 0, done.stderr
    frames = home.reported()["cameras"][0]["frames"]
    assert frames["captured"] == frames["processed"] == 40
    assert frames["overwritten"] == 0
    saved = cv2.VideoCapture(str(video))
    count = 0
    while saved.read()[0]:
        count += 1
    assert count == 40


def test_of_a_still_video_the_network_sees_hardly_anything(home: Home) -> None:
    path = home.folder / "still.avi"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), 10, (160, 120))
    for _ in range(60):
        writer.write(np.full((120, 160, 3), 90, np.uint8))
    writer.release()
    skipped = {}
    for flag in ("--motion", "--no-motion"):
        done = home.run(
            *("run", "--headless", "--source", str(path), "--model", "tiny-yolo-labels"),
            *("--every-frame", flag, "--report", str(home.report)),
        )
        assert done.returncode == 0, done.stderr
        camera = home.reported()["cameras"][0]
        assert camera["frames"]["captured"] == camera["frames"]["processed"] == 60
        skipped[flag] = camera["skipped"]
    # The first frame, and one every two seconds of the video.
    assert skipped == {"--motion": 57, "--no-motion": 0}


def test_several_sources_are_several_cameras(home: Home) -> None:
    done = home.run(
        *("run", "--headless", "--source", TINY, "--source", TINY),
        *("--frames", "5", "--report", str(home.report)),
    )
    assert done.returncode == 0
    report = home.reported()
    assert [camera["name"] for camera in report["cameras"]] == ["camera-1", "camera-2"]
    assert_accounted(report)


def test_each_camera_can_have_its_own_network(home: Home) -> None:
    networks = ("tiny-yolo-labels", "squeezenet-labels")
    done = home.run(
        *("run", "--headless", "--source", TINY, "--source", TINY),
        *(word for name in networks for word in ("--model", name)),
        *("--frames", "5", "--report", str(home.report)),
    )
    assert done.returncode == 0, done.stderr
    assert (
        tuple(camera["candidate"]["network"] for camera in home.reported()["cameras"]) == networks
    )


def test_snapshot_writes_the_last_frame(home: Home) -> None:
    path = home.folder / "last.png"
    home.run("run", "--headless", "--source", TINY, "--frames", "5", "--snapshot", str(path))
    image = cv2.imread(str(path))
    assert image is not None
    assert image.shape == (120, 160, 3)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_it_cleanly_and_the_report_is_written(home: Home, number: int) -> None:
    process = home.start("run", "--headless", "--source", TINY, "--report", str(home.report))
    time.sleep(3)
    process.send_signal(number)
    _, err = process.communicate(timeout=10)
    assert process.returncode == 0, err
    assert "Traceback" not in err
    assert_accounted(home.reported())


def test_a_camera_that_vanishes_is_waited_for_and_the_run_can_still_be_stopped(home: Home) -> None:
    process = home.start("run", "--headless", "--source", "http://127.0.0.1:9/never")
    time.sleep(3)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=15)
    assert process.returncode == 1
    assert "trying again in" in err
    assert "Traceback" not in err


BAD = {
    "too many networks": (
        ["--model", "one", "--model", "two"],
        2,
        "--model one --model two: 2 networks for 1 camera; name one for all of them, or one for",
    ),
    "unknown network": (["--model", "no-such-network"], 2, "no-such-network"),
    "unknown engine": (["--model", "none", "--engine", "nnapi"], 2, "nnapi"),
    "no such file": (["--source", "nowhere.mp4"], 2, "nowhere.mp4"),
    "not a source": (["--source", "ftp://host/x"], 2, "ftp"),
    "no folder for the report": (["--report", "nowhere/out.json"], 2, "nowhere"),
    "video of an unknown kind": (["--save-video", "out.xyz"], 2, ".xyz"),
    "credentials in the broker's address": (["--mqtt", "mqtt://me:secret@host"], 2, "MQTT"),
    "not a broker's address": (["--mqtt", "localhost"], 2, "mqtt://"),
    "no such configuration": (["--config", "nowhere.toml"], 2, "nowhere.toml"),
    "negative duration": (["--duration", "-1"], 2, "--duration"),
    "unknown option": (["--durration", "1"], 2, "--durration"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input_is_one_sentence_and_status_2(home: Home, case: str) -> None:
    arguments, status, word = BAD[case]
    source = [] if "--source" in arguments else ["--source", TINY]
    done = home.run("run", "--headless", "--frames", "1", *source, *arguments)
    assert done.returncode == status, done.stderr
    assert word in done.stderr
    assert "secret" not in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("content", [b"", b"this is not a video", b"\x00" * 5000])
def test_a_file_that_is_no_video_is_refused(home: Home, content: bytes) -> None:
    path = home.folder / "broken.mp4"
    path.write_bytes(content)
    done = home.run("run", "--headless", "--source", str(path), "--duration", "3")
    assert done.returncode != 0
    assert "broken.mp4" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_camera_that_does_not_exist_is_named(home: Home) -> None:
    done = home.run("run", "--headless", "--source", "camera:97", "--duration", "1")
    assert done.returncode == 1
    assert "97" in done.stderr
    assert "Traceback" not in done.stderr


def test_pictures_of_any_size_in_one_folder(home: Home) -> None:
    folder = home.folder / "pictures"
    folder.mkdir()
    for name, side in (("a", 1), ("b", 10_000), ("c", 300)):
        cv2.imwrite(str(folder / f"{name}.jpg"), np.zeros((side, side, 3), np.uint8))
    done = home.run(
        *("run", "--headless", "--source", str(folder), "--every-frame"),
        *("--report", str(home.report)),
    )
    assert done.returncode == 0, done.stderr
    assert home.reported()["cameras"][0]["frames"]["processed"] == 3
