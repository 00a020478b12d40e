"""The functions by Ariadne's own ASGI application, as it comes."""

import functions
from ariadne import QueryType, make_executable_schema
from ariadne.asgi import GraphQL
from sdl import SDL

query = QueryType()


@query.field("hello")
def hello(root, info, name):
    return functions.hello(name)


@query.field("people")
def people(root, info, count):
    return functions.people(count)


app = GraphQL(make_executable_schema(SDL, query))
