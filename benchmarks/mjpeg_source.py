"""A network camera of its own process, which can be killed: `python -m benchmarks.mjpeg_source`.

Serves the rendered scene as Motion JPEG at a steady rate, to everybody who asks. The pictures are
encoded beforehand, so that it takes hardly any of the processor that is being measured. Prints
its port and serves until it is killed.
"""

from __future__ import annotations

import argparse
import contextlib
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import cycle

import cv2
import numpy as np

from pipelines.cameras.scene import ConveyorScene

# Of the scene, over and over.
SECONDS = 4


def main() -> None:
    """Render, print the port, serve."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--width", type=int, default=1280)
    parser.add_argument("--height", type=int, default=720)
    parser.add_argument("--fps", type=float, default=30.0)
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    pictures = render(args.width, args.height, args.fps, args.seed)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(pictures, args.fps))
    print(server.server_port, flush=True)
    server.serve_forever()


def render(width: int, height: int, fps: float, seed: int) -> list[bytes]:
    """The scene's first seconds as JPEGs."""
    scene = ConveyorScene(width, height, seed)
    image = np.empty((height, width, 3), np.uint8)
    pictures = []
    for number in range(round(SECONDS * fps)):
        scene.render(number / fps, image)
        pictures.append(cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, 80])[1].tobytes())
    return pictures


def _handler(pictures: list[bytes], fps: float) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "multipart/x-mixed-replace; boundary=frame")
            self.end_headers()
            due_s = time.monotonic()
            with contextlib.suppress(OSError):  # whoever asked has gone
                for picture in cycle(pictures):
                    due_s += 1 / fps
                    time.sleep(max(0.0, due_s - time.monotonic()))
                    head = f"--frame\r\nContent-Length: {len(picture)}\r\n\r\n"
                    self.wfile.write(head.encode() + picture + b"\r\n")

        def log_message(self, *_: object) -> None:
            """Nothing: only the port is read."""

    return Handler


if __name__ == "__main__":
    main()
