"""A folder of recordings."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from atoll.host.errors import HostError
from atoll.recording import json_form
from atoll.recording.difference import Difference, differences
from atoll.recording.errors import BadRecording
from atoll.recording.request import Request

VERSION = 1
LARGEST = 256 << 20
"""Bytes of one file."""
SECRETS = "secrets.json"
_DEEPEST = json_form.DEEPEST + 20
"""Levels of a file: it is around JSON of the most levels that are kept."""


@dataclass(slots=True)
class Recording:
    """A request and its answers, in the order in which they came."""

    request: Request
    answers: list[dict[str, Any]]
    file: Path


@dataclass(slots=True)
class Nearest:
    """The recording that is most like a request, and how it differs."""

    recording: Recording
    differences: list[Difference] = field(default_factory=list)


class Library:
    """The recordings in ``folder``, which need not exist."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._shelves: dict[str, dict[str, Recording]] = {}
        self._secrets: frozenset[str] | None = None

    def find(self, request: Request) -> Recording | None:
        """The recording of a request. Raises BadRecording."""
        return self._shelf(request).get(request.key)

    def nearest(self, request: Request) -> Nearest | None:
        """The recording of the same place that differs least; None if there is none."""
        found: Nearest | None = None
        for recording in self._shelf(request).values():
            different = list(differences(recording.request.compared, request.compared))
            if found is None or len(different) < len(found.differences):
                found = Nearest(recording, different)
        return found

    def write(self, request: Request, answers: Iterable[dict[str, Any]]) -> None:
        """Keep the answers to a request, in place of those that there were."""
        shelf = self._shelf(request)
        known = shelf.get(request.key)
        file = self.folder / request.folder / request.file if known is None else known.file
        recording = Recording(request, list(answers), file)
        named: dict[str, Any] = {request.kind: request.name}
        form = {
            "version": VERSION,
            "request": {**named, **request.form},
            "answers": recording.answers,
        }
        _write(file, form)
        shelf[request.key] = recording

    @property
    def secrets(self) -> frozenset[str]:
        """Names of the app's secrets that functions had when this was recorded."""
        if self._secrets is None:
            file = self.folder / SECRETS
            names = _read(file).get("names") if file.exists() else []
            if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
                raise BadRecording(file, "its names are not a list of strings")
            self._secrets = frozenset(names)
        return self._secrets

    def add_secret(self, name: str) -> None:
        """Keep that there was a secret of that name; its value is kept nowhere."""
        if name not in self.secrets:
            self._secrets = self.secrets | {name}
            _write(self.folder / SECRETS, {"version": VERSION, "names": sorted(self._secrets)})

    def _shelf(self, request: Request) -> dict[str, Recording]:
        if request.folder not in self._shelves:
            found: dict[str, Recording] = {}
            folder = self.folder / request.folder
            for file in sorted(folder.glob("*.json")) if folder.is_dir() else ():
                recording = _recording(file)
                other = found.setdefault(recording.request.key, recording)
                if other is not recording:
                    raise BadRecording(file, f"{other.file.name} has the same request")
            self._shelves[request.folder] = found
        return self._shelves[request.folder]


def _recording(file: Path) -> Recording:
    form = _read(file)
    asked, answers = form.get("request"), form.get("answers")
    if not isinstance(asked, dict):
        raise BadRecording(file, 'it has no object "request"')
    if not isinstance(answers, list) or not answers:
        raise BadRecording(file, 'it has no list "answers" with an answer in it')
    if not all(isinstance(answer, dict) for answer in answers):
        raise BadRecording(file, "an answer is not an object")
    for kind in ("model", "connection"):
        name = asked.get(kind)
        if isinstance(name, str):
            rest = {key: value for key, value in asked.items() if key != kind}
            return Recording(Request(kind, name, rest), answers, file)
    raise BadRecording(file, "its request names neither a model nor a connection")


def _read(file: Path) -> dict[str, Any]:
    try:
        if file.stat().st_size > LARGEST:
            raise BadRecording(file, f"it has more than {LARGEST >> 20} MiB")
        form = json_form.loads(file.read_bytes(), _DEEPEST)
    except OSError as error:
        raise BadRecording(file, f"it cannot be read: {error.strerror}") from None
    except ValueError as error:
        raise BadRecording(file, f"it is not JSON: {error}") from None
    if not isinstance(form, dict):
        raise BadRecording(file, "it is not a JSON object")
    version = form.get("version")
    if version != VERSION or isinstance(version, bool):
        raise BadRecording(file, f"its version is not {VERSION}, the one that is read here")
    return form


def _write(file: Path, form: dict[str, Any]) -> None:
    """Raises HostError: it cannot be written."""
    try:
        _replace(file, form)
    except OSError as error:
        raise HostError(
            "RECORDING_NOT_WRITTEN",
            f"the recording {file} cannot be written: {error.strerror}",
            "make room for it, or record into another folder",
        ) from None


def _replace(file: Path, form: dict[str, Any]) -> None:
    """At once: who reads meanwhile sees the old or the new one."""
    file.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=file.parent, prefix=".", suffix=".tmp")
    try:
        with os.fdopen(handle, "wb") as opened:
            opened.write(json_form.pretty(form).encode() + b"\n")
        Path(temporary).chmod(0o644)
        Path(temporary).replace(file)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
