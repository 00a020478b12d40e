"""What can be wrong with a guest: a function that reported a failure (as opposed to a sandbox that
was torn down), a reply in the wrong form, a file that is no app."""

from __future__ import annotations

from typing import Literal, TypeAlias

Kind: TypeAlias = Literal["user", "exception", "argument", "result", "exit"]


class GuestFailure(Exception):
    """What a guest said about its failure. Every text in it is the guest's: untrusted.

    ``kind`` is ``user`` for an error that the function meant for its caller, ``argument`` for a
    value that did not fit a parameter, ``result`` for a result that did not fit the declared type,
    ``exit`` when the guest ended itself, ``exception`` for all else. ``traceback`` is for logs.
    """

    def __init__(self, kind: Kind, type: str, message: str, traceback: str | None = None) -> None:
        super().__init__(message)
        self.kind: Kind = kind
        self.type = type
        self.message = message
        self.traceback = traceback


class GuestEnded(Exception):
    """A guest ended itself with an exit code other than 0: an error that it has told of already,
    if it has told of one, in its log."""

    def __init__(self, status: int) -> None:
        super().__init__(f"the function ended itself with exit code {status}")
        self.status = status


class BadGuestReply(Exception):
    """A guest's reply is not in the form that the border prescribes."""


class MetadataError(Exception):
    """A file is not an app that this version of Atoll can serve.

    Codes: ``NOT_WASM``, ``WASM_MALFORMED``, ``NOT_ATOLL``, ``METADATA_VERSION``,
    ``METADATA_MISSING``, ``METADATA_INVALID``, ``NOT_PYTHON``, ``NOT_ASSEMBLYSCRIPT``,
    ``NOT_GO``, ``LANGUAGE_UNSUPPORTED``, ``TYPE_MISSING``, ``TYPE_UNSUPPORTED``,
    ``MODULE_MISMATCH``, ``IMPORT_UNKNOWN``.
    """

    def __init__(self, code: str, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.hint = hint
        self.location = None
