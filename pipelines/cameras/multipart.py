"""Takes the JPEGs out of a `multipart/x-mixed-replace` body, however it arrives."""

from __future__ import annotations

_HEADER_LIMIT = 64 * 1024
_PART_LIMIT = 64 * 1024 * 1024


class MultipartParser:
    """Fed with bytes, it yields whole parts.

    A part ends where its Content-Length says, or without one where the next boundary begins.
    Some cameras write the boundary's leading dashes into their header too, some do not.
    """

    def __init__(self, boundary: str) -> None:
        self._boundary = b"--" + boundary.strip('"').lstrip("-").encode("latin-1")
        self._data = bytearray()
        self._length: int | None = None
        self._in_body = False

    def feed(self, data: bytes) -> list[bytes]:
        """The parts that are complete with *data*. Raises ValueError for what is no multipart."""
        self._data += data
        parts = []
        while (part := self._next()) is not None:
            parts.append(part)
        return parts

    def _next(self) -> bytes | None:
        if not self._in_body and not self._take_header():
            return None
        end = self._length
        if end is None:
            end = self._data.find(self._boundary)
        if end < 0 or end > len(self._data):
            if len(self._data) > _PART_LIMIT or end > _PART_LIMIT:
                raise ValueError("a part of the stream is larger than any picture")
            return None
        part = bytes(self._data[:end])
        del self._data[:end]
        self._in_body = False
        return part

    def _take_header(self) -> bool:
        """Drop all up to the body of the next part; False until its header is complete."""
        start = self._data.find(self._boundary)
        end = self._data.find(b"\r\n\r\n", start) if start >= 0 else -1
        if end < 0:
            if len(self._data) > _HEADER_LIMIT:
                raise ValueError("the stream has no boundary where its header says")
            return False
        self._length = None
        for line in bytes(self._data[start:end]).split(b"\r\n")[1:]:
            name, _, value = line.partition(b":")
            if name.strip().lower() == b"content-length" and value.strip().isdigit():
                self._length = int(value)
        del self._data[: end + 4]
        self._in_body = True
        return True
