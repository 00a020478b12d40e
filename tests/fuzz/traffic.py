"""Requests of every kind to the app of this folder: good ones, odd ones, and broken ones.

``conftest.py`` loads this file. What is made depends on a `Random` alone: a seeded one in a long
run, one that Hypothesis steers (and finds small examples with) in tests.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from collections.abc import Callable, Iterator, Mapping
from random import Random
from typing import Any, NamedTuple
from urllib.parse import urlencode

JSON = {"content-type": "application/json"}
_TOKEN = re.compile(r'"(?:[^"\\\n]|\\.)*"|[A-Za-z_]\w*|-?\d[\w.+-]*|\.\.\.|\s+|.', re.DOTALL)


class Query(NamedTuple):
    """The content of a GraphQL request."""

    text: str
    variables: Mapping[str, Any] | None = None


class Request(NamedTuple):
    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes


def word(random: Random) -> str:
    """Text of a few characters, of those that are easily handled wrongly among others."""
    alphabet = "abc XYZ019 '\"\\\n\t\r#{}$.,/&%<>\0\x7f\u00e9\u2028\ufeff\U0001f600"
    return "".join(random.choice(alphabet) for _ in range(random.randint(0, 8)))


def _int(random: Random) -> int:
    edges = (0, 1, -1, 2**31 - 1, -(2**31), 2**31, 2**53 + 1, 2**63 - 1, -(2**63), 2**64)
    return random.choice((random.randint(-1000, 1000), random.choice(edges)))


def _float(random: Random) -> float:
    return random.choice((0.0, -0.0, 1.5, 1e308, 5e-324, random.uniform(-9, 9), _int(random)))


def _person(random: Random) -> dict[str, Any]:
    person: dict[str, Any] = {"id": random.randint(-9, 9), "name": word(random)}
    if random.random() < 0.5:
        person["address"] = random.choice((None, {"street": word(random), "city": word(random)}))
    if random.random() < 0.5:
        person["nicknames"] = _words(random)
        person["tags"] = [{"key": word(random), "value": word(random)} for _ in _few(random)]
    return person


def _tree(random: Random) -> dict[str, Any]:
    depth = random.choice((0, 1, 2, 2, 40))
    tree: dict[str, Any] = {"label": word(random)}
    for _ in range(depth):
        tree = {"label": word(random), "branches": [tree]}
    return tree


def _few(random: Random) -> range:
    return range(random.choice((0, 1, 1, 2, 3, 30)))


def _words(random: Random) -> list[str]:
    return [word(random) for _ in _few(random)]


def _time(random: Random) -> str:
    stamps = ("2025-01-31T12:30:00.5Z", "1969-12-31", "2025-02-30", "9999-12-31T23:59:59+14:00", "")
    return random.choice(stamps)


Make = Callable[[Random], Any]
PERSON = (
    "{ id name email address { street city } nicknames tags { key value } }",
    "{ n: name again: name id }",
    "{ ...P address { __typename } } ",
    "{ __typename ... on Person { nicknames } address { city ...{ street } } }",
    "{ address { city } address { street } }",
    "{ tags { value } name @skip(if: true) id @include(if: true) }",
)
FRAGMENT = " fragment P on Person { id name @include(if: true) tags { key } }"
FIELDS: tuple[tuple[str, tuple[tuple[str, str, Make], ...], tuple[str, ...]], ...] = (
    ("echo", (("text", "String!", word),), ("",)),
    ("echoMaybe", (("text", "String", lambda r: r.choice((None, word(r)))),), ("",)),
    ("negate", (("value", "Boolean!", lambda r: r.random() < 0.5),), ("",)),
    ("echoInt", (("number", "Int!", _int),), ("",)),
    ("echoFloat", (("number", "Float!", _float),), ("",)),
    ("echoInt64", (("number", "Int64!", _int),), ("",)),
    ("echoUint64", (("number", "UInt64!", _int),), ("",)),
    ("echoTime", (("at", "Timestamp!", _time),), ("",)),
    ("echoBytes", (("data", "String!", lambda r: r.choice(("", "AAEC", "no!", "/+=="))),), ("",)),
    ("join", (("words", "[String!]!", _words), ("separator", "String!", word)), ("",)),
    ("echoMaybes", (("words", "[String]!", lambda r: [None, *_words(r)]),), ("",)),
    ("echoRows", (("rows", "[[Int!]!]!", lambda r: [[_int(r)], [], [1, 2]]),), ("",)),
    (
        "echoCounts",
        (
            (
                "counts",
                "[StringIntPairInput!]!",
                lambda r: [{"key": word(r), "value": r.randint(-9, 9)} for _ in _few(r)],
            ),
        ),
        ("{ key value }", "{ value }", "{ __typename k: key }"),
    ),
    ("people", (), PERSON),
    ("person", (("id", "Int!", lambda r: r.randint(-1, 4)),), PERSON),
    ("echoPerson", (("person", "PersonInput!", _person),), PERSON),
    (
        "echoTree",
        (("tree", "TreeInput!", _tree),),
        ("{ label branches { label branches { label }}}",),
    ),
    ("search", (("filter", "FilterInput!", lambda r: {"prefix": r.choice(("al", "b"))}),), ("",)),
    ("refuse", (("message", "String!", word),), ("",)),
    ("failMaybe", (("message", "String!", word),), ("",)),
)

ODD_LITERALS = (
    *("null", "true", "0", "-0", "1", "00", "1.", ".5", "1e5", "1e400", "-1E-400", "0x1", "1_0"),
    *("2147483647", "2147483648", "-9223372036854775809", "9" * 400, "1." + "3" * 400),
    *('""', '"a"', r'"\u00e9"', r'"\u{1F600}"', r'"\uD83D\uDE00"', r'"\uD800"', r'"\x"', '"\\"'),
    *(
        '"""block"""',
        '"""\n  a\n   \\""" b\n"""',
        '"',
        '"""',
        '"#"',
        '"{}"',
        '"\t"',
        '"\0"',
        '"\x7f"',
    ),
    *("[]", "[null]", '["a", "b"]', '[["a"]]', "[1 2 3]", "[" * 60 + "]" * 60),
    *(
        "{}",
        '{name: "a"}',
        '{id: 1, name: "a", name: "b"}',
        '{prefix: "a" limit: 1}',
        "{a: {b: {}}}",
    ),
    *(
        "$x",
        "$",
        "enumeration",
        "__typename",
        "on",
        "# comment\n1",
        "\ufeff1",
        "\u00e9",
        "\U0001f600",
    ),
    *('"' + "long " * 5000 + '"', "[" + "1," * 2000 + "]"),
)

WHOLE = (
    "{ __schema { types { name kind fields { name type { name ofType { name } } } } } }",
    '{ __type(name: "Person") { name fields { name } } }',
    "{ __typename }",
    "subscription { ticks(count: 2, intervalMs: 1) }",
    'query A { echo(text: "a") } query B { negate(value: true) }',
    "fragment F on Query { ...F } { ...F }",
    "{ " + "a: __typename " * 90 + "}",
    "{ people { address { " + "city " * 300 + "} } }",
    '{ echoTree(tree: {label: ""}) { ' + "branches { " * 40 + "label" + " }" * 40 + " } }",
    'query ($x: [String!]! = ["a"]) @nothing { join(words: $x, separator: "") }',
)


def literal(value: Any) -> str:
    """A JSON value as it is written in a query."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {literal(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(literal(item) for item in value) + "]"
    if isinstance(value, str):
        # GraphQL has no such characters in strings but escaped.
        return json.dumps(value).replace("\x7f", "\\u007f")
    return json.dumps(value)


def good_query(random: Random) -> Query:
    """A query that is valid, though not all its values need be in range."""
    variables: dict[str, Any] = {}
    declared, fields, fragment = [], [], ""
    for number in range(random.choice((1, 1, 1, 2, 4))):
        name, parameters, selections = random.choice(FIELDS)
        arguments = []
        for parameter, type_, make in parameters:
            value = make(random)
            if random.random() < 0.5:
                variables[f"v{len(declared)}"] = value
                arguments.append(f"{parameter}: $v{len(declared)}")
                declared.append(f"$v{len(declared)}: {type_}")
            else:
                arguments.append(f"{parameter}: {literal(value)}")
        selection = random.choice(selections)
        fragment = FRAGMENT if "...P" in selection else fragment
        called = f"({', '.join(arguments)})" if arguments else ""
        alias = random.choice(("", f"f{number}: ")) if number == 0 else f"f{number}: "
        condition = random.choice(("", "", "", " @include(if: true)", " @skip(if: false)"))
        fields.append(f"{alias}{name}{called}{condition} {selection}")
    head = f"query Q({', '.join(declared)}) " if declared else random.choice(("", "query "))
    return Query(f"{head}{{ {' '.join(fields)} }}{fragment}", variables or None)


def twins(random: Random) -> Iterator[tuple[Query, Query]]:
    """Queries of one shape with ever other values: in the text, and the same as variables."""
    name, parameters, selections = random.choice([field for field in FIELDS if field[1]])
    selection = random.choice([text for text in selections if "...P" not in text])
    declared = ", ".join(f"${parameter}: {type_}" for parameter, type_, _ in parameters)
    passed = ", ".join(f"{parameter}: ${parameter}" for parameter, *_ in parameters)
    while True:
        values = {parameter: make(random) for parameter, _, make in parameters}
        written = ", ".join(f"{parameter}: {literal(value)}" for parameter, value in values.items())
        yield (
            Query(f"{{ {name}({written}) {selection} }}"),
            Query(f"query ({declared}) {{ {name}({passed}) {selection} }}", values),
        )


def odd_query(random: Random) -> Query:
    """A query with a literal in it that is seldom written."""
    name, parameters, selections = random.choice([field for field in FIELDS if field[1]])
    arguments = ", ".join(
        f"{parameter}: {random.choice(ODD_LITERALS)}" for parameter, *_ in parameters
    )
    selection = random.choice([text for text in selections if "...P" not in text])
    return Query(f"{{ {name}({arguments}) {selection} }}")


def broken_query(random: Random) -> Query:
    """A valid query, after some accidents."""
    query = good_query(random)
    tokens = _TOKEN.findall(query.text)
    for _ in range(random.randint(1, 3)):
        place = random.randrange(len(tokens))
        kind = random.randrange(6)
        if kind == 0:
            del tokens[place]
        elif kind == 1:
            tokens.insert(place, random.choice(tokens))
        elif kind == 2:
            tokens[place] = random.choice(ODD_LITERALS)
        elif kind == 3:
            other = random.randrange(len(tokens))
            tokens[place], tokens[other] = tokens[other], tokens[place]
        elif kind == 4:
            tokens[place] = tokens[place] + word(random)
        else:
            tokens[place:] = tokens[place : place + 1]
        tokens = tokens or [" "]
    return Query("".join(tokens), query.variables)


def any_query(random: Random) -> Query:
    make = random.choice((good_query, good_query, odd_query, broken_query))
    return make(random) if random.random() < 0.9 else Query(random.choice(WHOLE))


def json_value(random: Random, depth: int = 3) -> Any:
    """Any JSON value."""
    leaves: tuple[Any, ...] = (None, True, _int(random), _float(random), word(random), "\ud800")
    kind = random.randrange(8)
    if depth == 0 or kind > 1:
        return random.choice(leaves)
    if kind == 0:
        return [json_value(random, depth - 1) for _ in range(random.randint(0, 3))]
    return {word(random): json_value(random, depth - 1) for _ in range(random.randint(0, 3))}


def _parameters(random: Random) -> dict[str, Any]:
    """The object that a request holds; mostly as it should be."""
    query = any_query(random)
    parameters: dict[str, Any] = {"query": query.text}
    if query.variables is not None or random.random() < 0.1:
        parameters["variables"] = query.variables
    if random.random() < 0.2:
        digest = hashlib.sha256(query.text.encode(errors="replace")).hexdigest()
        persisted = {"version": random.choice((1, 1, 1, 2, "1")), "sha256Hash": digest}
        if random.random() < 0.3:
            persisted["sha256Hash"] = random.choice((digest.upper(), "", "é", 5, "0" * 64))
        parameters["extensions"] = {"persistedQuery": random.choice((persisted, persisted, None))}
        if random.random() < 0.5:
            del parameters["query"]
    if random.random() < 0.2:
        parameters["operationName"] = random.choice(("Q", "A", "", None, "nobody", "\0"))
    if random.random() < 0.15:
        name = random.choice(("query", "variables", "operationName", "extensions", word(random)))
        parameters[name] = json_value(random)
    return parameters


def _body(random: Random) -> bytes:
    content: Any = _parameters(random)
    kind = random.random()
    if kind < 0.1:
        content = [_parameters(random) for _ in range(random.randint(0, 6))]
    elif kind < 0.15:
        content = json_value(random)
    body = json.dumps(content, ensure_ascii=random.random() < 0.5).encode(errors="surrogatepass")
    if random.random() < 0.1:
        place = random.randint(0, len(body))
        body = random.choice((body[:place], body[place:], body[:place] + b"\xff" + body[place:]))
    if random.random() < 0.02:
        body = b"[" * 5000
    return body


def _headers(random: Random) -> dict[str, str]:
    accepts = ("*/*", "application/json", "application/graphql-response+json", "text/html", ";q=x")
    headers = {"content-type": "application/json"}
    if random.random() < 0.5:
        headers["accept"] = random.choice((*accepts, "text/event-stream", "text/*;q=0, */*;q=.1"))
    if random.random() < 0.2:
        headers["accept-encoding"] = random.choice(("gzip", "br, gzip;q=0", "*", "identity;q=0"))
    if random.random() < 0.1:
        types = ("text/plain", "application/json; charset=latin-1", "multipart/form-data", "", "/")
        headers["content-type"] = random.choice(types)
    if random.random() < 0.1:
        origins = ("null", "https://example.com", "http://[", "é".encode().decode("latin-1"))
        headers["origin"] = random.choice(origins)
    if random.random() < 0.1:
        headers["x-time-zone"] = random.choice(("Europe/Berlin", "../etc", "", "x" * 500))
    return headers


def any_request(random: Random) -> Request:
    """An HTTP request that is well-formed as such, to the endpoint or, seldom, elsewhere."""
    path = (
        "/graphql"
        if random.random() < 0.95
        else f"/{random.choice(('', 'graphql/', '%2e%2e', 'x'))}"
    )
    headers = _headers(random)
    if random.random() < 0.15:
        fields = {
            name: value if isinstance(value, str) else json.dumps(value)
            for name, value in _parameters(random).items()
        }
        target = f"{path}?{urlencode(fields, errors='replace')}"
        return Request(
            random.choice(("GET", "GET", "HEAD", "OPTIONS")), target[:60_000], headers, b""
        )
    body = _body(random)
    if random.random() < 0.1:
        headers["content-encoding"] = random.choice(
            ("gzip", "gzip", "identity", "br", "gzip, gzip")
        )
        body = gzip.compress(body) if random.random() < 0.7 else body
    method = (
        "POST" if random.random() < 0.95 else random.choice(("PUT", "DELETE", "PATCH", "OPTIONS"))
    )
    return Request(method, path, headers, body)


def raw_bytes(random: Random) -> bytes:
    """What comes over a connection; not often a request."""
    request = any_request(random)
    length = random.choice((len(request.body), len(request.body), 0, "x", -1, 10**30))
    lines = [f"{request.method} {request.target} HTTP/1.1", "Host: localhost"]
    lines += [f"{name}: {value}" for name, value in request.headers.items()]
    lines.append(random.choice((f"Content-Length: {length}", "Transfer-Encoding: chunked", "X: y")))
    if random.random() < 0.2:
        more = (
            "Expect: 100-continue",
            "Connection: close",
            "Upgrade: websocket",
            "Content-Length: 1",
        )
        lines.append(random.choice(more))
    whole = "\r\n".join(lines).encode("latin-1", "replace") + b"\r\n\r\n" + request.body
    for _ in range(random.choice((0, 0, 1, 2))):
        place = random.randint(0, len(whole))
        junk = random.choice((b"\r\n", b"\0", b"\xff\xfe", b" ", b":", b"0\r\n\r\n", b"A" * 70_000))
        whole = random.choice((whole[:place], whole[:place] + junk + whole[place:]))
    return whole if random.random() < 0.95 else random.randbytes(random.randint(0, 64))


def any_message(random: Random) -> str | bytes:
    """A message over a WebSocket; mostly one of its protocol."""
    id = random.choice(("1", "2", "3", "é", word(random)))
    kinds = ("connection_init", "ping", "pong", "complete", "next", "error", word(random))
    message: Any = {"id": id, "type": "subscribe", "payload": _parameters(random)}
    if random.random() < 0.3:
        message = {"type": random.choice(kinds), "id": id}
    if random.random() < 0.1:
        message[random.choice(("id", "type", "payload", word(random)))] = json_value(random)
    text = json.dumps(message if random.random() < 0.95 else json_value(random))
    if random.random() < 0.05:
        text = text[: random.randint(0, len(text))]
    return text if random.random() < 0.97 else random.randbytes(random.randint(0, 9))
