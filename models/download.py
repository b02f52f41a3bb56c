"""Downloads: from an http(s) server, or a local mirror folder, to a verified file.

What has arrived is kept in a `.part` file named after the SHA-256 of the whole, so an
interrupted download goes on where it stopped, even from another server. Nothing is used before
its hash is right.
"""

from __future__ import annotations

import errno
import fcntl
import logging
import os
import re
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlsplit

import requests

from models.errors import DownloadError, InputError
from models.manifest import Manifest, sha256_of

log = logging.getLogger(__name__)

CHUNK = 1 << 14
# For a manifest that does not say how large its file is.
LARGEST = 1 << 30

Progress = Callable[[int, int | None], None]


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait for a server, in seconds, and how often to try.

    *read_s*: between two pieces of data. *tries*: in a row without anything new arriving; the
    pause after the n-th is backoff_s · 2ⁿ⁻¹.
    """

    connect_s: float = 10.0
    read_s: float = 30.0
    tries: int = 5
    backoff_s: float = 0.5


class _Passing(Exception):
    """A failure that another try may not meet."""


def fetch(
    manifest: Manifest,
    folder: Path,
    mirror: str | None = None,
    progress: Progress = lambda done, total: None,
    patience: Patience | None = None,
) -> Path:
    """Download a network's file to *folder* and return its path once size and hash are right.

    *mirror*: a base address or a local folder that has the file under its name. *progress* is
    called with the bytes so far and, where known, in all. KeyboardInterrupt passes through and
    leaves what has arrived for the next call. Raises DownloadError, or InputError for a source
    that cannot be used.
    """
    source = _source(manifest, mirror)
    with _alone(folder):
        target = folder / f"{manifest.sha256}{Path(manifest.file).suffix}"
        part = target.with_suffix(".part")
        if target.exists():
            target.replace(part)
        while True:
            resumed = _size(part) > 0
            with _disk(folder, part):
                if isinstance(source, Path):
                    _copy(source, part, manifest, progress)
                else:
                    _receive(source, part, manifest, progress, patience or Patience())
            if sha256_of(part) == manifest.sha256:
                part.replace(target)
                return target
            part.unlink()
            if not resumed:
                raise DownloadError(
                    f"{_shown(source)} is not the file that was promised: its SHA-256 differs "
                    f"from the manifest's; nothing was installed"
                )
            log.warning("%s: the resumed file is wrong, starting afresh", manifest.name)


def _source(manifest: Manifest, mirror: str | None) -> str | Path:
    """The address, or local file, that has the network's file."""
    if mirror is None:
        if not manifest.source.startswith(("https://", "http://")):
            raise InputError(
                f"no public address is known for {manifest.name!r}; give --mirror with a server "
                f"or folder that has {manifest.file!r}"
            )
        return manifest.source
    if mirror.startswith(("https://", "http://")):
        if not _has_host(mirror):
            raise InputError("--mirror: the address names no server; expected http://HOST/FOLDER")
        return f"{mirror.rstrip('/')}/{quote(manifest.file)}"
    path = Path(mirror).expanduser() / manifest.file
    if not path.is_file():
        raise InputError(f"--mirror {mirror}: there is no file {manifest.file!r}")
    return path


def _has_host(url: str) -> bool:
    try:
        return bool(urlsplit(url).hostname)
    except ValueError:
        return False


def _receive(
    url: str, part: Path, manifest: Manifest, progress: Progress, patience: Patience
) -> None:
    """Complete *part*, trying again after what may pass, as long as it grows."""
    most, failures = _size(part), 0
    while True:
        try:
            return _attempt(url, part, manifest, progress, patience)
        except _Passing as error:
            reason = str(error)
        except requests.exceptions.InvalidURL as error:
            raise InputError(f"{_shown(url)} is not an address") from error
        except requests.RequestException as error:
            reason = _reason(error, patience)
        arrived = _size(part)
        failures = 1 if arrived > most else failures + 1
        most = max(most, arrived)
        if failures >= patience.tries:
            raise DownloadError(
                f"{_shown(url)}: {reason} ({failures} tries)"
                + (
                    "; what has arrived is kept, the same command goes on from there"
                    * bool(arrived)
                )
            )
        pause = patience.backoff_s * 2 ** (failures - 1)
        log.warning("%s: %s; trying again in %.1f s", manifest.name, reason, pause)
        time.sleep(pause)


def _attempt(
    url: str, part: Path, manifest: Manifest, progress: Progress, patience: Patience
) -> None:
    """Ask for what *part* lacks and append it."""
    start = _size(part)
    if start and start == manifest.size:
        return
    # Compressed content could not be resumed by its byte positions.
    headers = {"Accept-Encoding": "identity", "User-Agent": "saccade"}
    if start:
        headers["Range"] = f"bytes={start}-"
    with requests.get(
        url, headers=headers, stream=True, timeout=(patience.connect_s, patience.read_s)
    ) as response:
        start, total = _answer(response, start, part, url)
        limit = manifest.size or LARGEST
        if total is not None and (total > limit or manifest.size not in (None, total)):
            part.unlink(missing_ok=True)
            raise DownloadError(
                f"{_shown(url)} has {total} bytes, expected {_expected(manifest)}; it is not "
                f"the file that was promised"
            )
        _check_space(part.parent, (total or manifest.size or 0) - start)
        with part.open("ab") as stream:
            stream.truncate(start)
            for chunk in response.iter_content(CHUNK):
                start += len(chunk)
                if start > limit:
                    break
                stream.write(chunk)
                progress(start, total)
    if start > limit:
        part.unlink()
        raise DownloadError(
            f"{_shown(url)} goes on after {limit} bytes, expected {_expected(manifest)}; it is "
            f"not the file that was promised"
        )
    if start != (total or start):
        raise _Passing("the connection was cut")


def _answer(
    response: requests.Response, start: int, part: Path, url: str
) -> tuple[int, int | None]:
    """Where the answer's content begins in the file, and how long the file is in all."""
    status = response.status_code
    if status == 206:
        match = re.match(r"bytes (\d+)-\d+/(\d+)$", response.headers.get("Content-Range", ""))
        if match and int(match[1]) == start:
            return start, int(match[2])
    if status in (206, 416):
        part.unlink(missing_ok=True)
        raise _Passing("the server cannot resume there")
    if status == 200:
        length = response.headers.get("Content-Length", "")
        plain = "Content-Encoding" not in response.headers
        return 0, int(length) if plain and length.isdigit() else None
    if status in (408, 429) or status >= 500:
        raise _Passing(f"the server answers {status} {response.reason}")
    raise DownloadError(f"{_shown(url)}: the server answers {status} {response.reason}")


def _copy(source: Path, part: Path, manifest: Manifest, progress: Progress) -> None:
    """The local mirror's file; copying starts over, as it is quick."""
    size = source.stat().st_size
    if size > LARGEST or manifest.size not in (None, size):
        raise DownloadError(
            f"{source} has {size} bytes, expected {_expected(manifest)}; it is not the file that "
            f"was promised"
        )
    with source.open("rb") as original, part.open("wb") as stream:
        while chunk := original.read(CHUNK):
            stream.write(chunk)
            progress(stream.tell(), size)


def _expected(manifest: Manifest) -> str:
    return f"at most {LARGEST}" if manifest.size is None else str(manifest.size)


def _check_space(folder: Path, needed: int) -> None:
    if needed > shutil.disk_usage(folder).free:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _shown(source: str | Path) -> str:
    """An address as messages may show it: without credentials, which a query can hold too."""
    if isinstance(source, Path):
        return str(source)
    parts = urlsplit(source)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


def _reason(error: requests.RequestException, patience: Patience) -> str:
    """In a few words; the libraries' own text is long, and holds the address with credentials."""
    if isinstance(error, requests.exceptions.SSLError):
        return "its certificate is not trusted"
    if isinstance(error, requests.exceptions.ConnectTimeout):
        return f"no connection within {patience.connect_s:g} s"
    if isinstance(error, requests.exceptions.Timeout) or "timed out" in str(error):
        return f"no data for {patience.read_s:g} s"
    if isinstance(error, requests.exceptions.ChunkedEncodingError):
        return "the connection was cut"
    if isinstance(error, requests.ConnectionError):
        return "the server cannot be reached"
    return type(error).__name__


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One download into a folder at a time: two would write the same part."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = (folder / ".lock").open("w")
    except OSError as error:
        raise DownloadError(f"{folder}: cannot be written: {error.strerror}") from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise DownloadError(
                f"another download to {folder} is running; wait until it is done"
            ) from error
        yield


@contextmanager
def _disk(folder: Path, part: Path) -> Iterator[None]:
    """Turn the disk's failures into one sentence; a full disk gets its space back."""
    try:
        yield
    except OSError as error:
        # requests' own exceptions are OSErrors too, but none of them reaches this far.
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            part.unlink(missing_ok=True)
            raise DownloadError(f"{folder}: the disk is full; make space and try again") from error
        raise DownloadError(f"{error.filename or folder}: {error.strerror or error}") from error
