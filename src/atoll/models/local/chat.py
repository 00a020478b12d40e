"""Chat with a local model, in the OpenAI form."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import msgspec

from atoll.connections.library import load_library
from atoll.models.errors import ModelError
from atoll.models.local.chat_server import ChatServer
from atoll.models.local.request import bad_request, read_request
from atoll.models.text import response_text

if TYPE_CHECKING:
    import aiohttp

CONTEXT_TOKENS = 2048
"""Of prompt and answer together; bounds what one request can cost (some 50 s of one CPU)."""

DEFAULT_TOKENS = 512
"""Of an answer, when the request does not say: small models may ramble on without an end."""

_LARGEST_EVENT = 1 << 20
_MOST_TOP_LOGPROBS = 20

_FIELDS = frozenset(
    {
        *("messages", "tools", "tool_choice", "parallel_tool_calls", "response_format"),
        *("max_tokens", "max_completion_tokens", "stop", "seed", "n", "stream_options"),
        *("temperature", "top_p", "top_k", "min_p", "repeat_penalty"),
        *("frequency_penalty", "presence_penalty", "logit_bias", "logprobs", "top_logprobs"),
    }
)
"""What is passed on. llama.cpp takes many more, some of which reach beyond the request (slots,
adapters, templates), so the others are dropped as servers of this interface do."""


class ChatModel:
    """A local chat model as one app uses it. Requests wait their turn, first come, first served.

    Args:
        name: the catalogue's name, for messages.
        server: runs the model.
    """

    def __init__(self, name: str, server: ChatServer) -> None:
        self._name = name
        self._server = server
        self._turn = asyncio.Semaphore(1)

    async def warm(self) -> None:
        await asyncio.to_thread(self._server.start)

    async def invoke(self, reported: str, body: bytes) -> str:
        """One completion; the answer says that model ``reported`` gave it.

        Raises:
            ModelError: the request is refused, or the model failed.
        """
        request = self._request(body)
        async with self._turn, self._post(request) as response:
            # Our own process answers, and its context bounds the answer's length.
            answer = _decode(await response.read())
            return self._reported(answer, reported, response.status)

    async def stream(self, reported: str, body: bytes) -> AsyncGenerator[str]:
        """The server-sent events of one completion, one by one, ``data: [DONE]`` included.

        A slow reader does not hold up others: the events are collected meanwhile.
        """
        events: asyncio.Queue[str | None] = asyncio.Queue()
        reader = asyncio.create_task(self._collect(self._request(body), reported, events))
        try:
            while (event := await events.get()) is not None:
                yield event
            await reader
        finally:
            reader.cancel()
            await asyncio.gather(reader, return_exceptions=True)

    async def _collect(
        self, request: dict[str, Any], reported: str, events: asyncio.Queue[str | None]
    ) -> None:
        try:
            async with self._turn, self._post({**request, "stream": True}) as response:
                if response.status != 200:
                    answer = _decode(await response.read())
                    self._reported(answer, reported, response.status)
                async for line in response.content:
                    name, _, data = response_text(line).strip().partition(": ")
                    if name == "data" and data == "[DONE]":
                        events.put_nowait("data: [DONE]\n\n")
                    elif name in ("data", "error"):
                        answer = _decode(data.encode())
                        events.put_nowait(f"data: {self._reported(answer, reported, 200)}\n\n")
        finally:
            events.put_nowait(None)

    @asynccontextmanager
    async def _post(self, request: dict[str, Any]) -> AsyncGenerator[aiohttp.ClientResponse]:
        """Leaving before the answer is complete ends its generation."""
        socket = await asyncio.to_thread(self._server.start)
        await load_library()
        import aiohttp

        try:
            async with (
                aiohttp.ClientSession(
                    connector=aiohttp.UnixConnector(str(socket)),
                    timeout=aiohttp.ClientTimeout(total=None),
                    read_bufsize=_LARGEST_EVENT,
                ) as session,
                session.post("http://local/v1/chat/completions", json=request) as response,
            ):
                yield response
        except (aiohttp.ClientError, OSError, ValueError) as error:
            # It has died or is dying: the next request must not meet it.
            await asyncio.to_thread(self._server.discard, socket)
            raise self._failed() from error

    def _request(self, body: bytes) -> dict[str, Any]:
        given = read_request(self._name, body)
        request = {key: value for key, value in given.items() if key in _FIELDS}
        messages = request.get("messages")
        if not isinstance(messages, list) or not messages:
            raise bad_request(self._name, '"messages" must be a list of one message or more')
        if not all(isinstance(message, dict) for message in messages):
            raise bad_request(self._name, 'each of "messages" must be an object')
        top = request.get("top_logprobs")
        if isinstance(top, int) and top > _MOST_TOP_LOGPROBS:
            raise bad_request(self._name, f'"top_logprobs" must be {_MOST_TOP_LOGPROBS} at most')
        limits = [request.pop(key, None) for key in ("max_completion_tokens", "max_tokens")]
        request["max_tokens"] = _token_limit(self._name, limits)
        return request

    def _reported(self, answer: Any, reported: str, status: int) -> str:
        """The answer as it is passed on, under the name by which the app knows the model."""
        if not isinstance(answer, dict):
            raise self._failed()
        problem = answer.get("error")
        if problem is not None or status != 200:
            message = problem.get("message") if isinstance(problem, dict) else None
            code = problem.get("code") if isinstance(problem, dict) else None
            if isinstance(message, str) and (code or status) in (400, 500):
                raise bad_request(self._name, " ".join(message.split())[:300])
            raise self._failed()
        answer["model"] = reported
        return msgspec.json.encode(answer).decode()

    def _failed(self) -> ModelError:
        return ModelError(
            "LOCAL_MODEL_FAILED",
            f"local model [{self._name}] stopped while it was answering",
            "try again: the next request starts it anew",
        )


def _token_limit(model: str, limits: list[Any]) -> int:
    for limit in limits:
        if limit is None:
            continue
        if isinstance(limit, bool) or not isinstance(limit, int) or limit < 1:
            raise bad_request(model, '"max_tokens" must be a positive whole number')
        return min(limit, CONTEXT_TOKENS)
    return DEFAULT_TOKENS


def _decode(data: bytes) -> Any:
    try:
        return msgspec.json.decode(response_text(data))
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return None
