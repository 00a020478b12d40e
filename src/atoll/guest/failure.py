"""A guest function that reported a failure, as opposed to a sandbox that was torn down."""

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


class BadGuestReply(Exception):
    """A guest's reply is not in the form that the border prescribes."""
