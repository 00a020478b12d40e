"""The messages of the sub-protocol ``graphql-transport-ws``
(https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md).
"""

from __future__ import annotations

from typing import Annotated, Any, Final, TypeAlias

import msgspec

from atoll.server.graphql_request import Parameters

SUBPROTOCOL: Final = "graphql-transport-ws"

BAD_MESSAGE: Final = 4400
UNAUTHORIZED: Final = 4401
FORBIDDEN: Final = 4403
BAD_SUBPROTOCOL: Final = 4406
INIT_TIMEOUT: Final = 4408
DUPLICATE_ID: Final = 4409
DUPLICATE_INIT: Final = 4429
GOING_AWAY: Final = 1001
RESTART: Final = 1012

MAX_REASON: Final = 123
"""Bytes of a close frame's reason (RFC 6455 §5.5)."""


class Closing(Exception):
    """The connection is to be closed with this code."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason.encode()[:MAX_REASON].decode(errors="ignore")


Id: TypeAlias = Annotated[str, msgspec.Meta(min_length=1)]


class Init(msgspec.Struct, tag="connection_init"):
    payload: dict[str, Any] | None = None


class Ping(msgspec.Struct, tag="ping"):
    payload: dict[str, Any] | None = None


class Pong(msgspec.Struct, tag="pong"):
    payload: dict[str, Any] | None = None


class Subscribe(msgspec.Struct, tag="subscribe"):
    id: Id
    payload: Parameters


class Complete(msgspec.Struct, tag="complete"):
    id: Id


ClientMessage: TypeAlias = Init | Ping | Pong | Subscribe | Complete

_decode: Final = msgspec.json.Decoder(ClientMessage).decode
_encode: Final = msgspec.json.Encoder().encode


def read_message(text: str) -> ClientMessage:
    """Read what a client sent. Raises `Closing`."""
    try:
        message: ClientMessage = _decode(text)
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        said = "nested too deeply" if isinstance(error, RecursionError) else str(error)
        raise Closing(BAD_MESSAGE, f"Invalid message: {said}") from None
    return message


def written(type_: str, id: str | None = None, payload: object = None) -> str:
    """The text of a message to the client."""
    message: dict[str, object] = {} if id is None else {"id": id}
    message["type"] = type_
    if payload is not None:
        message["payload"] = payload
    return _encode(message).decode()
