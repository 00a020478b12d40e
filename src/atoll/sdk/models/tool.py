"""Tools that a chat model may ask for."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias


@dataclass(frozen=True, slots=True)
class Tool:
    """A function as the model is told of it. ``parameters`` is a JSON Schema.

    ``function`` is what ``Model.generate`` and ``Model.run`` call; a tool without one is for the
    caller to run.
    """

    name: str
    description: str | None = None
    parameters: Mapping[str, Any] | None = None
    strict: bool | None = None
    function: Callable[..., Any] | None = None

    @classmethod
    def of(
        cls,
        function: Callable[..., Any],
        *,
        name: str | None = None,
        description: str | None = None,
    ) -> Tool:
        """The tool that a function is: its parameters by its type hints, described by its
        docstring and by ``Annotated[T, "text"]``.

        Raises ``TypeError`` if a parameter has no type hint, or one that has no form in JSON.
        """
        from atoll.sdk.models.function import describe

        return describe(function, name, description)

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


AnyTool: TypeAlias = Tool | Callable[..., Any] | Mapping[str, Any]
"""A function, a ``Tool``, or a tool's JSON as it is sent."""


def tool_json(tool: AnyTool) -> Any:
    """The JSON that a model is told of a tool by."""
    if isinstance(tool, Mapping):
        return tool
    return (tool if isinstance(tool, Tool) else Tool.of(tool)).to_json()


def use_tool(name: str) -> dict[str, Any]:
    """A ``tool_choice`` that makes the model ask for this tool."""
    return {"type": "function", "function": {"name": name}}
