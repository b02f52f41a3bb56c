# mypy: ignore-errors
"""A real RTSP server on the loopback interface: run it with the system's Python, which has gi.

    python3 rtsp_server.py [--codec jpeg|h264|vp8] [--fps N] [--user NAME --password WORD]

Serves a clock face at /clock and prints its port. It ends with its standard input.
"""

from __future__ import annotations

import argparse
import os
import sys
import threading
import time

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import GLib, Gst, GstRtspServer  # noqa: E402

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import clockface  # noqa: E402

PAYLOADS = {
    "jpeg": "jpegenc quality=90 ! rtpjpegpay name=pay0 pt=26",
    "h264": "openh264enc gop-size=15 ! h264parse ! rtph264pay name=pay0 pt=96 config-interval=-1",
    "vp8": "vp8enc deadline=1 keyframe-max-dist=15 ! rtpvp8pay name=pay0 pt=96",
}


class ClockFactory(GstRtspServer.RTSPMediaFactory):
    """Makes the pipeline of one client, fed with a picture of the moment when it asks for one."""

    def __init__(self, codec: str, fps: int) -> None:
        super().__init__()
        self._fps = fps
        self.set_launch(
            "( appsrc name=source is-live=true format=time do-timestamp=true "
            f"caps=video/x-raw,format=RGB,width={clockface.WIDTH},height={clockface.HEIGHT},"
            f"framerate={fps}/1 ! videoconvert ! video/x-raw,format=I420 ! {PAYLOADS[codec]} )"
        )

    def do_configure(self, media: GstRtspServer.RTSPMedia) -> None:
        source = media.get_element().get_child_by_name("source")
        gone = threading.Event()
        media.connect("unprepared", lambda _: gone.set())
        threading.Thread(target=self._feed, args=(source, gone), daemon=True).start()

    def _feed(self, source: Gst.Element, gone: threading.Event) -> None:
        due = time.monotonic()
        while not gone.wait(max(0.0, due - time.monotonic())):
            # While the pipeline starts it may refuse some; it asks for no other in their place.
            source.emit("push-buffer", Gst.Buffer.new_wrapped(clockface.draw(time.monotonic())))
            due = max(due + 1 / self._fps, time.monotonic() - 1)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--codec", choices=PAYLOADS, default="jpeg")
    parser.add_argument("--fps", type=int, default=30)
    parser.add_argument("--user")
    parser.add_argument("--password")
    arguments = parser.parse_args()

    Gst.init(None)
    server = GstRtspServer.RTSPServer()
    server.set_address("127.0.0.1")
    server.set_service("0")
    factory = ClockFactory(arguments.codec, arguments.fps)
    if arguments.user:
        auth = GstRtspServer.RTSPAuth()
        token = GstRtspServer.RTSPToken()
        token.set_string("media.factory.role", "viewer")
        auth.add_basic(GstRtspServer.RTSPAuth.make_basic(arguments.user, arguments.password), token)
        server.set_auth(auth)
        permissions = GstRtspServer.RTSPPermissions()
        permissions.add_permission_for_role("viewer", "media.factory.access", True)
        permissions.add_permission_for_role("viewer", "media.factory.construct", True)
        factory.set_permissions(permissions)
    server.get_mount_points().add_factory("/clock", factory)
    server.attach(None)
    loop = GLib.MainLoop()
    print(server.get_bound_port(), flush=True)
    threading.Thread(target=lambda: (sys.stdin.read(), loop.quit()), daemon=True).start()
    loop.run()


if __name__ == "__main__":
    main()
