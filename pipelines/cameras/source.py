"""Source URIs: which camera one means, and how to name it without its credentials."""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Callable
from pathlib import Path

from models.errors import CameraError, InputError, UnknownName
from pipelines.cameras import AS_IT_IS, CAMERAS, Camera, CameraOptions, View

PICTURES = frozenset((".bmp", ".jpeg", ".jpg", ".png", ".tif", ".tiff", ".webp"))

_NETWORK = {"rtsp": "rtsp", "rtsps": "rtsp", "http": "http", "https": "http"}
_SECRET = re.compile(
    r"(\b\w*(?:pass|pwd|secret|token|key|auth|sig|cred|usr|user|login)\w*)=[^&;/?#]*", re.I
)
_LOGIN = re.compile(r"(//|[^/]*:).*@", re.S)  # where the scheme is missing
_HOST = re.compile(r"(\[[^\]]*\]|[^:]*)(:\d*)?")


def parse_source(source: str) -> tuple[str, str]:
    """The name in CAMERAS and the address that its camera takes.

    *source* is `synthetic:…`, `camera:N`, `/dev/videoN`, `picamera:N`, a video or picture file,
    a folder of pictures, `rtsp://…`, `http://…`, `KIND:ADDRESS` for an added kind, or `auto`: the
    first camera that this machine has, else the synthetic one. Raises InputError otherwise.
    """
    if source == "auto":
        source = find_camera()
    scheme, colon, rest = source.partition(":")
    if colon and scheme.lower() in _NETWORK:
        if not rest.startswith("//"):
            raise InputError(f"the address of a network camera begins with {scheme}://")
        return _NETWORK[scheme.lower()], source
    if source.startswith(("/dev/video", "/dev/v4l/")):
        return "camera", source
    path = Path(source or "no source").expanduser()
    if path.is_dir() or (path.exists() and path.suffix.lower() in PICTURES):
        return "images", str(path)
    if path.exists():
        return "file", str(path)
    if colon and scheme in CAMERAS.names():
        return scheme, rest
    if colon and re.fullmatch(r"[A-Za-z][\w+.-]*", scheme):
        raise UnknownName("camera", scheme, CAMERAS.names())
    raise InputError(
        f"there is no file or folder {redact(source)!r} to read pictures from{_hint(source)}"
    )


def open_camera(source: str, options: CameraOptions) -> Camera:
    """The camera that *source* means, built but not opened.

    Raises InputError if the source means none, MissingExtra if its library is not installed.
    """
    kind, address = parse_source(source)
    camera: Camera = CAMERAS.load(kind)(address, options)
    return camera


def camera_factory(
    source: str, options: CameraOptions, view: View = AS_IT_IS
) -> Callable[[], Camera]:
    """Builds the camera that *source* means, seen through *view*, as often as it has to be opened
    anew.

    What *source* means is found out now, and by building one camera whether it is right: raises
    as `open_camera`. A source that vanishes later is a CameraError, since it may come back.
    """
    kind, address = parse_source(source)
    camera_type = CAMERAS.load(kind)
    camera_type(address, options)

    def build() -> Camera:
        try:
            camera: Camera = camera_type(address, options)
        except InputError as error:
            raise CameraError(str(error)) from error
        if view == AS_IT_IS:
            return camera
        from pipelines.cameras.view import ViewedCamera

        return ViewedCamera(camera, view)

    return build


def find_camera() -> str:
    """The source that `auto` stands for on this machine at this moment."""
    from pipelines.cameras.picamera import count_picameras
    from pipelines.cameras.v4l2 import list_devices

    for device in list_devices():
        if device.usable:
            return device.source
    return "picamera:0" if count_picameras() else "synthetic:"


def redact(uri: str) -> str:
    """*uri* without its user, its password and the secrets among its parameters.

    For whatever is shown, logged or sent. All before the last `@` goes, for a password may hold
    characters that should have been escaped: rather too much is taken away than too little.
    """
    scheme, mark, rest = uri.partition(":")
    if not mark or not (rest.startswith("//") or scheme.lower() in _NETWORK):
        login = _LOGIN.match(uri)
        return uri[login.end() :] if login and scheme not in CAMERAS.names() else uri
    rest = rest.lstrip("/").rpartition("@")[2]
    host = re.split(r"[/?#]", rest, maxsplit=1)[0]
    if not _HOST.fullmatch(host):
        return f"{scheme}://***"  # a user and a password, and no @ to tell where they end
    return f"{scheme}://" + _SECRET.sub(r"\1=***", rest)


def _hint(source: str) -> str:
    if source.isdigit():
        return f"; a camera is written camera:{source}"
    path = Path(source)
    try:
        near = difflib.get_close_matches(path.name, os.listdir(path.parent), n=1)
    except OSError:
        return ""
    return f"; did you mean {str(path.parent / near[0])!r}?" if near else ""
