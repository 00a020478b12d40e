from __future__ import annotations

import asyncio
import gzip
import json
import tracemalloc
import zlib
from typing import Any

import aiohttp
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from atoll.manifest import GraphQLSettings
from atoll.server.compression import MIN_BODY, is_gzip, pack, takes_gzip, unpack
from atoll.server.request import Refusal

JSON = {"Content-Type": "application/json"}
GZIP = {**JSON, "Content-Encoding": "gzip"}
LIMIT = 1 << 20


@settings(deadline=None)
@given(st.binary(max_size=3000), st.integers(1, 40))
def test_what_is_packed_is_unpacked(body: bytes, times: int) -> None:
    body *= times

    assert gzip.decompress(pack(body)) == body
    assert unpack(gzip.compress(body), LIMIT) == body


@settings(deadline=None)
@given(st.binary(min_size=1, max_size=3000))
def test_the_limit_is_one_of_unpacked_bytes(body: bytes) -> None:
    assert unpack(gzip.compress(body), len(body)) == body
    with pytest.raises(Refusal) as refused:
        unpack(gzip.compress(body), len(body) - 1)
    assert refused.value.status == 413


def test_a_small_body_that_stands_for_a_huge_one_is_not_unpacked_beyond_the_limit() -> None:
    bomb = gzip.compress(bytes(200 << 20), compresslevel=9)
    assert len(bomb) < 300_000

    tracemalloc.start()
    try:
        with pytest.raises(Refusal) as refused:
            unpack(bomb, LIMIT)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert refused.value.status == 413
    assert most < 4 * LIMIT


WHOLE = gzip.compress(b'{"query":"{sayHello}"}')


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        WHOLE[:-1],
        WHOLE[:10],
        WHOLE + b"x",
        WHOLE + WHOLE,
        WHOLE[:-5] + b"\0\0\0\0" + WHOLE[-1:],
        zlib.compress(b"{}"),
    ],
)
def test_what_is_not_one_whole_stream_is_refused(body: bytes) -> None:
    with pytest.raises(Refusal, match="not one whole gzip stream") as refused:
        unpack(body, LIMIT)
    assert refused.value.status == 400


@given(st.binary(max_size=200), st.integers(0, len(WHOLE)))
def test_any_bytes_are_refused_or_read(junk: bytes, kept: int) -> None:
    try:
        assert len(unpack(WHOLE[:kept] + junk, LIMIT)) <= LIMIT
    except Refusal as refused:
        assert refused.status in (400, 413)  # noqa: PT017 - either may be


@pytest.mark.parametrize(
    ("content_encoding", "expected"),
    [
        (None, False),
        ("", False),
        ("identity", False),
        ("gzip", True),
        ("x-GZip", True),
        (" identity , gzip,", True),
    ],
)
def test_content_encodings(content_encoding: str | None, expected: bool) -> None:
    assert is_gzip(content_encoding) is expected


@pytest.mark.parametrize("content_encoding", ["br", "deflate", "gzip, gzip", "gzip, br", "x"])
def test_other_content_encodings_are_refused(content_encoding: str) -> None:
    with pytest.raises(Refusal) as refused:
        is_gzip(content_encoding)
    assert (refused.value.status, refused.value.headers) == (415, {"accept-encoding": "gzip"})


@given(st.text() | st.lists(st.sampled_from(["gzip", "identity", ",", " "])).map("".join))
def test_any_content_encoding_is_read_or_refused(content_encoding: str) -> None:
    codings = [part.strip().lower() for part in content_encoding.split(",")]
    codings = [coding for coding in codings if coding not in ("", "identity")]
    try:
        packed = is_gzip(content_encoding)
    except Refusal:
        assert codings not in ([], ["gzip"])
    else:
        assert codings == ([] if not packed else codings[:1])


@pytest.mark.parametrize(
    ("accept_encoding", "expected"),
    [
        ("gzip", True),
        ("gzip, deflate, br", True),
        ("X-GZIP;q=0.1", True),
        ("*", True),
        ("br;q=1, *;q=0.5", True),
        ("gzip;q=0", False),
        ("gzip;q=0, *", False),
        ("*;q=0", False),
        ("identity", False),
        ("br", False),
        ("", False),
    ],
)
def test_accept_encodings(accept_encoding: str, expected: bool) -> None:
    assert takes_gzip(accept_encoding) is expected


async def ask(server: Any, text: str, **headers: str) -> tuple[Any, bytes]:
    """The response to one that comes back as long as ``text``, and its body as it was sent."""
    query = "query($n: String!) { sayHello(name: $n) }"
    async with (
        aiohttp.ClientSession(auto_decompress=False) as client,
        client.post(
            f"{server.url}/graphql",
            json={"query": query, "variables": {"n": text}},
            headers={"Accept-Encoding": "gzip", **headers},
        ) as response,
    ):
        return response, await response.read()


@pytest.mark.parametrize("length", [2_000, 40_000, 300_000])
async def test_large_answers_are_compressed(server: Any, length: int) -> None:
    response, sent = await ask(server, "x" * length)

    assert response.headers["Content-Encoding"] == "gzip"
    assert response.headers["Vary"] == "Accept-Encoding"
    assert response.headers["Content-Length"] == str(len(sent))
    assert len(sent) < length / 5
    data = json.loads(gzip.decompress(sent))["data"]
    assert data == {"sayHello": f"Hello, {'x' * length}! (version 1)"}


async def test_small_answers_are_not(server: Any) -> None:
    response, sent = await ask(server, "x")

    assert "Content-Encoding" not in response.headers
    assert len(sent) < MIN_BODY
    assert json.loads(sent)["data"]


async def test_those_who_do_not_take_it_get_none(server: Any) -> None:
    for header in ("identity", "gzip;q=0", "br"):
        response, sent = await ask(server, "x" * 2000, **{"Accept-Encoding": header})

        assert "Content-Encoding" not in response.headers
        assert json.loads(sent)["data"]


async def test_an_app_can_do_without(start: Any) -> None:
    server = await start(graphql=GraphQLSettings(compression=False))

    response, sent = await ask(server, "x" * 2000)

    assert "Content-Encoding" not in response.headers
    assert json.loads(sent)["data"]


@pytest.mark.parametrize("length", [10, 100_000])
async def test_compressed_requests(server: Any, length: int) -> None:
    query = {"query": "query($t:String!){size(text:$t)}", "variables": {"t": "x" * length}}

    status, text = await server.text(
        "POST", "/graphql", data=gzip.compress(json.dumps(query).encode()), headers=GZIP
    )

    assert (status, json.loads(text)["data"]) == (200, {"size": length})


async def test_the_limit_of_a_request_is_that_of_what_it_unpacks_to(
    start: Any, small_payloads: Any
) -> None:
    server = await start(limits=small_payloads)
    calls = [
        server.text(
            "POST", "/graphql", data=gzip.compress(bytes(size << 20), compresslevel=9), headers=GZIP
        )
        for size in (2, 100)
    ]

    for status, text in await asyncio.gather(*calls):
        assert status == 413
        assert json.loads(text)["errors"][0]["extensions"] == {"code": "PAYLOAD_TOO_LARGE"}


async def test_caches_are_told_what_an_answer_depends_on(server: Any) -> None:
    async with server.client.get(f"{server.url}/graphql?query={{sayHello}}") as response:
        assert response.headers["Vary"] == "Accept, Accept-Encoding"
