"""Providers of models that say what a test has told them to say.

    with Providers() as providers:
        providers.answer(Say("Hello"), Fail("rate_limited", retry_after=2))

``providers.url`` is the base URL of all interfaces; what the answers look like is told by the path.
"""

from __future__ import annotations

import asyncio
import json
import re
import threading
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from types import ModuleType, TracebackType
from typing import Any

from aiohttp import web
from atoll_providers import (
    anthropic_messages,
    bedrock_llama,
    experimental,
    gemini_generate,
    openai_chat,
    openai_embeddings,
    openai_responses,
)
from atoll_providers.replies import (
    Events,
    Fail,
    Predictions,
    Raw,
    Reply,
    Say,
    Scripted,
    Vectors,
)
from atoll_providers.sse import data

_PATHS: tuple[tuple[str, ModuleType, str], ...] = (
    (r"/chat/completions$", openai_chat, "openai"),
    (r"/responses$", openai_responses, "openai-responses"),
    (r"/v1/embeddings$", openai_embeddings, "openai-embeddings"),
    (r"/messages$", anthropic_messages, "anthropic"),
    (r":(generateContent|streamGenerateContent)$", gemini_generate, "gemini"),
    (r"/(invoke|invoke-with-response-stream)$", bedrock_llama, "llama"),
    (r":predict$", experimental, "experimental"),
)


@dataclass(eq=False)
class Asked:
    """A request as it came."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    """Names are matched in any case."""
    body: bytes
    interface: str
    """``openai``, ``anthropic``..., or "" of a path that no provider has."""
    done: threading.Event = field(default_factory=threading.Event)
    """Set when the answer is out, or nobody waits for it any more."""
    left: bool = False
    """Whether the client went away before the answer was out."""
    sent: int = 0
    """Bytes of the answer so far."""

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def streamed(self) -> bool:
        if self.path.endswith((":streamGenerateContent", "/invoke-with-response-stream")):
            return True
        try:
            return bool(self.json.get("stream"))
        except (ValueError, AttributeError):
            return False


class Providers:
    """A server in a thread of its own, so that code of any kind may ask it."""

    def __init__(self) -> None:
        self.default: Scripted | None = None
        """What is answered when nothing is scripted; each interface's "Hello" if None."""
        self.requests: list[Asked] = []
        self.url = ""
        self._script: deque[Scripted] = deque()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="providers")

    @property
    def last(self) -> Asked:
        return self.requests[-1]

    def answer(self, *replies: Scripted) -> None:
        """What the next requests get, one each, whatever they ask for."""
        self._script.extend(replies)

    @property
    def unsaid(self) -> int:
        """How many scripted answers nobody has asked for."""
        return len(self._script)

    def wait_for(self, count: int, seconds: float = 10) -> None:
        """Until so many requests have come."""
        with self._arrived:
            came = self._arrived.wait_for(lambda: len(self.requests) >= count, seconds)
        assert came, f"{len(self.requests)} of {count} requests came"

    def __enter__(self) -> Providers:
        self._arrived = threading.Condition()
        self._thread.start()
        self.url = self._run(self._start())
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._run(self._runner.cleanup())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _run(self, work: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(30)

    async def _start(self) -> str:
        app = web.Application(client_max_size=1 << 28)
        app.router.add_route("*", "/{path:.*}", self._handle)
        self._runner = web.AppRunner(
            app, handler_cancellation=True, shutdown_timeout=0.1, access_log=None
        )
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0, backlog=4096).start()
        return f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        provider, interface = _provider(request.path)
        asked = Asked(request.method, request.path, request.query, request.headers, body, interface)
        with self._arrived:
            self.requests.append(asked)
            scripted = self._script.popleft() if self._script else self.default
            self._arrived.notify_all()
        try:
            if scripted is None:
                scripted = _HELLO.get(interface, Say("Hello"))
            reply = scripted if isinstance(scripted, Reply) else scripted(asked)
            await asyncio.sleep(reply.delay)
            return await _deliver(request, asked, reply, provider)
        except (asyncio.CancelledError, ConnectionError):
            asked.left = True
            raise
        finally:
            asked.done.set()


_HELLO: dict[str, Reply] = {
    "openai-embeddings": Vectors(),
    "experimental": Predictions(),
}


def _provider(path: str) -> tuple[ModuleType, str]:
    for pattern, module, name in _PATHS:
        if re.search(pattern, path):
            return module, name
    return openai_chat, ""


async def _deliver(
    request: web.Request, asked: Asked, reply: Reply, provider: ModuleType
) -> web.StreamResponse:
    if isinstance(reply, Events):
        events = (each if isinstance(each, str) else data(each) for each in reply.events)
        return await _stream(request, asked, reply, events)
    if isinstance(reply, Say) and asked.streamed:
        if provider is gemini_generate and asked.query.get("alt") != "sse":
            return await _stream(
                request, asked, reply, gemini_generate.array(reply), "application/json"
            )
        return await _stream(request, asked, reply, provider.stream(reply, asked.json))
    return await _send(request, asked, reply, *_whole(reply, asked, provider))


def _whole(
    reply: Reply, asked: Asked, provider: ModuleType
) -> tuple[bytes, int, str, dict[str, str]]:
    """Body, status, content type, headers."""
    headers: dict[str, str] = {}
    status, kind = 200, "application/json"
    if isinstance(reply, Raw):
        status, kind, body = reply.status, reply.content_type, reply.body
    elif isinstance(reply, Fail):
        status, body, headers = provider.failure(reply)
        if reply.retry_after is not None:
            headers["retry-after"] = str(reply.retry_after)
    else:
        body = provider.whole(reply, asked.json)
    if not isinstance(body, (bytes, str)):
        body = json.dumps(body, ensure_ascii=False)
    encoded = body if isinstance(body, bytes) else body.encode("utf-8", "surrogatepass")
    return encoded, status, kind, headers


async def _send(
    request: web.Request,
    asked: Asked,
    reply: Reply,
    body: bytes,
    status: int,
    kind: str,
    headers: dict[str, str],
) -> web.StreamResponse:
    response = web.StreamResponse(status=status, headers={**headers, **reply.headers})
    response.content_type = kind
    response.content_length = len(body)
    await response.prepare(request)
    sent = body if reply.cut_after is None else body[: reply.cut_after]
    await _write(response, asked, sent, reply.split)
    if reply.cut_after is not None:
        _break(request)
    with suppress(ConnectionError):
        await response.write_eof()
    return response


async def _stream(
    request: web.Request,
    asked: Asked,
    reply: Reply,
    events: Iterable[str],
    kind: str = "text/event-stream",
) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Cache-Control": "no-cache", **reply.headers})
    response.content_type = kind
    await response.prepare(request)
    for index, event in enumerate(_limited(events, reply)):
        if index:
            await asyncio.sleep(reply.pause)
        await _write(response, asked, event.encode("utf-8", "surrogatepass"), reply.split)
        if index == 0 and reply.hold is not None:
            while not reply.hold.is_set():
                await asyncio.sleep(0.001)
    if reply.cut_after is not None:
        _break(request)
    await response.write_eof()
    return response


def _limited(events: Iterable[str], reply: Reply) -> Iterator[str]:
    limit = reply.cut_after if reply.cut_after is not None else reply.stop_after
    for index, event in enumerate(events):
        if index == limit:
            return
        yield event


async def _write(
    response: web.StreamResponse, asked: Asked, content: bytes, split: int | None
) -> None:
    size = split or max(len(content), 1)
    for start in range(0, len(content), size):
        part = content[start : start + size]
        await response.write(part)
        asked.sent += len(part)
        if split:  # each write is to be a packet of its own
            await asyncio.sleep(0)


def _break(request: web.Request) -> None:
    if request.transport is not None:
        request.transport.abort()
    raise ConnectionResetError("broken off, as scripted")
