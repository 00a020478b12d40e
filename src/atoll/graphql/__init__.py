"""GraphQL over an app: schema, validation, execution, errors."""

from atoll.graphql.api import GraphQLApi
from atoll.graphql.calls import Callable
from atoll.graphql.errors import SchemaError, SchemaProblem
from atoll.graphql.limits import QueryLimits
from atoll.graphql.response import GraphQLRequest, GraphQLResponse
from atoll.graphql.source import Source, SubscriptionError
from atoll.graphql.subscriptions import ResponseStream

__all__ = [
    "Callable",
    "GraphQLApi",
    "GraphQLRequest",
    "GraphQLResponse",
    "QueryLimits",
    "ResponseStream",
    "SchemaError",
    "SchemaProblem",
    "Source",
    "SubscriptionError",
]
