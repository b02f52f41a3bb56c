"""Videos of results: their length, their speed, and what happens when they cannot be written."""

from __future__ import annotations

import time
from pathlib import Path

import cv2
import numpy as np
import pytest

from app.recording import Recorder
from models.errors import ConfigError, SaccadeError
from models.timing import Timing
from pipelines.live.frame import Frame, Inference


def result(captured_s: float, side: int = 64) -> Inference:
    image = np.full((48, side, 3), 99, np.uint8)
    return Inference(Frame(1, captured_s, image, 0), (), None, Timing(0, 0, 0), 0.0, 0)


def pictures(path: Path) -> tuple[int, float]:
    video = cv2.VideoCapture(str(path))
    count = 0
    while video.read()[0]:
        count += 1
    return count, video.get(cv2.CAP_PROP_FPS)


@pytest.mark.parametrize("name", ["a.mp4", "a.avi"])
def test_a_live_video_plays_at_the_speed_of_life(tmp_path: Path, name: str) -> None:
    recorder = Recorder(tmp_path / name, lambda: 10.0, every_frame=False)
    recorder.start()
    # Results at 0, 0.1 and 0.5 s: a video of 10 fps needs six pictures.
    for captured_s in (100.0, 100.1, 100.5):
        recorder.offer(result(captured_s))
        time.sleep(0.05)
    recorder.close(10)
    assert recorder.failure is None
    assert pictures(tmp_path / name) == (6, 10.0)


def test_a_pause_is_left_out(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path / "a.mp4", lambda: 10.0, every_frame=False)
    recorder.start()
    for captured_s in (100.0, 100.1, 4000.0, 4000.1):
        recorder.offer(result(captured_s))
        time.sleep(0.05)
    recorder.close(10)
    assert pictures(tmp_path / "a.mp4")[0] == 4


def test_every_frame_is_one_picture(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path / "a.mp4", lambda: None, every_frame=True)
    recorder.start()
    for number in range(50):
        recorder.offer(result(100.0 + number))
    recorder.close(10)
    assert pictures(tmp_path / "a.mp4") == (50, 30.0)


def test_a_change_of_size_is_scaled(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path / "a.mp4", lambda: 10.0, every_frame=True)
    recorder.start()
    for side in (64, 32, 128):
        recorder.offer(result(100.0, side))
    recorder.close(10)
    assert pictures(tmp_path / "a.mp4")[0] == 3


def test_a_video_that_cannot_be_written_is_a_failure_and_blocks_nobody(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path / "nowhere" / "a.mp4", lambda: 10.0, every_frame=True)
    recorder.start()
    for number in range(50):
        recorder.offer(result(100.0 + number))
    recorder.close(10)
    assert isinstance(recorder.failure, SaccadeError)


def test_another_kind_of_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"\.mp4"):
        Recorder(tmp_path / "a.gif", lambda: None, every_frame=False)
