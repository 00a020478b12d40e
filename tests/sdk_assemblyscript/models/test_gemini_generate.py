"""Requests to models of Gemini, and their answers."""

from __future__ import annotations

import json


async def test_a_plain_request(app, provider):
    await app.call("geminiPlain")
    assert provider.requests == [
        {
            "contents": [
                {"role": "user", "parts": [{"text": "hi"}]},
                {"role": "model", "parts": [{"text": "yes"}]},
            ],
            "generationConfig": None,
        }
    ]


async def test_every_option(app, provider):
    await app.call("geminiFull")
    full, default = provider.requests
    assert full == {
        "contents": [
            {"role": "user", "parts": [{"text": "p"}, {"text": '"}'}]},
            {"role": "model", "parts": [{"text": "p"}]},
            {"role": "function", "parts": []},
        ],
        "systemInstruction": {"role": "system", "parts": [{"text": "sys"}]},
        "generationConfig": {
            "candidateCount": 2,
            "stopSequences": ["s"],
            "maxOutputTokens": 9,
            "temperature": 0,
            "topP": 0.5,
            "topK": 4,
            "responseMimeType": "application/json",
            "responseSchema": {"type": "object"},
        },
        "safetySettings": [
            {"category": "HARM_CATEGORY_HARASSMENT", "threshold": "BLOCK_NONE"},
            {
                "category": "HARM_CATEGORY_UNSPECIFIED",
                "threshold": "HARM_BLOCK_THRESHOLD_UNSPECIFIED",
            },
        ],
        "cachedContent": "c",
    }
    assert default == {"contents": [], "generationConfig": {}}


async def test_an_answer(app, provider):
    rating = {"category": "HARM_CATEGORY_HARASSMENT", "probability": "LOW"}
    candidate = {
        "index": 1,
        "content": {"role": "model", "parts": [{"text": "a}", "thought": True}, {"text": "b"}]},
        "finishReason": "STOP",
        "safetyRatings": [rating, {}],
        "citationMetadata": {
            "citationSources": [
                {"startIndex": 1, "endIndex": 2, "uri": "u", "license": "MIT"},
                {"endIndex": 2**40},
            ]
        },
        "groundingMetadata": {"chunks": [["]"]]},
    }
    usage = {
        "promptTokenCount": 1, "candidatesTokenCount": 2, "totalTokenCount": 3,
        "cachedContentTokenCount": 4,
    }  # fmt: skip
    provider.answers = [
        json.dumps(
            {
                "candidates": [candidate, {}],
                "promptFeedback": {"blockReason": "SAFETY", "safetyRatings": [rating]},
                "usageMetadata": usage,
            }
        )
    ]
    unspecified = "HARM_CATEGORY_UNSPECIFIEDHARM_PROBABILITY_UNSPECIFIED"
    assert await app.call("geminiAnswer") == (
        f"1 2 3 4|SAFETYHARM_CATEGORY_HARASSMENTLOW|1|modela}}b|STOP|HARM_CATEGORY_HARASSMENTLOW"
        f"+{unspecified}|1 2 u MIT+0 {2**40}  -|0|-|-|-|-"
    )
    provider.answers = ["{}"]
    assert await app.call("geminiAnswer") == "0 0 0 0|-"


async def test_words(app):
    assert await app.call("geminiWords") == [
        "HARM_CATEGORY_UNSPECIFIED", "HARM_CATEGORY_HATE_SPEECH",
        "HARM_CATEGORY_SEXUALLY_EXPLICIT", "HARM_CATEGORY_HARASSMENT",
        "HARM_CATEGORY_DANGEROUS_CONTENT", "HARM_BLOCK_THRESHOLD_UNSPECIFIED",
        "BLOCK_LOW_AND_ABOVE", "BLOCK_MEDIUM_AND_ABOVE", "BLOCK_ONLY_HIGH", "BLOCK_NONE",
        "FINISH_REASON_UNSPECIFIED", "STOP", "MAX_TOKENS", "SAFETY", "RECITATION", "LANGUAGE",
        "OTHER", "HARM_PROBABILITY_UNSPECIFIED", "NEGLIGIBLE", "LOW", "MEDIUM", "HIGH",
        "BLOCKED_REASON_UNSPECIFIED", "SAFETY", "OTHER",
    ]  # fmt: skip
