from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.telemetry.topics import Topics, topic_level


@pytest.mark.parametrize(
    ("name", "level"),
    [
        ("gate", "gate"),
        ("Front door", "Front_door"),
        ("pi.local", "pi_local"),
        ("a/+/#/b", "a_b"),
        ("Küche", "Kuche"),
        ("$SYS", "SYS"),
        ("../..", "1cfebb4b"),  # nothing is left of it: a checksum
        ("", "00000000"),
    ],
)
def test_a_name_becomes_one_safe_level(name: str, level: str) -> None:
    assert topic_level(name) == level


@given(st.text())
def test_any_name_becomes_one_safe_level(name: str) -> None:
    level = topic_level(name)
    assert level
    assert len(level) <= 64
    assert set(level) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-")


def test_the_topics_are_the_documented_ones() -> None:
    topics = Topics("saccade", "Gate cam", "homeassistant")
    assert topics.status == "saccade/Gate_cam/status"
    assert topics.state == "saccade/Gate_cam/state"
    assert topics.camera("Front door", "events") == "saccade/Gate_cam/cam/Front_door/events"
    assert topics.item("pause") == "saccade/Gate_cam/pause/state"
    assert topics.command("pause") == "saccade/Gate_cam/pause/set"
    assert topics.discovery == "homeassistant/device/saccade_Gate_cam/config"
    assert topics.birth == "homeassistant/status"


def test_cameras_keep_apart_and_are_found_again() -> None:
    topics = Topics("saccade", "gate", "homeassistant")
    levels = [topics.camera_level(name) for name in ("a b", "a_b", "a/b", "a b")]
    assert levels == ["a_b", "a_b_2", "a_b_3", "a_b"]
    assert topics.camera_named("a/b") == "a/b"
    assert topics.camera_named("a_b_3") == "a/b"
    assert topics.camera_named("unknown") is None
