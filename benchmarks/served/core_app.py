"""The functions by graphql-core with nothing around it but the least that makes a server.

Documents are parsed and validated once, and then kept by their text. This is what a framework on
graphql-core can come to at best.
"""

from functools import lru_cache

import functions
import msgspec
from graphql import build_schema, execute, parse, validate
from sdl import SDL

SCHEMA = build_schema(SDL)
ROOT = {
    "hello": lambda info, name: functions.hello(name),
    "people": lambda info, count: functions.people(count),
}
HEADERS = [(b"content-type", b"application/json")]


@lru_cache(maxsize=1024)
def load(text):
    document = parse(text)
    return document, validate(SCHEMA, document)


async def app(scope, receive, send):
    if scope["type"] != "http":
        return
    body, more = b"", True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
    request = msgspec.json.decode(body)
    document, errors = load(request["query"])
    if not errors:
        result = execute(SCHEMA, document, ROOT, variable_values=request.get("variables"))
        data, errors = result.data, result.errors
    answer = {"data": None if errors else data}
    if errors:
        answer["errors"] = [error.formatted for error in errors]
    text = msgspec.json.encode(answer)
    headers = [*HEADERS, (b"content-length", str(len(text)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": text})
