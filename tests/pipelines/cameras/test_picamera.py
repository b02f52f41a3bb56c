"""The Pi's camera: our calls, and the stand-in's, against the real package's source."""

from __future__ import annotations

import ast
import importlib.util
import inspect
import sys
import threading
import time
import zipfile
from pathlib import Path

import numpy as np
import pytest

from models.errors import CameraError, InputError, MissingExtra
from pipelines.cameras import CameraOptions, picamera
from pipelines.cameras.picamera import PiCamera, count_picameras
from tests.conftest import ROOT
from tests.pipelines.cameras import picamera2_double

FETCH = "python -m pip download --no-deps --dest build/picamera2 picamera2"
Signatures = dict[str, dict[str, ast.arguments]]


@pytest.fixture(scope="module")
def real_signatures() -> Signatures:
    """Of the real package's classes: method → arguments, without `self`; never imported."""
    found: Signatures = {}
    for source in _real_sources():
        for node in ast.parse(source).body:
            if isinstance(node, ast.ClassDef):
                # A later definition wins: the ones before it are overloads for type checkers.
                found[node.name] = {
                    part.name: part.args for part in node.body if isinstance(part, ast.FunctionDef)
                }
    return found


def _real_sources() -> list[str]:
    names = ("picamera2.py", "request.py")
    installed = importlib.util.find_spec("picamera2")
    if installed and installed.submodule_search_locations:
        folder = Path(installed.submodule_search_locations[0])
        return [(folder / name).read_text() for name in names]
    wheels = sorted((ROOT / "build" / "picamera2").glob("picamera2-*.whl"))
    if not wheels:
        pytest.skip(f"the real picamera2 is not there to compare with: {FETCH}")
    with zipfile.ZipFile(wheels[-1]) as wheel:
        return [wheel.read(f"picamera2/{name}").decode() for name in names]


def as_signature(arguments: ast.arguments) -> inspect.Signature:
    """Names and which of them have a default; a leading `self` is left out."""
    names = [argument.arg for argument in arguments.args]
    required = len(names) - len(arguments.defaults)
    kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
    empty = inspect.Parameter.empty
    return inspect.Signature(
        [
            inspect.Parameter(name, kind, default=empty if n < required else None)
            for n, name in enumerate(names)
            if name != "self"
        ]
    )


CALLED = {  # the names under which our module holds an object, and the class it is of
    "camera": "Picamera2",
    "request": "CompletedRequest",
}


def our_calls() -> list[tuple[str, str, ast.Call]]:
    """Class, method and call for every use of picamera2 in our module."""
    calls = []
    for node in ast.walk(ast.parse(inspect.getsource(picamera))):
        if not isinstance(node, ast.Call):
            continue
        target = node.func
        if isinstance(target, ast.Attribute):
            if isinstance(target.value, ast.Name) and target.value.id in CALLED:
                calls.append((CALLED[target.value.id], target.attr, node))
            elif target.attr == "Picamera2":
                calls.append(("Picamera2", "__init__", node))
            elif target.attr == "global_camera_info":
                calls.append(("Picamera2", "global_camera_info", node))
        elif isinstance(target, ast.Name) and target.id == "MappedArray":
            calls.append(("MappedArray", "__init__", node))
    return calls


def test_every_call_of_ours_fits_the_real_package(real_signatures: Signatures) -> None:
    calls = our_calls()
    assert {f"{owner}.{method}" for owner, method, _ in calls} == {
        "Picamera2.__init__",
        "Picamera2.global_camera_info",
        "Picamera2.create_video_configuration",
        "Picamera2.configure",
        "Picamera2.camera_configuration",
        "Picamera2.start",
        "Picamera2.capture_request",
        "Picamera2.cancel_all_and_flush",
        "Picamera2.close",
        "CompletedRequest.get_metadata",
        "CompletedRequest.release",
        "MappedArray.__init__",
    }
    for owner, method, call in calls:
        signature = as_signature(real_signatures[owner][method])
        given = {word.arg: None for word in call.keywords if word.arg}
        signature.bind(
            *call.args, **given
        )  # TypeError: it is called in a way that it is not made for


@pytest.mark.parametrize("owner", ["Picamera2", "CompletedRequest", "MappedArray"])
def test_the_stand_in_has_the_real_signatures(real_signatures: Signatures, owner: str) -> None:
    for name, member in inspect.getmembers(getattr(picamera2_double, owner), inspect.isfunction):
        real = as_signature(real_signatures[owner][name])
        ours = inspect.signature(member)
        parameters = [p for p in ours.parameters.values() if p.name != "self"]
        assert [p.name for p in parameters] == list(real.parameters), name
        for parameter in parameters:
            has_default = real.parameters[parameter.name].default is not inspect.Parameter.empty
            assert (parameter.default is not inspect.Parameter.empty) == has_default, name


@pytest.fixture
def camera(monkeypatch: pytest.MonkeyPatch) -> PiCamera:
    monkeypatch.setitem(sys.modules, "picamera2", picamera2_double)
    monkeypatch.setattr(picamera2_double.Picamera2, "taken", False)
    monkeypatch.setattr(picamera2_double.Picamera2, "stalled", threading.Event())
    return PiCamera("0", CameraOptions(321, 241, fps=100, timeout_s=0.5))


def test_odd_sizes_are_made_even_and_more_frames_come_than_there_are_buffers(
    camera: PiCamera,
) -> None:
    assert camera.open() == (240, 320)
    buffer = np.zeros((240, 320, 3), np.uint8)
    for _ in range(10):
        shot = camera.read(buffer)
        # Its age includes exposure and transfer, which the sensor's stamp knows of.
        assert time.monotonic() - shot.captured_s >= 0.008
    camera.close()


def test_a_failed_copy_gives_its_buffer_back(
    camera: PiCamera, monkeypatch: pytest.MonkeyPatch
) -> None:
    camera.open()
    buffer = np.zeros((240, 320, 3), np.uint8)
    with monkeypatch.context() as broken:
        broken.setattr(picamera2_double.CompletedRequest, "get_metadata", None)
        for _ in range(8):
            with pytest.raises(CameraError, match="has failed"):
                camera.read(buffer)
    camera.read(buffer)
    camera.close()


def test_a_stalled_camera_is_closed_and_opens_again_when_it_is_well(camera: PiCamera) -> None:
    buffer = np.zeros((*camera.open(), 3), np.uint8)
    picamera2_double.Picamera2.stalled.set()
    with pytest.raises(CameraError, match=r"has delivered nothing for 0\.5 s"):
        camera.read(buffer)
    camera.close()
    picamera2_double.Picamera2.stalled.clear()
    camera.open()
    camera.read(buffer)
    camera.close()


def test_a_driver_that_hangs_does_not_hold_up_close(
    camera: PiCamera, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    hang = threading.Event()
    monkeypatch.setattr(picamera2_double.Picamera2, "close", lambda self: hang.wait(30))
    camera.open()
    began_s = time.monotonic()
    camera.close()
    assert time.monotonic() - began_s < 20
    assert "its driver hangs" in caplog.text
    hang.set()


def test_a_reader_that_stayed_away_asks_for_a_new_exposure(
    camera: PiCamera, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []
    capture = picamera2_double.Picamera2.capture_request

    def note(
        self: picamera2_double.Picamera2, wait: float, flush: bool | None
    ) -> picamera2_double.CompletedRequest:
        asked.append(flush)
        return capture(self, wait=wait, flush=flush)

    monkeypatch.setattr(picamera2_double.Picamera2, "capture_request", note)
    buffer = np.zeros((*camera.open(), 3), np.uint8)
    camera.read(buffer)
    time.sleep(0.1)
    camera.read(buffer)
    assert asked == [True, True]
    camera.close()


def test_a_camera_in_use_and_one_too_many_are_said(camera: PiCamera) -> None:
    camera.open()
    with pytest.raises(CameraError, match="another program uses it"):
        PiCamera("0", CameraOptions()).open()
    camera.close()
    with pytest.raises(CameraError, match="there is no picamera:3: libcamera finds 1 in all"):
        PiCamera("3", CameraOptions()).open()


def test_stamps_of_either_clock_are_understood() -> None:
    monotonic_ns, boot_ns = time.monotonic_ns(), time.clock_gettime_ns(time.CLOCK_BOOTTIME)
    for stamp_ns in (monotonic_ns - 30_000_000, boot_ns - 30_000_000):
        shown_s = picamera.on_monotonic(stamp_ns)
        assert shown_s == pytest.approx(monotonic_ns / 1e9 - 0.03, abs=0.02)
    for useless in (None, 0, time.time_ns()):
        assert picamera.on_monotonic(useless) >= monotonic_ns / 1e9


def test_without_the_package_the_command_to_install_it_is_said(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "picamera2", None)
    assert count_picameras() == 0
    with pytest.raises(MissingExtra, match="sudo apt install python3-picamera2"):
        PiCamera("0", CameraOptions()).open()


def test_only_a_number_names_a_pi_camera() -> None:
    with pytest.raises(InputError):
        PiCamera("front", CameraOptions())
