"""Tools that a chat model may ask for."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Tool:
    """A function as the model is told of it. ``parameters`` is a JSON Schema."""

    name: str
    description: str | None = None
    parameters: Mapping[str, Any] | None = None
    strict: bool | None = None

    def with_parameter(
        self, name: str, type: str, description: str | None = None, **schema: Any
    ) -> Tool:
        """Add a required parameter of a JSON Schema type (``string``, ``integer``, ...)."""
        known = self.parameters or {}
        described = {} if description is None else {"description": description}
        parameters = {
            "type": "object",
            "properties": {
                **known.get("properties", {}),
                name: {"type": type, **described, **schema},
            },
            "required": [*known.get("required", []), name],
            "additionalProperties": False,
        }
        return dataclasses.replace(self, parameters=parameters)

    def to_json(self) -> dict[str, Any]:
        function = {
            "name": self.name,
            "description": self.description,
            "strict": self.strict,
            "parameters": self.parameters,
        }
        given = {name: value for name, value in function.items() if value is not None}
        return {"type": "function", "function": given}


def use_tool(name: str) -> dict[str, Any]:
    """A ``tool_choice`` that makes the model ask for this tool."""
    return {"type": "function", "function": {"name": name}}
