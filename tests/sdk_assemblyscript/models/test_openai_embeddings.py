"""Embeddings: contents of every type, and vectors."""

from __future__ import annotations

import json


async def test_vectors_of_texts(app, provider):
    data = [
        {"object": "embedding", "embedding": [0.5, -1e-3 * i], "index": i, "new": ["]"]}
        for i in range(2)
    ]
    usage = {"prompt_tokens": 3, "total_tokens": 4}
    provider.answers = [json.dumps({"object": "list", "data": data, "model": "m", "usage": usage})]
    assert await app.call("embed") == [0.5, -0.001]
    assert provider.requests == [
        {"model": "big/model", "input": ["a", "b"], "dimensions": 2, "user": "me"}
    ]


async def test_inputs_made_by_hand(app, provider):
    await app.call("embedTyped")
    assert provider.requests == [{"model": "x", "input": "y", "encoding_format": "base64"}]


async def test_contents_of_every_type(app, provider):
    await app.call("embedEach")
    tokens = [-128, 255, -32768, 65535, -(2**31), 2**32 - 1, -(2**63), 2**64 - 1]
    contents = ['a "✨"', [""]]
    for token in tokens:
        contents += [[token, 1], [[token], []]]
    assert provider.requests == [{"model": "big/model", "input": each} for each in contents]
