"""GraphQL over WebSocket: the sub-protocol ``graphql-transport-ws``."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Collection, Mapping
from contextlib import aclosing, suppress
from typing import Any, Final

from atoll.app.call import Caller
from atoll.graphql import GraphQLRequest, GraphQLResponse, ResponseStream
from atoll.graphql.response import internal_error
from atoll.manifest import Endpoint
from atoll.server.deployment import Deployment
from atoll.server.endpoint import identify
from atoll.server.graphql_answer import refusal
from atoll.server.graphql_request import Parameters, graphql_request
from atoll.server.request import Refusal, Request
from atoll.server.streams import messages
from atoll.server.streams.ending import EXPIRED, LAST_WORDS, Ending, ended
from atoll.server.streams.handshake import check_origin, may_identify_later, with_payload
from atoll.server.streams.messages import Closing, written
from atoll.server.types import Message, Receive, Send

log = logging.getLogger("atoll.server")

INIT_TIMEOUT: Final = 3.0
"""Seconds from the handshake to ``connection_init``."""

MAX_OPERATIONS: Final = 100
"""Operations that one connection may have at work."""

MAX_TOGETHER: Final = 16
"""Queries and mutations of one connection at the same time, those whose answers wait for the client
to read among them: answers may be large."""

SWITCHED: Final = 101
"""The HTTP status of a WebSocket that was opened."""


class Gone(Exception):
    """The client has left."""


async def serve_websocket(
    deployment: Deployment, endpoint: Endpoint, request: Request, receive: Receive, send: Send
) -> tuple[int, int]:
    """Serve a client that has connected, until it leaves or is sent away.

    Returns the HTTP status, and the bytes of all messages that were sent.
    """
    try:
        check_origin(request, deployment)
        if not may_identify_later(request, endpoint):
            await identify(request, deployment, endpoint)
    except Refusal as error:
        await denial(error, request, send)
        return error.status, 0
    connection = Connection(deployment, endpoint, request, receive, send)
    await connection.serve()
    return SWITCHED, connection.size


async def denial(error: Refusal, request: Request, send: Send) -> None:
    """Answer a handshake with an HTTP response."""

    async def send_denial(message: Message) -> None:
        await send({**message, "type": f"websocket.{message['type']}"})

    if "websocket.http.response" in request.scope.get("extensions", {}):
        await refusal(error).send(send_denial)
    else:
        await send({"type": "websocket.close", "code": 1008})


class Connection:
    """One client. Of one event loop."""

    def __init__(
        self,
        deployment: Deployment,
        endpoint: Endpoint,
        request: Request,
        receive: Receive,
        send: Send,
    ) -> None:
        self.size = 0
        """Bytes of all messages that were sent."""
        self._deployment = deployment
        self._endpoint = endpoint
        self._request = request
        self._receive = receive
        self._send_event = send
        self._caller: Caller
        self._operations: dict[str, asyncio.Task[None]] = {}
        """Those that the client has not heard the end of, by id."""
        self._tasks: set[asyncio.Task[None]] = set()
        """All operations, and those whose source is being closed."""
        self._running: set[asyncio.Task[None]] = set()
        """Those that may be cancelled: they are not ending yet."""
        self._streams: set[asyncio.Task[None]] = set()
        """The subscriptions among them."""
        self._ending = Ending()
        # One writer at a time: what waits for a slow client is one message.
        self._writing = asyncio.Lock()
        self._room = asyncio.Semaphore(MAX_TOGETHER)

    async def serve(self) -> None:
        """Serve until either side ends the connection; all operations have then stopped."""
        if messages.SUBPROTOCOL not in self._request.scope.get("subprotocols", ()):
            await self._send_event({"type": "websocket.accept"})
            await self._close(Closing(messages.BAD_SUBPROTOCOL, "Subprotocol not acceptable"))
            return
        await self._send_event({"type": "websocket.accept", "subprotocol": messages.SUBPROTOCOL})
        reader = asyncio.get_running_loop().create_task(self._read())
        closing: Closing | None = Closing(messages.GOING_AWAY, "The server stops.")
        try:
            with self._deployment.streaming(self._ending.begin):
                waited: set[asyncio.Future[Any]] = {reader, self._ending.reason}
                await asyncio.wait(waited, return_when="FIRST_COMPLETED")
                if not reader.done():
                    closing = await self._finish(reader)
                if reader.done():
                    closing = reader.result()
        except asyncio.CancelledError:
            pass  # the server's way to end it, and the client is still there
        finally:
            await ended([reader])
            await self._end(self._tasks)
            if closing is not None:
                await self._close(closing)

    async def _finish(self, reader: asyncio.Task[Closing | None]) -> Closing:
        """End subscriptions, and let all else finish.

        Subscriptions are not told that they are complete: clients then begin them anew, on another
        connection, when this one is closed with such a code.
        """
        await self._end(self._streams)
        while self._tasks and not reader.done():
            await asyncio.wait({reader, *self._tasks}, return_when="FIRST_COMPLETED")
        reason = self._ending.reason.result()
        if reason == "expired":
            return Closing(messages.FORBIDDEN, f"Forbidden: {EXPIRED}")
        if reason == "replaced":
            return Closing(messages.RESTART, "The app was replaced.")
        return Closing(messages.GOING_AWAY, "The server stops.")

    async def _read(self) -> Closing | None:
        """Handle what the client sends. Returns why it is sent away; None if it has left."""
        try:
            try:
                async with asyncio.timeout(INIT_TIMEOUT):
                    payload = await self._initialised()
            except TimeoutError:
                reason = "Connection initialisation timeout"
                return Closing(messages.INIT_TIMEOUT, reason)
            with self._ending.at_expiry(await self._identify(payload)):
                while True:
                    await self._handle(await self._next())
        except Closing as closing:
            return closing
        except Gone:
            return None

    async def _next(self) -> messages.ClientMessage:
        await asyncio.sleep(0)  # many messages may be at hand, and others want to be served
        event = await self._receive()
        if event["type"] == "websocket.disconnect":
            raise Gone
        text = event.get("text")
        if text is None:
            raise Closing(messages.BAD_MESSAGE, "Invalid message: not a text")
        return messages.read_message(text)

    async def _initialised(self) -> Mapping[str, Any] | None:
        """Wait for ``connection_init``; returns its payload."""
        while True:
            match await self._next():
                case messages.Init(payload):
                    return payload
                case messages.Ping(payload):
                    await self._send(written("pong", payload=payload))
                case messages.Subscribe():
                    raise Closing(messages.UNAUTHORIZED, "Unauthorized")

    async def _identify(self, payload: Mapping[str, Any] | None) -> float | None:
        """Find out who the client is. Returns when its token expires."""
        try:
            request = with_payload(self._request, payload, self._receive)
            self._caller, expires = await identify(request, self._deployment, self._endpoint)
        except Refusal as error:
            raise Closing(messages.FORBIDDEN, f"Forbidden: {error.message}") from None
        await self._send(written("connection_ack"))
        return expires

    async def _handle(self, message: messages.ClientMessage) -> None:
        match message:
            case messages.Init():
                reason = "Too many initialisation requests"
                raise Closing(messages.DUPLICATE_INIT, reason)
            case messages.Ping(payload):
                await self._send(written("pong", payload=payload))
            case messages.Subscribe(id, parameters):
                await self._subscribe(id, parameters)
            case messages.Complete(id):
                operation = self._operations.pop(id, None)
                if operation is not None:
                    self._cancel(operation)

    async def _subscribe(self, id: str, parameters: Parameters) -> None:
        if id in self._operations:
            raise Closing(messages.DUPLICATE_ID, f"Subscriber for {id} already exists")
        try:
            query = graphql_request(parameters)
        except ValueError as error:
            raise Closing(messages.BAD_MESSAGE, f"Invalid message: {error}") from None
        if self._ending.reason.done():
            return  # the connection is about to be closed
        if len(self._tasks) >= MAX_OPERATIONS:
            message = f"This connection has {MAX_OPERATIONS} operations at work already."
            refused = {"message": message, "extensions": {"code": "TOO_MANY_OPERATIONS"}}
            await self._send(written("error", id, [refused]))
            return
        task = asyncio.get_running_loop().create_task(self._operate(id, query))
        self._operations[id] = task
        for tasks in (self._tasks, self._running):
            tasks.add(task)
        for tasks in (self._tasks, self._running, self._streams):
            task.add_done_callback(tasks.discard)

    async def _operate(self, id: str, query: GraphQLRequest) -> None:
        try:
            async with self._room:
                opened = await self._deployment.api.open(query, self._caller)
                if isinstance(opened, GraphQLResponse):
                    more, text = self._worded(id, opened)
                    del opened  # many times as large as its text, which may wait for long
                    await self._send(text)
                    stream = None
                else:
                    stream = opened
            if stream is not None:
                if self._ending.reason.done():  # the others have been ended already
                    await stream.aclose()
                    return
                more = await self._stream(id, stream)
            if more and self._ends(id):
                await self._send(written("complete", id))
        except Gone:
            pass
        except Exception:
            log.exception("Internal error.", extra={"fields": {"endpoint": self._endpoint.name}})
            with suppress(Gone):
                await self._answer(id, internal_error())

    async def _stream(self, id: str, responses: ResponseStream) -> bool:
        task = _current_task()
        self._streams.add(task)
        async with aclosing(responses):
            try:
                async for response in responses:
                    if not await self._answer(id, response):
                        return False
                return True
            finally:
                self._running.discard(task)

    async def _answer(self, id: str, response: GraphQLResponse) -> bool:
        """Send a response; returns whether more may follow."""
        more, text = self._worded(id, response)
        await self._send(text)
        return more

    def _worded(self, id: str, response: GraphQLResponse) -> tuple[bool, str | None]:
        """Whether more may follow a response, and its message, if the client wants one."""
        if response.executed:
            return True, written("next", id, response.body)
        if self._ends(id):
            return False, written("error", id, response.body["errors"])
        return False, None

    def _ends(self, id: str) -> bool:
        """Note that the client hears the end of this operation; False if it wants it no more."""
        # The client may have given the id to another operation.
        if self._operations.get(id) is not _current_task():
            return False
        del self._operations[id]
        return True

    async def _end(self, operations: Collection[asyncio.Task[None]]) -> None:
        """End operations, and wait until they have ended."""
        if waited := set(operations):
            for operation in waited:
                self._cancel(operation)
            await asyncio.wait(waited)

    def _cancel(self, operation: asyncio.Task[None]) -> None:
        # Once only: what a source does to end must not be cancelled.
        if operation in self._running:
            self._running.remove(operation)
            operation.cancel()

    async def _send(self, text: str | None) -> None:
        if text is None:
            return
        async with self._writing:
            try:
                await self._send_event({"type": "websocket.send", "text": text})
            except (OSError, RuntimeError):
                # The latter when the protocol has closed the connection, before we hear of it.
                raise Gone from None
            self.size += len(text)

    async def _close(self, closing: Closing) -> None:
        event = {"type": "websocket.close", "code": closing.code, "reason": closing.reason}
        # In vain if the client does not read, or has just left.
        with suppress(TimeoutError, OSError, RuntimeError):
            async with asyncio.timeout(LAST_WORDS):
                await self._send_event(event)


def _current_task() -> asyncio.Task[None]:
    task = asyncio.current_task()
    assert task is not None
    return task
