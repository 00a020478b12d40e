"""A call that failed, as the host reads it."""

from __future__ import annotations

import json
import traceback
from types import TracebackType
from typing import Any

import atoll_json
import atoll_sources

from atoll.sdk.errors import UserError

LONGEST_TRACEBACK = 32_768
"""Characters. The end is what tells, so the beginning is cut."""

Frame = tuple[str, int | None, str, str]


class CallFailed(Exception):
    """Carries the JSON of ``invoke``'s error."""

    def __init__(self, kind: str, message: str, **details: Any) -> None:
        super().__init__(message)
        answer = {"type": None, "frames": [], "traceback": None, **details}
        text = json.dumps({"kind": kind, "message": message, **answer}, ensure_ascii=False)
        self.json = atoll_json.encodable(text)


def from_exception(error: BaseException) -> CallFailed:
    """What the app's exception means: ``user``, ``exit`` or ``exception``."""
    try:
        return _described(error)
    except BaseException:  # its class is the app's own, and may fail at anything that it is asked
        return CallFailed("exception", "an exception that fails when it is asked for its details")


def _described(error: BaseException) -> CallFailed:
    users = _user_errors(error)
    if users:
        return CallFailed("user", "\n".join(users), type="UserError", **_trace(error))
    if isinstance(error, SystemExit):
        message = f"the function ended with sys.exit({'' if error.code is None else error.code!r})"
        return CallFailed("exit", message, type="SystemExit", **_trace(error))
    return CallFailed("exception", message_of(error), type=type(error).__name__, **_trace(error))


def _user_errors(error: BaseException) -> list[str]:
    """The messages, if it is a ``UserError`` or a group (of a ``TaskGroup``) of nothing else."""
    if isinstance(error, UserError):
        return [str(error)]
    if isinstance(error, BaseExceptionGroup):
        found = [_user_errors(inner) for inner in error.exceptions]
        return [message for messages in found for message in messages] if all(found) else []
    return []


def message_of(error: BaseException) -> str:
    """The text of an exception, whatever its class does."""
    try:
        text = str(error)
    except BaseException:  # a broken __str__ of the app's own
        text = ""
    if isinstance(error, MemoryError) and not text:
        return "the function used all of its memory"
    if isinstance(error, BaseExceptionGroup):
        inner = "; ".join(message_of(each) for each in error.exceptions)
        return f"{error.message}: {inner}"
    return text or type(error).__name__


def frames_of(error: BaseException) -> list[Frame]:
    """The frames in the user's own files, outermost first."""
    own = atoll_sources.own_paths()
    return [
        (frame.filename, frame.lineno, frame.name, frame.line or "")
        for frame in traceback.extract_tb(error.__traceback__, limit=-200)
        if frame.filename in own
    ]


def text_of(error: BaseException) -> str:
    """The traceback, from the first frame of the user's on."""
    start = _first_own(error.__traceback__)
    try:
        lines = traceback.format_exception(type(error), error, start)
        text = "".join(lines)
    except BaseException as trouble:  # no traceback is worth losing the error itself
        text = (
            f"{type(error).__name__}: {message_of(error)} (no traceback: {type(trouble).__name__})"
        )
    if len(text) > LONGEST_TRACEBACK:
        text = "[...]\n" + text[-LONGEST_TRACEBACK:]
    return text


def _first_own(trace: TracebackType | None) -> TracebackType | None:
    own = atoll_sources.own_paths()
    step = trace
    while step is not None:
        if step.tb_frame.f_code.co_filename in own:
            return step
        step = step.tb_next
    return trace


def _trace(error: BaseException) -> dict[str, Any]:
    return {"frames": frames_of(error), "traceback": text_of(error)}
