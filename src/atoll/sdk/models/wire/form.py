"""A chat in OpenAI's form, taken apart for providers that have another."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from atoll.sdk.errors import ModelError
from atoll.sdk.models.wire import ChatRequest

_MEANINGLESS: dict[str, Any] = {
    "n": 1,
    "logprobs": False,
    "frequency_penalty": 0,
    "presence_penalty": 0,
    "logit_bias": {},
    "modalities": ["text"],
    "response_format": {"type": "text"},
    "parallel_tool_calls": True,
    "tools": [],
}
"""Options that ask for what is so anyway."""

_DATA_URL = re.compile(r"data:([^;,]*)(?:;[^;,]*)*;base64,", re.ASCII)


class Options:
    """The options of a chat, each of which a provider takes or refuses.

    Args:
        provider: what users call it.
    """

    def __init__(self, chat: ChatRequest, provider: str) -> None:
        self._provider = provider
        self._left = {
            name: value
            for name, value in chat.options.items()
            if name not in _MEANINGLESS or _plain(value) != _MEANINGLESS[name]
        }

    def take(self, name: str) -> Any:
        return self._left.pop(name, None)

    def take_named(self, names: Mapping[str, str]) -> dict[str, Any]:
        """The options that the provider has by other names, which are the values."""
        return {
            theirs: self._left.pop(ours) for ours, theirs in names.items() if ours in self._left
        }

    def take_max_tokens(self) -> Any:
        old, new = self.take("max_tokens"), self.take("max_completion_tokens")
        return old if new is None else new

    def take_stop(self) -> list[str] | None:
        stop = self.take("stop")
        return [stop] if isinstance(stop, str) else stop and list(stop)

    def take_schema(self) -> tuple[str, Mapping[str, Any]] | None:
        """What a ``response_format`` asks for: its type, and all that it says of a schema."""
        wanted = self.take("response_format")
        if wanted is None:
            return None
        kind = wanted.get("type")
        if kind == "json_object":
            return kind, {}
        if kind == "json_schema":
            return kind, wanted["json_schema"]
        raise self.refused(f"the response format [{kind}]")

    def refuse_rest(self) -> None:
        """Raises ``ModelError`` if an option has not been taken."""
        if self._left:
            raise self.refused(f"the option [{'], ['.join(self._left)}]")

    def refused(self, what: str) -> ModelError:
        return ModelError(
            "UNSUPPORTED_OPTION",
            f"{self._provider} knows nothing like {what}.",
            "Leave it out, or give the provider's own fields in `extra`.",
        )


def functions(tools: Sequence[Mapping[str, Any]] | None) -> list[Mapping[str, Any]]:
    """``name``, ``description``, ``parameters``, ``strict`` of each tool."""
    return [tool["function"] for tool in tools or ()]


def chosen_function(choice: Any) -> str | None:
    """The tool that a ``tool_choice`` names."""
    return None if isinstance(choice, str) else choice["function"]["name"]


def parts(content: Any) -> list[Mapping[str, Any]]:
    """Content as a list of parts; text that is empty is none."""
    if content is None:
        return []
    if isinstance(content, str):
        return [{"type": "text", "text": content}] if content else []
    return list(content)


def plain_text(content: Any) -> str:
    """The text of content, without parts of other kinds."""
    return "".join(part["text"] for part in parts(content) if part["type"] == "text")


def embedded(url: str) -> tuple[str, str] | None:
    """Content type and base64 text of a data URL; None of another URL."""
    found = _DATA_URL.match(url)
    return None if found is None else (found[1], url[found.end() :])


def arguments(call: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments of a tool call as an object, which other providers want to see."""
    text = call["function"].get("arguments") or "{}"
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        value = None
    return value if isinstance(value, dict) else {"INVALID_JSON": text}


def original(message: Mapping[str, Any], interface: str) -> Mapping[str, Any] | None:
    """The message in its provider's form, if it came from a model of this interface."""
    kept = message.get("original")
    return kept if isinstance(kept, Mapping) and kept.get("interface") == interface else None


@contextmanager
def understanding(message: Mapping[str, Any]) -> Iterator[None]:
    """What is wrong inside is wrong with this message of the function's."""
    try:
        yield
    except (TypeError, KeyError, IndexError, AttributeError, ValueError):
        raise ModelError(
            "INVALID_MESSAGE",
            f"A message of role [{message.get('role')}] is not in OpenAI's form.",
            "Make messages with models.user(...), models.assistant(...) and so on.",
        ) from None


def unsupported_part(provider: str, part: Mapping[str, Any]) -> ModelError:
    return ModelError(
        "UNSUPPORTED_CONTENT", f"{provider} takes no content of type [{part.get('type')}]."
    )


def unknown_role(role: Any) -> ModelError:
    return ModelError(
        "INVALID_MESSAGE",
        f"A message has the role [{role}].",
        "Roles are system, developer, user, assistant and tool.",
    )


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value
