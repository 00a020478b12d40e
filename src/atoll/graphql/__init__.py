"""GraphQL over an app: schema, validation, execution, errors."""

from atoll.graphql.api import GraphQLApi
from atoll.graphql.errors import SchemaError, SchemaProblem
from atoll.graphql.execute import Callable
from atoll.graphql.limits import QueryLimits
from atoll.graphql.response import GraphQLRequest, GraphQLResponse

__all__ = [
    "Callable",
    "GraphQLApi",
    "GraphQLRequest",
    "GraphQLResponse",
    "QueryLimits",
    "SchemaError",
    "SchemaProblem",
]
