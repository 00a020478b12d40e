"""``POST replay``: ask a model of the manifest anew."""

from __future__ import annotations

import asyncio
import json
import time
from typing import TYPE_CHECKING, Any, Final

from atoll.app.log import CURRENT_CALL
from atoll.models import ModelError, ModelInvocation
from atoll.server.explorer.conversation import conversation_of
from atoll.server.explorer.errors import ExplorerError
from atoll.server.explorer.message import Message
from atoll.server.explorer.request import ExplorerRequest, Route
from atoll.server.explorer.wire import Wire, milliseconds

if TYPE_CHECKING:
    from atoll.manifest import Manifest
    from atoll.server.explorer.explorer import Explorer

FUNCTION: Final = "explorer"
"""In the place of the function's name, in the history and in the log."""

_ASKED_BY: Final = {
    "openai": "messages",
    "anthropic": "messages",
    "openai-responses": "input",
    "openai-embeddings": "input",
    "gemini": "contents",
    "llama": "prompt",
    "classification": "instances",
    "embeddings": "instances",
}
"""What requests in the form of each interface have."""
_OF_REQUEST: Final = ("MODEL_INPUT_INVALID", "MODEL_INPUT_TOO_LARGE")


class ReplayRequest(Wire, frozen=True):
    model: str
    input: Any


class Replay(Wire, frozen=True, kw_only=True):
    output: Any
    conversation: list[Message] | None
    ms: float
    input_tokens: int | None
    output_tokens: int | None
    cost: float | None
    currency: str | None


class _Account:
    """Learns what became of it."""

    def __init__(self) -> None:
        self.invocation: ModelInvocation | None = None
        """The last, which is that of a fallback if there was one."""

    def invocation_finished(self, invocation: ModelInvocation) -> None:
        self.invocation = invocation


async def _replay(explorer: Explorer, request: ExplorerRequest) -> Replay:
    if not explorer.dev:
        raise ExplorerError(
            403, "NOT_ALLOWED", "Models are asked anew in development only.", "Use atoll dev."
        )
    asked = request.read(ReplayRequest)
    app = explorer.subject.app
    account = _Account()
    started = time.perf_counter()
    call = CURRENT_CALL.set({"function": FUNCTION})
    try:
        interface = (await asyncio.to_thread(app.models.info, asked.model)).interface
        body = input_for(app.manifest, asked.model, interface, asked.input)
        answer = await app.models.invoke(asked.model, json.dumps(body), observer=account)
    except ModelError as error:
        raise _failure(error) from None
    finally:
        CURRENT_CALL.reset(call)
    seconds = time.perf_counter() - started
    output, conversation = await asyncio.to_thread(_read, body, answer)
    invocation = account.invocation
    usage = None if invocation is None else invocation.usage
    return Replay(
        output=output,
        conversation=conversation,
        ms=milliseconds(seconds),
        input_tokens=None if usage is None else usage.input_tokens,
        output_tokens=None if usage is None else usage.output_tokens,
        cost=None if invocation is None else invocation.cost,
        currency=None if invocation is None else invocation.currency or None,
    )


def input_for(manifest: Manifest, name: str, interface: str, input: Any) -> dict[str, Any]:
    """An input as one model of the manifest is to get it, that was perhaps another's.

    It names the model where it named another one of the manifest, and asks for no stream.

    Raises `ExplorerError` (400): it is not of the model's interface.
    """
    key = _ASKED_BY.get(interface, "messages")
    if not isinstance(input, dict) or key not in input:
        what = f'no "{key}"' if isinstance(input, dict) else "no JSON object"
        raise ExplorerError(
            400,
            "MODEL_INPUT_INVALID",
            f"The input {'has' if isinstance(input, dict) else 'is'} {what}, which model "
            f"[{name}] takes: its interface is {interface}.",
            "Choose a model of the interface that the input was made for.",
        )
    model = manifest.models[name]
    body = {key: value for key, value in input.items() if key not in ("stream", "stream_options")}
    if "stream" in model.settings.defaults:
        body["stream"] = False
    named = body.get("model")
    known = {each.source_model.lower() for each in manifest.models.values() if each.source_model}
    if isinstance(named, str) and named.lower() in known and model.source_model:
        body["model"] = model.source_model
    return body


def _failure(error: ModelError) -> ExplorerError:
    if error.code == "MODEL_NOT_FOUND":
        status = 404
    else:
        status = 400 if error.of_request or error.code in _OF_REQUEST else 502
    message = f"{error.message[:1].upper()}{error.message[1:].rstrip('.')}."
    return ExplorerError(status, error.code, message, error.hint)


def _read(input: Any, answer: str) -> tuple[Any, list[Message] | None]:
    try:
        output = json.loads(answer)
    except (ValueError, RecursionError):  # a number too long, or nested too deep, to be read here
        output = answer
    return output, conversation_of(input, output)


ROUTES = (Route("POST", "replay", _replay),)
