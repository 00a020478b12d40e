"""Recordings of what an app asks of models and connections, and replaying them.

A folder of recordings has a file for each request: ``models/<name>/`` for models,
``connections/<name>/`` for HTTP, GraphQL and databases. A file holds the request and its answers,
in the order in which they came. Secrets are in none of them: what the host adds to a request is
left out, and values of secrets that are left are replaced by their names.
"""

from __future__ import annotations

from atoll.recording.errors import BadRecording, NoRecording
from atoll.recording.library import Library
from atoll.recording.redaction import Redaction
from atoll.recording.services import taped
from atoll.recording.tape import Mode, Tape

__all__ = [
    "BadRecording",
    "Library",
    "Mode",
    "NoRecording",
    "Redaction",
    "Tape",
    "taped",
]
