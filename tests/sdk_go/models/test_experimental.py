"""experimental: lists of texts in, lists of predictions out."""

from __future__ import annotations

import json

import pytest

NO_TEXT = "at least one text string must be provided"


async def test_labels(app, provider):
    labels = [{"label": "é", "probability": 0.1}, {"label": "b", "probability": 0.9}]
    prediction = {"label": "b", "confidence": 0.9, "probabilities": labels}
    answer = {"predictions": [prediction, {**prediction, "probabilities": None}]}
    provider.answers = [json.dumps(answer)]
    assert await app.call("classify", texts=["<é>", ""]) == answer
    assert provider.texts == ['{"instances":["<é>",""]}']


async def test_vectors(app, provider):
    provider.answers = ['{"predictions": [[0.1, -2, 1e-7], []]}']
    assert await app.call("embedExperimentally", texts=["a", "b"]) == [[0.1, -2, 1e-7], []]
    assert provider.texts == ['{"instances":["a","b"]}']


@pytest.mark.parametrize("function", ["classify", "embedExperimentally"])
@pytest.mark.parametrize("texts", [None, []])
async def test_no_text_does_not_reach_the_host(app, provider, function, texts):
    assert await app.error(function, texts=texts) == NO_TEXT
    assert provider.texts == []
