from __future__ import annotations

from app.telemetry.topics import Topics


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
