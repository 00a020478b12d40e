"""What an API whose manifest turns introspection off says to those who ask for its schema."""

from __future__ import annotations

from typing import Any

from graphql import FieldNode, ValidationRule

from atoll.graphql.errors import coded
from atoll.graphql.limits import setting

_ASKING = ("__schema", "__type")


class NoIntrospectionRule(ValidationRule):
    """Refuses the fields that describe the schema; ``__typename`` is part of ordinary answers."""

    def enter_field(self, node: FieldNode, *_: Any) -> None:
        if node.name.value in _ASKING:
            message = f"Introspection is turned off, so there is no '{node.name.value}'"
            error = coded(message + setting("introspection"), "INTROSPECTION_DISABLED", node)
            self.report_error(error)
