"""The functions by FastAPI and Strawberry: ``plain`` as they come, ``cached`` with its caches."""

import functions
import strawberry
from fastapi import FastAPI
from strawberry.extensions import ParserCache, ValidationCache
from strawberry.fastapi import GraphQLRouter

strawberry.type(functions.Person)  # makes a type of the class that it is given


@strawberry.type
class Query:
    hello: str = strawberry.field(resolver=functions.hello)
    people: list[functions.Person] = strawberry.field(resolver=functions.people)


def _serve(schema: strawberry.Schema) -> FastAPI:
    app = FastAPI()
    app.include_router(GraphQLRouter(schema), prefix="/graphql")
    return app


plain = _serve(strawberry.Schema(Query))
cached = _serve(strawberry.Schema(Query, extensions=[ParserCache, ValidationCache]))
