"""Motion JPEG over HTTP, always at its newest picture."""

from __future__ import annotations

import http.client
import select
import time
import urllib.error
import urllib.parse
import urllib.request

import cv2
import numpy as np

from models.errors import CameraError, CameraStalled
from models.image import Image
from pipelines.cameras import CameraOptions
from pipelines.cameras.deadline import Deadline
from pipelines.cameras.multipart import MultipartParser
from pipelines.cameras.network import explain_login, failure, parse_address
from pipelines.cameras.source import redact
from pipelines.cameras.timely_http import ConnectInTime
from pipelines.shot import Shot

_CHUNK = 1 << 16
_DRAIN_S = 0.1  # a server that floods the line must not keep the reader from its picture


class _CloseChallenge(urllib.request.BaseHandler):
    """Closes the answer that asks for a login: urllib goes on to the next one and leaves it."""

    handler_order = 100

    def http_error_401(
        self,
        request: urllib.request.Request,
        answer: http.client.HTTPResponse,
        code: int,
        reason: str,
        headers: http.client.HTTPMessage,
    ) -> None:
        answer.close()


class MjpegCamera:
    """`http[s]://[USER:PASSWORD@]HOST[:PORT]/PATH`, with Basic or Digest authentication.

    Of the pictures that have arrived only the last one is decoded, so that a slow reader never
    sees an old one. A picture's time is the moment its last byte came. Size and rate are the
    camera's own settings: those of the options do not apply.
    """

    def __init__(self, source: str, options: CameraOptions) -> None:
        self._address = parse_address(source)
        self._name = redact(source)
        self._timeout_s = options.timeout_s
        self._deadline = Deadline(options.timeout_s)  # of the call under way
        self._response: http.client.HTTPResponse | None = None
        self._parser = MultipartParser("")
        self._held: Shot | None = None  # the picture that `open` looked at
        self._end: CameraError | None = None  # how the stream ended, once its last picture is out

    @property
    def fps(self) -> None:
        """Not known: HTTP does not say."""
        return None

    def open(self) -> tuple[int, int]:
        self._deadline.restart()
        self._end = None
        self._response = self._connect()
        kind = self._response.headers.get_content_type()
        boundary = self._response.headers.get_param("boundary")
        if not kind.startswith("multipart/") or not isinstance(boundary, str):
            raise CameraError(f"{self._name} sends {kind}, not Motion JPEG")
        self._parser = MultipartParser(boundary)
        self._held = self._receive(self._response)
        height, width = self._held.image.shape[:2]
        return height, width

    def read(self, buffer: Image) -> Shot:
        if self._response is None:
            raise CameraError(f"{self._name} was read before it was opened")
        self._deadline.restart()
        shot, self._held = self._held, None
        if shot is None:
            shot = self._receive(self._response)
        if shot.image.shape != buffer.shape:
            return shot
        np.copyto(buffer, shot.image)
        return Shot(buffer, shot.captured_s)

    def close(self) -> None:
        self._held = None
        if self._response is not None:
            self._response.close()
            self._response = None

    def _connect(self) -> http.client.HTTPResponse:
        # No proxy: a camera is near, and a proxy would gather its endless answer.
        handlers: list[urllib.request.BaseHandler] = [
            urllib.request.ProxyHandler({}),
            ConnectInTime(self._deadline),
        ]
        if self._address.user is not None:
            logins = urllib.request.HTTPPasswordMgrWithDefaultRealm()
            login = (self._address.user, self._address.password or "")
            logins.add_password(None, self._address.url, *login)
            handlers.append(_CloseChallenge())
            handlers.append(urllib.request.HTTPDigestAuthHandler(logins))
            handlers.append(urllib.request.HTTPBasicAuthHandler(logins))
        request = urllib.request.Request(
            _quoted(self._address.url), headers={"User-Agent": "Saccade"}
        )
        opener = urllib.request.build_opener(*handlers)
        try:
            response: http.client.HTTPResponse = opener.open(request)
        except urllib.error.HTTPError as error:
            error.close()
            reason = f"answers {error.code} {error.reason}"
            if error.code == 401:
                reason = explain_login(self._address)
            raise CameraError(f"{self._name} {reason}") from None
        except urllib.error.URLError as error:
            cause = error.reason if isinstance(error.reason, OSError) else error
            raise failure(self._name, cause, self._address.host) from None
        except OSError as error:
            raise failure(self._name, error, self._address.host) from None
        except http.client.HTTPException:
            raise CameraError(f"{self._name} is no HTTP server") from None
        except ValueError:
            # A login of a kind that Python does not know, or a host that is no name.
            raise CameraError(f"{self._name} asks for what cannot be answered") from None
        return response

    def _receive(self, response: http.client.HTTPResponse) -> Shot:
        """The newest picture: what has arrived is read, and what is older is passed over."""
        if self._end is not None:
            raise self._end
        more = select.poll()
        more.register(response.fileno(), select.POLLIN)
        newest: bytes | None = None
        captured_s = drained_s = 0.0
        while True:
            try:
                parts = self._feed(response)
            except CameraError as error:
                if newest is None:
                    raise
                # What came before the end is still to be shown.
                parts, drained_s, self._end = [], 0.0, error
            now_s = time.monotonic()
            if parts:
                drained_s = drained_s if newest else now_s + _DRAIN_S
                newest, captured_s = parts[-1], now_s
            if newest and (now_s > drained_s or not more.poll(0)):
                image = _decode(newest)
                if image is not None:
                    return Shot(image, captured_s)
                newest = None  # broken on its way: wait for the next one
            if self._deadline.passed:
                raise CameraStalled(f"{self._name} has sent no picture for {self._timeout_s:.1f} s")

    def _feed(self, response: http.client.HTTPResponse) -> list[bytes]:
        """Wait for some bytes; the parts that are complete with them."""
        try:
            data = response.read1(_CHUNK)
            if data:
                return self._parser.feed(data)
        except TimeoutError:
            raise CameraStalled(
                f"{self._name} has sent nothing for {self._timeout_s:.1f} s"
            ) from None
        except ValueError as error:
            raise CameraError(f"{self._name} sends no Motion JPEG: {error}") from None
        except (OSError, http.client.HTTPException):
            raise CameraError(f"{self._name} has broken the connection") from None
        raise CameraError(f"{self._name} has ended the stream")


def _quoted(url: str) -> str:
    """*url* with what no address may hold, such as a space or an umlaut, in its %-form."""
    return urllib.parse.quote(url, safe="%/:=&?~#+!$,;'@()*[]")


def _decode(jpeg: bytes) -> Image | None:
    try:
        image = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)
    except cv2.error:  # its header claims an absurd size
        return None
    return None if image is None else np.asarray(image, np.uint8)
