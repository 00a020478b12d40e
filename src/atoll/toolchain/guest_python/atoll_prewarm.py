"""Which standard modules are in the base's memory from the start.

The rest of the standard library waits as compressed bytecode (``atoll_frozen``): an app pays for
what it imports when it is built. What stands here is what nearly every app imports, and what the
guest runtime itself needs when a call fails.
"""

from __future__ import annotations

import importlib
import sys

MODULES = (
    "abc", "annotationlib", "ast", "asyncio", "base64", "collections.abc", "contextlib",
    "contextvars", "copy", "dataclasses", "datetime", "decimal", "email.utils", "enum",
    "encodings.idna", "functools", "gc", "hashlib", "html", "http", "inspect", "io", "itertools",
    "json", "linecache", "logging", "math", "numbers", "operator", "os", "pathlib", "re", "socket",
    "string", "textwrap", "time", "traceback", "types", "typing", "unicodedata", "urllib.parse",
    "uuid", "warnings", "weakref", "zlib", "zoneinfo",
)  # fmt: skip


def load() -> None:
    for name in MODULES:
        try:
            importlib.import_module(name)
        except ImportError:
            continue  # not in this Python (annotationlib came with 3.14)


def forget_randomness() -> None:
    """Drop ``random``, whose generator was seeded while the base was built.

    An app that wants it imports it anew; whether it is there tells if an instance must be seeded.
    """
    for name in ("random", "tempfile", "secrets"):
        sys.modules.pop(name, None)
