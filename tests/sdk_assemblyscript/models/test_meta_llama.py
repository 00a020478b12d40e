"""Requests to Llama models, and their answers."""

from __future__ import annotations


async def test_requests_and_an_answer(app, provider):
    provider.answers = [
        '{"generation":"}] ✨","prompt_token_count":2,"generation_token_count":3,'
        '"stop_reason":"stop","images":[{}]}'
    ]
    assert await app.call("llama") == "}] ✨ 2 3 stop"
    assert provider.requests == [
        {"prompt": "p"},
        {"prompt": '"p"', "temperature": 0.1, "top_p": 0.0, "max_gen_len": 9},
    ]
