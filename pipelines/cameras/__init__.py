"""Cameras: one file per kind, chosen by a source URI, imported only when chosen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

from models.image import Image
from models.plugins import PluginTable
from pipelines.shot import Shot

CAMERAS = PluginTable(
    "camera",
    "saccade.cameras",
    {
        "synthetic": "pipelines.cameras.synthetic:SyntheticCamera",
        "camera": "pipelines.cameras.v4l2:V4l2Camera",
        "picamera": "pipelines.cameras.picamera:PiCamera",
        "file": "pipelines.cameras.file:FileCamera",
        "images": "pipelines.cameras.images:ImagesCamera",
        "rtsp": "pipelines.cameras.rtsp:RtspCamera",
        "http": "pipelines.cameras.mjpeg:MjpegCamera",
    },
)


@dataclass(frozen=True, slots=True)
class CameraOptions:
    """What the user may ask of a camera; None leaves it to the camera.

    *paced*: a file plays at its own rate and loops, as a live camera would; otherwise each of
    its frames is delivered once, as fast as it is read. *timeout_s*: how long one read or open
    may take before the source counts as stalled.
    """

    width: int | None = None
    height: int | None = None
    fps: float | None = None
    paced: bool = True
    timeout_s: float = 5.0


# Left, top, width and height as fractions of a picture.
Region = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class View:
    """What is to be seen of a camera's picture: turned by *rotation* degrees clockwise, then cut
    to *region*.
    """

    rotation: Literal[0, 90, 180, 270] = 0
    region: Region = (0.0, 0.0, 1.0, 1.0)


AS_IT_IS = View()


class Camera(Protocol):
    """A source of frames, opened, read and closed by one thread at a time.

    A plug-in is built by calling it with a source and `CameraOptions`, which touches no hardware
    and raises InputError for what names no camera of this kind. `open` and `read` each end within
    `options.timeout_s`.
    """

    @property
    def fps(self) -> float | None:
        """Frames per second that the source says it delivers; None where it does not say."""
        ...

    def open(self) -> tuple[int, int]:
        """Start delivering; returns (height, width).

        Raises CameraStalled when nothing answers for `timeout_s`, CameraError when it fails in
        another way, and never InputError: whatever fails here may be well again later.
        """
        ...

    def read(self, buffer: Image) -> Shot:
        """Wait for the next frame and decode it into *buffer*.

        Called in a loop, by one thread at a time. The shot's image is *buffer* itself where its
        size fits and a new array where the frame's size has changed. Raises EndOfStream when a
        finite source is used up, CameraStalled when the camera delivers nothing for `timeout_s`,
        CameraError when it fails in another way.
        """
        ...

    def close(self) -> None:
        """Give the device back. Called once after `open`, also after an error."""
        ...
