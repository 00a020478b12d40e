"""HTTP requests: any content, any headers, any bytes."""

from __future__ import annotations

import json
from collections.abc import Callable
from random import Random
from types import ModuleType
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

SETTINGS = settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))


@SETTINGS
@given(random=st.randoms(use_true_random=False))
def test_any_request_gets_an_answer(target: Any, traffic: ModuleType, random: Random) -> None:
    status, headers, body = target.send(*traffic.any_request(random))
    assert 200 <= status < 500, body
    if "json" in headers.get("content-type", "") and not headers.get("content-encoding") and body:
        json.loads(body)
    target.assert_well()


@SETTINGS
@given(
    body=st.binary() | st.recursive(st.none() | st.text(), st.lists).map(json.dumps).map(str.encode)
)
def test_any_body_gets_an_answer(target: Any, body: bytes) -> None:
    status, _, answer = target.send("POST", "/graphql", {"content-type": "application/json"}, body)
    assert status == 400, answer
    assert json.loads(answer)["errors"]
    target.assert_well()


@SETTINGS
@given(random=st.randoms(use_true_random=False))
def test_any_bytes_leave_the_server_well(
    target: Any,
    traffic: ModuleType,
    exchange: Callable[[int, bytes], bytes],
    random: Random,
) -> None:
    answer = exchange(target.served.port, traffic.raw_bytes(random))
    first = answer.partition(b"\r\n")[0]
    assert not answer or first.startswith(b"HTTP/1.1 "), answer
    assert not first.startswith(b"HTTP/1.1 5"), answer
    target.assert_well()
