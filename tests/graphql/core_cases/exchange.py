"""Other ways to ask the same: a query's literals as variables, and its variables as literals; and a
query that differs in its literals only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

from graphql import (
    REMOVE,
    SKIP,
    ArgumentNode,
    DocumentNode,
    GraphQLSchema,
    Lexer,
    ListValueNode,
    NameNode,
    NullValueNode,
    ObjectFieldNode,
    ObjectValueNode,
    OperationDefinitionNode,
    Source,
    TokenKind,
    TypeInfo,
    TypeInfoVisitor,
    ValueNode,
    VariableDefinitionNode,
    VariableNode,
    Visitor,
    parse,
    parse_type,
    print_ast,
    type_from_ast,
    value_from_ast_untyped,
    visit,
)
from graphql.utilities import value_to_literal

Query: TypeAlias = tuple[str, dict[str, Any]]
"""A text and its variables."""


def literals_as_variables(
    query: str, variables: Mapping[str, Any], schema: GraphQLSchema
) -> Query | None:
    """The same with a variable for each constant argument; None when there is no such argument."""
    document = parse(query)
    if _operation(document) is None:
        return None
    info = TypeInfo(schema)
    hoist = _Hoist(info, variables)
    document = visit(document, TypeInfoVisitor(info, hoist))
    if not hoist.definitions:
        return None
    declared = [
        _with_variables(node, hoist.definitions)
        if isinstance(node, OperationDefinitionNode)
        else node
        for node in document.definitions
    ]
    return "\n".join(map(print_ast, declared)), hoist.values


def variables_as_literals(
    query: str, variables: Mapping[str, Any], schema: GraphQLSchema
) -> Query | None:
    """The same without variables; None when it has none, or a value that cannot be written."""
    document = parse(query)
    operation = _operation(document)
    if operation is None or not operation.variable_definitions:
        return None
    values: dict[str, ValueNode | None] = {}
    for definition in operation.variable_definitions:
        name = definition.variable.name.value
        values[name] = definition.default_value
        if name in variables:
            values[name] = value_to_literal(variables[name], type_from_ast(schema, definition.type))
            if values[name] is None:
                return None
    return print_ast(visit(document, _Insert(values))), {}


def with_other_literals(query: str, number: int) -> str | None:
    """A text of the same kind, longer and with other values; None if it has no literals."""
    others = {
        TokenKind.STRING: f'"a text that no scenario has {number}"',
        TokenKind.INT: f"4242{number}",
        TokenKind.FLOAT: f"4242{number}.25",
    }
    lexer = Lexer(Source(query))
    parts, at = [], 0
    while (token := lexer.advance()).kind is not TokenKind.EOF:
        other = others.get(token.kind)
        if other is not None:
            parts += [query[at : token.start], other]
            at = token.end
    return "".join([*parts, query[at:]]) if parts else None


def _operation(document: DocumentNode) -> OperationDefinitionNode | None:
    """The only operation of a document; None when it has several, or none."""
    found = [node for node in document.definitions if isinstance(node, OperationDefinitionNode)]
    return found[0] if len(found) == 1 else None


class _Hoist(Visitor):
    """Puts a variable in the place of each argument that is constant."""

    def __init__(self, info: TypeInfo, values: Mapping[str, Any]) -> None:
        super().__init__()
        self._info = info
        self.values = dict(values)
        self.definitions: list[VariableDefinitionNode] = []

    def enter_variable_definition(self, *_: Any) -> object:
        return SKIP

    def leave_argument(self, node: ArgumentNode, *_: Any) -> ArgumentNode | None:
        if _has_variables(node.value):
            return None
        argument = self._info.get_argument()
        assert argument is not None
        name = f"hoisted{len(self.definitions)}"
        variable = VariableNode(name=NameNode(value=name))
        self.values[name] = value_from_ast_untyped(node.value)
        self.definitions.append(
            VariableDefinitionNode(variable=variable, type=parse_type(str(argument.type)))
        )
        return ArgumentNode(name=node.name, value=variable)


class _Insert(Visitor):
    """Puts the value of each variable in its place."""

    def __init__(self, values: Mapping[str, ValueNode | None]) -> None:
        super().__init__()
        self._values = values

    def enter_variable_definition(self, *_: Any) -> object:
        return REMOVE

    def enter_argument(self, node: ArgumentNode, *_: Any) -> object:
        return self._absent(node.value)

    def enter_object_field(self, node: ObjectFieldNode, *_: Any) -> object:
        return self._absent(node.value)

    def enter_variable(self, node: VariableNode, *_: Any) -> ValueNode:
        return self._values[node.name.value] or NullValueNode()

    def _absent(self, value: ValueNode) -> object:
        """What has no value is as if it were not written; in a list, it is null."""
        absent = isinstance(value, VariableNode) and self._values[value.name.value] is None
        return REMOVE if absent else None


def _has_variables(node: ValueNode) -> bool:
    match node:
        case VariableNode():
            return True
        case ListValueNode():
            return any(map(_has_variables, node.values))
        case ObjectValueNode():
            return any(_has_variables(field.value) for field in node.fields)
    return False


def _with_variables(
    node: OperationDefinitionNode, more: list[VariableDefinitionNode]
) -> OperationDefinitionNode:
    return OperationDefinitionNode(
        operation=node.operation,
        name=node.name,
        variable_definitions=(*(node.variable_definitions or ()), *more),
        directives=node.directives,
        selection_set=node.selection_set,
    )
