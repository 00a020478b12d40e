"""The page's files: built by Vite from ``explorer/``, kept in memory once they were asked for."""

from __future__ import annotations

import hashlib
import mimetypes
import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

from atoll.server.compression import takes_gzip
from atoll.server.request import Request
from atoll.server.response import Response, text

BUNDLE: Final = Path(__file__).parents[2] / "_assets" / "explorer"
"""Where an installation has them."""

_CHECKOUT: Final = Path(__file__).parents[4] / "explorer" / "package.json"
"""There, if this runs from a checkout."""

_POLICY: Final = (
    "default-src 'self'; img-src 'self' blob:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'; object-src 'none'"
)
_SAFE: Final = {
    "content-security-policy": _POLICY,
    "referrer-policy": "no-referrer",
    "x-frame-options": "DENY",
    "cross-origin-resource-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
}
"""Nothing of another origin is loaded by the page, and no page of another origin loads it."""

_HASHED: Final = re.compile(r"[.-][\w-]{8,}\.\w+")
"""How Vite ends the names of files whose content is in their name."""

_TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/x-icon",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".woff2": "font/woff2",
}
_COMPRESSED: Final = frozenset((".png", ".woff2"))
_MIN_PACKED: Final = 512
"""Bytes from which compressing is worth it."""

_NOT_BUILT: Final = """\
The Explorer's page was not built. An installed Atoll has it; in a checkout, build it with:

    cd explorer && npm ci && npx vite build"""


@dataclass(frozen=True, slots=True)
class _File:
    content: bytes
    packed: bytes | None
    """With gzip, if that is smaller."""
    content_type: str
    tag: str
    stamp: tuple[int, int]
    """When it was changed, and its size: a checkout's bundle may be built anew at any time."""
    lasting: bool


def chosen_bundle(environ: Mapping[str, str]) -> Path | None:
    """Where whoever works on the page itself has a bundle; None for the installed one."""
    chosen = environ.get("ATOLL_EXPLORER_ASSETS")
    return Path(chosen) if chosen and _CHECKOUT.is_file() else None


class Assets:
    """The files of one bundle.

    Args:
        folder: where they are; None for those that were installed.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder or BUNDLE
        self._files: dict[str, _File] = {}
        """By their paths in the bundle: names may lead to one file in any number of ways."""

    @property
    def kept(self) -> int:
        """How many files are in memory."""
        return len(self._files)

    def answer(self, request: Request, name: str) -> Response:
        """Answer a request for a file by its name below ``/explorer/``.

        What has no suffix is a place within the page, which is ``index.html`` everywhere.
        """
        if request.method not in ("GET", "HEAD"):
            return text(405, "Method not allowed", {"allow": "GET, HEAD"})
        page = not PurePosixPath(name).suffix or not name.startswith("assets/")
        found = self._file(name) if name else None
        if found is None and page:
            found = self._file("index.html")
            if found is None:
                return text(503, _NOT_BUILT, {"cache-control": "no-store"})
        if found is None:
            return text(404, "Not Found", {"cache-control": "no-store"})
        return _response(found, request)

    def _file(self, name: str) -> _File | None:
        path = self._folder.joinpath(*PurePosixPath(name).parts)
        try:
            resolved, home = path.resolve(), self._folder.resolve()
            if not resolved.is_relative_to(home) or not resolved.is_file():
                return None
            stat = resolved.stat()
            stamp = (stat.st_mtime_ns, stat.st_size)
            own = resolved.relative_to(home).as_posix()
            known = self._files.get(own)
            if known is None or known.stamp != stamp:
                known = self._files[own] = _read(resolved, own, stamp)
        except (OSError, ValueError):
            return None
        return known


def _read(path: Path, name: str, stamp: tuple[int, int]) -> _File:
    content = path.read_bytes()
    packed = None
    if path.suffix not in _COMPRESSED and len(content) >= _MIN_PACKED:
        packer = zlib.compressobj(6, zlib.DEFLATED, 31)
        packed = packer.compress(content) + packer.flush()
    kind = _TYPES.get(path.suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"
    lasting = name.startswith("assets/") and _HASHED.search(name) is not None
    tag = hashlib.sha256(content).hexdigest()[:20]
    return _File(content, packed, kind, tag, stamp, lasting)


def _response(file: _File, request: Request) -> Response:
    takes = request.header(b"accept-encoding")
    packed = file.packed if takes is not None and takes_gzip(takes) else None
    tag = f'"{file.tag}{"-gz" if packed is not None else ""}"'
    headers = {
        **_SAFE,
        "cache-control": "public, max-age=31536000, immutable" if file.lasting else "no-cache",
        "etag": tag,
        "vary": "accept-encoding",
    }
    known = request.header(b"if-none-match")
    if known is not None and tag in (each.strip().removeprefix("W/") for each in known.split(",")):
        return Response(304, b"", file.content_type, headers)
    if packed is None:
        return Response(200, file.content, file.content_type, headers)
    return Response(200, packed, file.content_type, {**headers, "content-encoding": "gzip"})
