"""Execution ids: 20 characters that sort by time, unique across processes.

The form is that of xid (https://github.com/rs/xid): 4 bytes of seconds, 5 of process identity,
3 of a counter, in lower-case base32hex without padding.
"""

from __future__ import annotations

import itertools
import os
import time

_ALPHABET = "0123456789abcdefghijklmnopqrstuv"
_process = os.urandom(5)
_counter = itertools.count(int.from_bytes(os.urandom(3), "big"))


def _renew() -> None:
    """A forked child must not repeat its parent's ids."""
    global _process
    _process = os.urandom(5)


os.register_at_fork(after_in_child=_renew)


def execution_id() -> str:
    """A new id for one execution."""
    seconds = int(time.time()) & 0xFFFFFFFF
    count = next(_counter) & 0xFFFFFF
    raw = seconds << 64 | int.from_bytes(_process, "big") << 24 | count
    # 96 bits in 20 characters of 5 bits: the last character carries one bit and four zeros.
    raw <<= 4
    return "".join([_ALPHABET[raw >> shift & 31] for shift in range(95, -1, -5)])
