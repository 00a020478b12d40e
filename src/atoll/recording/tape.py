"""Which requests are replayed, and which are made and recorded."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Literal, TypeAlias

from atoll.host.errors import HostError
from atoll.recording import content
from atoll.recording.errors import BadRecording, NoRecording, RecordedFailure
from atoll.recording.library import Library, Recording
from atoll.recording.redaction import Redaction
from atoll.recording.request import Request

Mode: TypeAlias = Literal["none", "once", "all"]
"""``none``: replay only, and never reach out. ``once``: record what has no recording. ``all``:
record everything anew."""
Form: TypeAlias = dict[str, Any]

_OURS = frozenset(("MODEL_NOT_FOUND", "NO_SUCH_CONNECTION", "NOT_ALLOWED", "BAD_URL", "BAD_HEADER"))
"""Codes of errors that the manifest or the request itself brings about, recordings or not."""


MOST = 100
"""Answers to one request that are recorded; further ones are passed on only."""


class Tape:
    """Replays and records for as long as one test, or one version of an app, runs.

    The answers to equal requests come in the order in which they were recorded; after the last of
    them, that one is repeated.
    """

    def __init__(self, library: Library, mode: Mode, redaction: Redaction | None = None) -> None:
        self.library = library
        self.mode = mode
        self.redaction = redaction or Redaction()
        self.problems: list[HostError] = []
        """Recordings that were missing or unusable; functions may have made light of it."""
        self._positions: dict[str, int] = {}
        self._own: dict[str, list[Form | None]] = {}

    async def ask(self, request: Request, real: Callable[[], Awaitable[Form]]) -> Replayed:
        """The recorded answer, or that of ``real``, which is recorded.

        Raises:
            NoRecording, BadRecording: there is none that can be used.
            Exception: what ``real`` raises. A failure that was recorded is a RecordedFailure.
        """
        found = self.replay(request)
        if found is not None:
            found.raise_failure()
            return found
        take = self.record(request)
        try:
            form = await real()
        except Exception as error:
            take.failed(error)
            raise
        return take.done(form)

    def replay(self, request: Request) -> Replayed | None:
        """The recorded answer; None if the request is to be made, and recorded.

        Raises:
            NoRecording, BadRecording: there is none that can be used.
        """
        if self.mode == "all" or request.key in self._own:
            return None
        try:
            recording = self.library.find(request)
            if recording is None:
                if self.mode == "none":
                    raise self._no_recording(request)
                return None
        except HostError as error:
            self.problems.append(error)
            raise
        position = self._positions.get(request.key, 0)
        self._positions[request.key] = position + 1
        last = len(recording.answers) - 1
        return Replayed(recording.answers[min(position, last)], recording, self.problems)

    def record(self, request: Request) -> Take:
        """Begin to record the answer to a request that is made now."""
        answers = self._own.setdefault(request.key, [])
        if len(answers) < MOST:
            answers.append(None)
            return Take(self, request, len(answers) - 1)
        return Take(self, request, None)

    def keep(self, request: Request, slot: int | None, form: Form) -> None:
        """Write the answer that a request has got."""
        if slot is None:
            return
        answers = self._own[request.key]
        answers[slot] = form
        # Those that are still to come have no place yet; and the last one is repeated anyway.
        known = [answer for answer in answers if answer is not None]
        while len(known) > 1 and known[-1] == known[-2]:
            known.pop()
        self.library.write(request, known)

    def _no_recording(self, request: Request) -> NoRecording:
        nearest = self.library.nearest(request)
        if nearest is None:
            rest = f"{self.library.folder} has none of it"
        else:
            file = nearest.recording.file.relative_to(self.library.folder)
            first, *others = nearest.differences
            more = f" (and in {len(others)} more)" if others else ""
            rest = f"the nearest one, {file}, differs at {first}{more}"
        hint = (
            "record it: pytest --atoll-record=once, or atoll dev --record "
            f"{self.library.folder}; or give it an answer in the test"
        )
        missing = NoRecording("NO_RECORDING", f"no recording for this {request}; {rest}", hint)
        missing.add_note(f"hint: {hint}")  # pytest shows it, and the text is for functions too
        return missing


class Replayed:
    """An answer's JSON, and the recording that it is from."""

    __slots__ = ("_problems", "form", "recording")

    def __init__(
        self, form: Form, recording: Recording | None, problems: list[HostError] | None = None
    ) -> None:
        self.form = form
        self.recording = recording
        self._problems = problems

    def unusable(self, problem: str) -> HostError:
        """The error that the answer cannot be read, which is kept as well."""
        if self.recording is None:  # it is no recording, but what was answered right now
            return HostError("BAD_ANSWER", problem)
        error = BadRecording(self.recording.file, problem)
        if self._problems is not None:
            self._problems.append(error)
        return error

    def raise_failure(self) -> None:
        """Raise the failure that was recorded, if one was."""
        error = self.form.get("error")
        if isinstance(error, dict):
            details = error.get("details")
            failure = RecordedFailure(
                str(error.get("code", "FAILED")),
                str(error.get("message", "")),
                error["hint"] if isinstance(error.get("hint"), str) else None,
                details if isinstance(details, dict) and details else None,
            )
            failure.answer = str(error.get("answer", ""))
            raise failure


class Take:
    """The recording of one answer."""

    def __init__(self, tape: Tape, request: Request, slot: int | None) -> None:
        self._tape = tape
        self._request = request
        self._slot = slot

    def done(self, form: Form) -> Replayed:
        """Keep an answer. Gives what is given to the guest: the answer itself."""
        self._tape.keep(self._request, self._slot, self._hidden(form))
        return Replayed(form, None)

    def failed(self, error: Exception, form: Form | None = None) -> None:
        """Keep a failure, if it is one of what was asked."""
        code, message = getattr(error, "code", None), getattr(error, "message", None)
        if not (isinstance(code, str) and isinstance(message, str)) or code in _OURS:
            return
        found: Form = {"code": code, "message": message}
        for name in ("hint", "details", "answer"):
            value = getattr(error, name, None)
            if value:
                found[name] = dict(value) if name == "details" else value
        self._tape.keep(self._request, self._slot, self._hidden({**(form or {}), "error": found}))

    def _hidden(self, form: Form) -> Form:
        redaction = self._tape.redaction
        hidden: Form = redaction.json({k: v for k, v in form.items() if k != "chunks"})
        if isinstance(form.get("headers"), list):
            hidden["headers"] = redaction.headers((name, value) for name, value in form["headers"])
        if "chunks" in form:
            hidden["chunks"] = redaction.chunks(form["chunks"])
        if "bodyBase64" in form:
            data = redaction.bytes(content.to_bytes("body", form))
            hidden["bodyBase64"] = content.of_bytes("body", data).get("bodyBase64", "")
        return hidden
