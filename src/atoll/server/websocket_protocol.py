"""The WebSocket protocol of the server: uvicorn's, with bounds on what a client may make it hold.

uvicorn's protocol writes a pong for each ping, whether or not the client reads them, and leaves a
handshake that it cannot parse unanswered.
"""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import STATUS_LINE
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import CloseCode, Frame

from atoll.server import protocol
from atoll.server.types import Message


class BoundedWebSocket(WebSocketsSansIOProtocol):
    """One connection, from the end of the request's head on.

    Args:
        max_message: bytes of one message, in however many frames.
    """

    def __init__(self, *args: Any, max_message: int, **options: Any) -> None:
        super().__init__(*args, **options)
        self.conn.max_message_size = max_message
        self.close_timeout = protocol.LINGER
        self._stall_timer: asyncio.TimerHandle | None = None

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_stall_timer()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if not self.handshake_initiated:
            # The head came as a whole: this is no beginning, but one that the library refused.
            answer = b"".join(self.conn.data_to_send())
            self.transport.write(answer or STATUS_LINE[400] + b"connection: close\r\n\r\n")
            self.transport.close()

    def handle_cont(self, event: Frame) -> None:
        # In one piece: a list of frames could take many times what the message does.
        if not isinstance(self.frames[0], bytearray):
            self.frames = [bytearray(self.frames[0])]  # type: ignore[list-item]  # joined alike
        self.frames[0] += event.data
        if event.fin:
            self.send_receive_event_to_app()

    def send_receive_event_to_app(self) -> None:
        if self.curr_msg_data_type == "text":
            try:
                b"".join(self.frames).decode()
            except UnicodeDecodeError:  # which uvicorn would log as a fault
                self.conn.send_close(CloseCode.INVALID_DATA)
                self.handle_parser_exception()
                return
        super().send_receive_event_to_app()

    def handle_ping(self) -> None:
        pongs = b"".join(self.conn.data_to_send())
        if self.writable.is_set():  # RFC 6455 §5.5.3: only the last ping needs an answer
            self.transport.write(pongs)

    def pause_writing(self) -> None:
        super().pause_writing()
        if self._stall_timer is None:
            self._stall_timer = self.loop.call_later(protocol.STALL, self.transport.abort)

    def resume_writing(self) -> None:
        super().resume_writing()
        self._stop_stall_timer()

    def shutdown(self) -> None:
        # Whatever goes on is for the application to end, which knows that the server stops.
        if self.close_sent or not self.handshake_complete:
            super().shutdown()

    async def send(self, message: Message) -> None:  # type: ignore[override]  # looser than uvicorn's
        await super().send(message)  # type: ignore[arg-type]  # see above
        if message["type"] == "websocket.http.response.body" and self.close_sent:
            self.handshake_complete = True  # or uvicorn would take the refusal for a fault

    def _stop_stall_timer(self) -> None:
        if self._stall_timer is not None:
            self._stall_timer.cancel()
            self._stall_timer = None
