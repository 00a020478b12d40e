"""Models with the interface of Hypermode: labels and vectors of texts."""

from __future__ import annotations


async def test_labels(app, provider):
    provider.answers = [
        '{"predictions":[{"label":"}","confidence":0.5,"probabilities":'
        '[{"label":"p","probability":0.25},{}],"new":{"a":["]"]}},{}]}'
    ]
    assert await app.call("classify") == "2 } 0.5 p 0.25"
    assert provider.requests == [{"instances": ["a", '"']}]


async def test_vectors(app, provider):
    provider.answers = ['{"predictions":[[0.5,1],[]]}']
    assert await app.call("vectors") == [[0.5, 1.0], []]
    assert provider.requests == [{"instances": ["a", "b"]}]
