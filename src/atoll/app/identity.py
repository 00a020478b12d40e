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


_PAIRS = [first + second for first in _ALPHABET for second in _ALPHABET]
_beginning = 0, b"", ""
"""A second, the process, and the first 14 characters of all ids that they make."""


def execution_id() -> str:
    """A new id for one execution."""
    global _beginning
    seconds = int(time.time()) & 0xFFFFFFFF
    known_seconds, known_process, beginning = _beginning
    if seconds != known_seconds or _process is not known_process:
        bits = seconds << 40 | int.from_bytes(_process, "big")  # 72, of which 70 fill characters
        beginning = "".join([_ALPHABET[bits >> shift & 31] for shift in range(67, -1, -5)])
        _beginning = seconds, _process, beginning
    # 96 bits in 20 characters of 5 bits: the last character carries one bit and four zeros.
    rest = ((_process[4] & 3) << 24 | next(_counter) & 0xFFFFFF) << 4
    return beginning + _PAIRS[rest >> 20] + _PAIRS[rest >> 10 & 1023] + _PAIRS[rest & 1023]
