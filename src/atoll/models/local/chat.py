"""Chat with a local model, in the OpenAI form."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from atoll.connections.library import load_library
from atoll.models.errors import ModelError
from atoll.models.local.chat_server import ChatServer
from atoll.models.local.request import bad_request, read_request
from atoll.models.local.tool_reply import ToolReply, whole_message
from atoll.models.local.tools import with_tools
from atoll.models.local.turns import Turns
from atoll.models.text import response_text

if TYPE_CHECKING:
    import aiohttp

DEFAULT_TOKENS = 512
"""Of an answer, when the request does not say: small models may ramble on without an end."""

WAITING = 32
"""Requests that may wait. Each takes seconds: more would only run into their time limits."""

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
        name: the manifest's name, for messages.
        server: runs the model.
    """

    def __init__(self, name: str, server: ChatServer) -> None:
        self._name = name
        self._server = server
        self._turns = Turns(name, at_once=server.slots, waiting=WAITING)
        self._starting = asyncio.Lock()

    async def warm(self) -> None:
        await self._start()

    async def _start(self) -> Path:
        """The server's socket, when it listens there."""
        # Loading takes seconds, and threads are few: all but one wait here.
        async with self._starting:
            return await asyncio.to_thread(self._server.start)

    async def invoke(self, reported: str, body: bytes) -> str:
        """One completion; the answer says that model ``reported`` gave it.

        Raises:
            ModelError: the request is refused, or the model failed.
        """
        request, calls_tools = self._request(body)
        async with self._turns.take(), self._post(request) as response:
            # Our own process answers, and its context bounds the answer's length.
            answer = self._checked(_decode(await response.read()), response.status)
        if calls_tools:
            _read_calls(answer)
        return _reported(answer, reported)

    async def stream(self, reported: str, body: bytes) -> AsyncGenerator[str]:
        """The server-sent events of one completion, one by one, ``data: [DONE]`` included.

        A slow reader does not hold up others: the events are collected meanwhile.
        """
        request, calls_tools = self._request(body)
        events: asyncio.Queue[str | None] = asyncio.Queue()
        replies: dict[int, ToolReply] | None = {} if calls_tools else None
        reader = asyncio.create_task(self._collect(request, reported, replies, events))
        try:
            while (event := await events.get()) is not None:
                yield event
            await reader
        finally:
            reader.cancel()
            await asyncio.gather(reader, return_exceptions=True)

    async def _collect(
        self,
        request: dict[str, Any],
        reported: str,
        replies: dict[int, ToolReply] | None,
        events: asyncio.Queue[str | None],
    ) -> None:
        try:
            async with self._turns.take(), self._post({**request, "stream": True}) as response:
                if response.status != 200:
                    self._checked(_decode(await response.read()), response.status)
                async for line in response.content:
                    name, _, data = response_text(line).strip().partition(": ")
                    if name == "data" and data == "[DONE]":
                        events.put_nowait("data: [DONE]\n\n")
                    elif name in ("data", "error"):
                        answer = self._checked(_decode(data.encode()), 200)
                        if replies is None or _read_deltas(answer, replies):
                            events.put_nowait(f"data: {_reported(answer, reported)}\n\n")
        finally:
            events.put_nowait(None)

    @asynccontextmanager
    async def _post(self, request: dict[str, Any]) -> AsyncGenerator[aiohttp.ClientResponse]:
        """Leaving before the answer is complete ends its generation."""
        body = msgspec.json.encode(request)
        socket = await self._start()
        await load_library()
        import aiohttp

        try:
            async with (
                aiohttp.ClientSession(
                    connector=aiohttp.UnixConnector(str(socket)),
                    timeout=aiohttp.ClientTimeout(total=None),
                    read_bufsize=_LARGEST_EVENT,
                ) as session,
                session.post(
                    "http://local/v1/chat/completions",
                    data=io.BytesIO(body),  # in parts: bytes of megabytes hold up the loop
                    headers={"Content-Type": "application/json"},
                ) as response,
            ):
                yield response
        except (aiohttp.ClientError, OSError, ValueError) as error:
            # It has died or is dying: the next request must not meet it.
            await asyncio.to_thread(self._server.discard, socket)
            raise self._failed() from error

    def _request(self, body: bytes) -> tuple[dict[str, Any], bool]:
        """The request as it is sent, and whether its answer is to be read back into calls."""
        given = read_request(self._name, body)
        request = {key: value for key, value in given.items() if key in _FIELDS}
        messages = request.get("messages")
        if not isinstance(messages, list) or not messages:
            raise bad_request(self._name, '"messages" must be a list of one message or more')
        if len(messages) > self._server.context:  # of a token each, at least
            raise self._too_long(f"more than {len(messages)}")
        if not all(isinstance(message, dict) for message in messages):
            raise bad_request(self._name, 'each of "messages" must be an object')
        request["messages"] = [_known_role(message) for message in messages]
        top = request.get("top_logprobs")
        if isinstance(top, int) and top > _MOST_TOP_LOGPROBS:
            raise bad_request(self._name, f'"top_logprobs" must be {_MOST_TOP_LOGPROBS} at most')
        limits = [request.pop(key, None) for key in ("max_completion_tokens", "max_tokens")]
        request["max_tokens"] = _token_limit(self._name, limits, self._server.context)
        return with_tools(self._name, request, repeat=self._server.has_tools)

    def _checked(self, answer: Any, status: int) -> dict[str, Any]:
        """The answer, if it is one; raises ModelError if it is a refusal."""
        if not isinstance(answer, dict):
            raise self._failed()
        problem = answer.get("error")
        if problem is None and status == 200:
            return answer
        problem = problem if isinstance(problem, dict) else {}
        message = problem.get("message")
        if problem.get("type") == "exceed_context_size_error":
            raise self._too_long(problem.get("n_prompt_tokens"))
        if isinstance(message, str) and (problem.get("code") or status) in (400, 500):
            raise bad_request(self._name, " ".join(message.split())[:300])
        raise self._failed()

    def _too_long(self, tokens: Any) -> ModelError:
        return ModelError(
            "MODEL_CONTEXT_OVERFLOW",
            f"the prompt for local model [{self._name}] has {tokens} tokens; "
            f"prompt and answer together may have {self._server.context}",
            "leave out old messages, or shorten them",
        )

    def _failed(self) -> ModelError:
        return ModelError(
            "LOCAL_MODEL_FAILED",
            f"local model [{self._name}] stopped while it was answering",
            "try again: the next request starts it anew",
        )


def _known_role(message: dict[str, Any]) -> dict[str, Any]:
    """OpenAI's newer name for the system message is unknown to templates of chats."""
    return {**message, "role": "system"} if message.get("role") == "developer" else message


def _reported(answer: dict[str, Any], name: str) -> str:
    """The answer as it is passed on, under the name by which the app knows the model."""
    answer["model"] = name
    return msgspec.json.encode(answer).decode()


def _read_calls(answer: dict[str, Any]) -> None:
    for choice in answer.get("choices", ()):
        message = choice["message"]
        reply = ToolReply()
        message.update(whole_message(reply, message.get("content") or ""))
        _tell_calls(choice, reply)


def _read_deltas(answer: dict[str, Any], replies: dict[int, ToolReply]) -> bool:
    """Read a chunk's text back into calls; whether anything is left to tell."""
    choices = answer.get("choices", [])
    for choice in choices:
        reply = replies.setdefault(choice.get("index", 0), ToolReply())
        delta = choice["delta"]
        text = delta.pop("content", None)
        delta.update(reply.feed(text or ""))
        _tell_calls(choice, reply)
    return not choices or any(each["delta"] or each.get("finish_reason") for each in choices)


def _tell_calls(choice: dict[str, Any], reply: ToolReply) -> None:
    if reply.calls and choice.get("finish_reason") == "stop":
        choice["finish_reason"] = "tool_calls"


def _token_limit(model: str, limits: list[Any], most: int) -> int:
    for limit in limits:
        if limit is None:
            continue
        if isinstance(limit, bool) or not isinstance(limit, int) or limit < 1:
            raise bad_request(model, '"max_tokens" must be a positive whole number')
        return min(limit, most)
    return DEFAULT_TOKENS


def _decode(data: bytes) -> Any:
    try:
        return msgspec.json.decode(response_text(data))
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return None
