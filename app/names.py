"""Names that users choose, as parts of topics and of file names."""

from __future__ import annotations

import re
import unicodedata
import zlib

MAX_LENGTH = 64


def safe_name(name: str) -> str:
    """*name* of ASCII letters, digits, "_" and "-" only; never empty, at most 64 characters.

    Accents are left out, everything else becomes "_". Where letters or symbols of other
    scripts are lost, or the end of a long name, a checksum of the whole keeps names apart. Names
    that differ in ASCII punctuation or accents alone may become the same.
    """
    decomposed = unicodedata.normalize("NFKD", name)
    ascii_only = decomposed.encode("ascii", "ignore").decode()
    safe = re.sub(r"[^A-Za-z0-9-]+", "_", ascii_only).strip("_")
    lost = any(unicodedata.category(c)[0] in "LNS" for c in decomposed if not c.isascii())
    if safe and not lost and len(safe) <= MAX_LENGTH:
        return safe
    checksum = f"{zlib.crc32(name.encode('utf-8', 'replace')):08x}"
    return f"{safe[: MAX_LENGTH - 9]}_{checksum}" if safe else checksum
