"""Answers as values of a type: the schema that the model gets, and reading what it wrote."""

from __future__ import annotations

import json
import re
from typing import Any, get_args, get_origin

from atoll.sdk._decoder import decoder, show
from atoll.sdk._mismatch import Mismatch
from atoll.sdk._schema import schema
from atoll.sdk.errors import ModelError
from atoll.sdk.models.completion import Completion
from atoll.sdk.models.options import json_schema

_KEY = "value"
"""Of the object around an answer that is none: providers want an object."""
_LONGEST_TEXT = 2000
_FENCED = re.compile(r"```\w*\s*\n(.*?)\n?\s*```", re.DOTALL)


class Unfit(Exception):
    """Why an answer is not of the type."""


class Structure:
    """What answers must be like. Raises ``TypeError`` for a type that JSON has no form for."""

    def __init__(self, kind: Any) -> None:
        self.kind = kind
        self._decoder = decoder(kind, sparse=True)
        found = schema(kind)
        self.is_plain = found.plain
        self._is_wrapped = found.json.get("type") != "object"
        self.schema = _wrapped(found.json) if self._is_wrapped else found.json
        self.response_format: dict[str, Any] = json_schema(
            self.schema, name=_name(kind), strict=found.strict
        )

    @property
    def instruction(self) -> str:
        """What a model is told whose provider does not see to it."""
        text = json.dumps(self.schema, ensure_ascii=False)
        return f"Answer with nothing but JSON that fits this JSON Schema:\n{text}"

    def read(self, text: str) -> Any:
        """The value. Raises ``Unfit``."""
        data = self._json(text)
        if self._is_wrapped and isinstance(data, dict) and data.keys() == {_KEY}:
            data = data[_KEY]
        try:
            return self._decoder.decode(data)
        except Mismatch as mismatch:
            raise Unfit(str(mismatch)) from None
        except RecursionError:
            raise Unfit("it is nested too deeply") from None

    def _json(self, text: str) -> Any:
        """Whatever stands around it: small models like to explain themselves."""
        fenced = _FENCED.search(text)
        reasons = []
        for candidate in (text, fenced[1] if fenced else None, _from_bracket(text)):
            if candidate is None:
                continue
            try:
                return json.loads(candidate, parse_float=self._decoder.number)
            except RecursionError:
                raise Unfit("it is nested too deeply") from None
            except ValueError as error:
                reasons.append(str(error))
        raise Unfit(f"it is not JSON: {reasons[0]}" if text.strip() else "it is empty")

    def repair(self, reason: str) -> str:
        """What is said to a model that answered something else."""
        return f"Your answer does not fit: {reason}.\n{self.instruction}"

    def failure(self, model: str, completion: Completion, reason: str) -> ModelError:
        cut = completion.choices[0].finish_reason == "length"
        return ModelError(
            "BAD_STRUCTURED_OUTPUT",
            f"Model {model} did not answer with {show(self.kind)}: {reason}"
            + (" (the answer was cut off at its limit of tokens)" if cut else ""),
            "Raise max_tokens."
            if cut
            else "Say in the prompt what is wanted, or use a type that asks for less.",
            {"text": shortened(completion.text)},
        )


def structure_of(kind: Any) -> Structure:
    """The structure of a type, which is made once. Raises ``TypeError`` as ``Structure`` does."""
    try:
        found = _known.get(kind)
    except TypeError:  # not hashable
        return Structure(kind)
    if found is None:
        found = Structure(kind)
        if len(_known) >= _MOST_KNOWN:
            _known.clear()
        _known[kind] = found
    return found


_MOST_KNOWN = 512
_known: dict[Any, Structure] = {}


def shortened(text: str) -> str:
    if len(text) <= _LONGEST_TEXT:
        return text
    return f"{text[:_LONGEST_TEXT]}... ({len(text)} characters)"


def _from_bracket(text: str) -> str | None:
    starts = [found for found in (text.find("{"), text.find("[")) if found >= 0]
    end = max(text.rfind("}"), text.rfind("]"))
    return text[min(starts) : end + 1] if starts and end > min(starts) else None


def _wrapped(found: dict[str, Any]) -> dict[str, Any]:
    definitions = {"$defs": found["$defs"]} if "$defs" in found else {}
    inner = {name: each for name, each in found.items() if name != "$defs"}
    return {
        "type": "object",
        "properties": {_KEY: inner},
        "required": [_KEY],
        "additionalProperties": False,
        **definitions,
    }


def _name(kind: Any) -> str:
    parts = [*get_args(kind), get_origin(kind) or kind]
    name = "_".join(getattr(part, "__name__", "") for part in parts)
    return re.sub(r"[^a-zA-Z0-9_-]", "", name)[:64].strip("_") or "answer"
