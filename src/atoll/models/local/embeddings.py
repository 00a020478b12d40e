"""Embeddings by a local model, in the OpenAI form; and labels, by the nearest."""

from __future__ import annotations

import asyncio
import base64
import struct
from collections.abc import AsyncGenerator
from typing import Any

import msgspec

from atoll.models.errors import ModelError
from atoll.models.local.onnx import TextModel
from atoll.models.local.prediction import prediction, softmax
from atoll.models.local.request import bad_request, read_request, read_texts
from atoll.models.local.source import beside, read_json, unusable
from atoll.models.local.turns import Turns

MAX_TEXTS = 2048
"""In one request, as OpenAI has it."""
MAX_LABELS = 256

WAITING = 256
"""Requests that may wait; a sentence takes some 5 to 10 ms."""
AT_ONCE = 32
"""Requests whose texts may be computed together."""

TEMPERATURE = 0.05
"""Of probabilities by similarity: cosines of sentences lie close to each other, and a difference of
0.05 is one that tells. Labels that differ by so much are e times as probable."""


class EmbeddingModel:
    """A local embedding model as one app uses it."""

    def __init__(self, model: TextModel) -> None:
        self._name = model.source.name
        self._model = model
        self._turns = Turns(self._name, at_once=AT_ONCE, waiting=WAITING)

    async def warm(self) -> None:
        await self._model.load()

    async def invoke(self, reported: str, body: bytes) -> str:
        """Embed the request's ``input``, a string or a list of strings.

        The experimental interfaces' ``instances`` are embedded too, or, with ``labels``, each gets
        the label whose text is nearest.

        Raises:
            ModelError: the request is refused, or the model failed.
        """
        request = read_request(self._name, body)
        if "input" not in request and "instances" in request:
            return await self._predict(request)
        texts, as_base64 = self._read(request)
        vectors, tokens = await self._encode(texts)
        if request.get("dimensions") not in (None, size := len(vectors[0]) // 4):
            raise bad_request(self._name, f'"dimensions" must be {size}, or left out')
        return await asyncio.to_thread(_answer, reported, vectors, tokens, as_base64)

    async def stream(self, reported: str, body: bytes) -> AsyncGenerator[str]:
        """The whole answer in one chunk; embeddings do not come in parts."""
        yield await self.invoke(reported, body)

    async def _predict(self, request: dict[str, Any]) -> str:
        texts = read_texts(self._name, request, "instances", MAX_TEXTS)
        labels: list[str] = []
        if request.get("labels") is not None:
            labels = read_texts(self._name, request, "labels", MAX_LABELS)
        if len(set(labels)) < len(labels):
            raise bad_request(self._name, '"labels" must differ from each other')
        vectors, _ = await self._encode([*labels, *texts])
        return await asyncio.to_thread(_predictions, labels, vectors)

    async def _encode(self, texts: list[str]) -> tuple[list[bytes], int]:
        """Unit vectors as little-endian float32, and the number of tokens in all texts."""
        async with self._turns.take():
            found = await self._model.outputs(texts, self._unit)
        return [vector for vector, _ in found], sum(tokens for _, tokens in found)

    def _unit(self, output: Any) -> bytes:
        """Of what a model gives for one text: a vector, or one for each token."""
        if output.ndim == 2:
            output = output[0] if self._takes_first() else output.mean(axis=0)
        if output.ndim != 1:
            raise unusable(self._name, "does not give a vector for a text, or one for each token")
        length = float((output * output).sum()) ** 0.5
        if not 0 < length < float("inf"):
            raise ModelError(
                "LOCAL_MODEL_FAILED",
                f"local model [{self._name}] gave no vector for a text: zeros, or no numbers",
                "another text may do; its files may be damaged",
            )
        unit: bytes = (output / length).astype("<f4").tobytes()
        return unit

    def _takes_first(self) -> bool:
        """Whether the first token's vector is the text's; else it is the mean of all."""
        if self._first is None:
            file = beside(self._model.source.weights, "1_Pooling/config.json")
            settings = read_json(self._name, file) if file else None
            first = settings.get("pooling_mode_cls_token") if isinstance(settings, dict) else False
            self._first = first is True
        return self._first

    _first: bool | None = None

    def _read(self, request: dict[str, Any]) -> tuple[list[str], bool]:
        if isinstance(request.get("input"), str):
            request = {**request, "input": [request["input"]]}
        texts = read_texts(
            self._name, request, "input", MAX_TEXTS, expected="a string or a list of strings"
        )
        encoding = request.get("encoding_format") or "float"
        if encoding not in ("float", "base64"):
            raise bad_request(self._name, '"encoding_format" must be "float" or "base64"')
        return texts, encoding == "base64"


def _answer(reported: str, vectors: list[bytes], tokens: int, as_base64: bool) -> str:
    data = [
        {
            "object": "embedding",
            "index": index,
            "embedding": base64.b64encode(vector).decode() if as_base64 else _numbers(vector),
        }
        for index, vector in enumerate(vectors)
    ]
    usage = {"prompt_tokens": tokens, "total_tokens": tokens}
    answer = {"object": "list", "model": reported, "data": data, "usage": usage}
    return msgspec.json.encode(answer).decode()


def _predictions(labels: list[str], vectors: list[bytes]) -> str:
    """Vectors, or with labels, whose vectors come first, a prediction for each of the others."""
    numbers = [_numbers(vector) for vector in vectors]
    of_labels, of_texts = numbers[: len(labels)], numbers[len(labels) :]
    answers: list[Any] = of_texts
    if labels:
        answers = [
            prediction(labels, softmax([_dot(text, label) for label in of_labels], TEMPERATURE))
            for text in of_texts
        ]
    return msgspec.json.encode({"predictions": answers}).decode()


def _numbers(vector: bytes) -> list[float]:
    return list(struct.unpack(f"<{len(vector) // 4}f", vector))


def _dot(a: list[float], b: list[float]) -> float:
    return sum(x * y for x, y in zip(a, b, strict=True))
