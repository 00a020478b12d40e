"""Classification by an ONNX model of the user's."""

from __future__ import annotations

import math
from collections.abc import AsyncGenerator
from typing import Any

import msgspec

from atoll.models.errors import ModelError
from atoll.models.local.embeddings import AT_ONCE, MAX_TEXTS, WAITING
from atoll.models.local.onnx import TextModel
from atoll.models.local.prediction import prediction, softmax
from atoll.models.local.request import read_request, read_texts
from atoll.models.local.source import unusable
from atoll.models.local.turns import Turns


class ClassificationModel:
    """A local classifier as one app uses it."""

    def __init__(self, model: TextModel) -> None:
        self._name = model.source.name
        self._labels = model.source.labels
        self._model = model
        self._turns = Turns(self._name, at_once=AT_ONCE, waiting=WAITING)

    async def warm(self) -> None:
        await self._model.load()

    async def invoke(self, reported: str, body: bytes) -> str:
        """Label the request's ``instances``, a list of strings.

        Raises:
            ModelError: the request is refused, or the model failed.
        """
        texts = read_texts(self._name, read_request(self._name, body), "instances", MAX_TEXTS)
        async with self._turns.take():
            found = await self._model.outputs(texts, self._prediction)
        predictions = [each for each, _ in found]
        return msgspec.json.encode({"predictions": predictions}).decode()

    async def stream(self, reported: str, body: bytes) -> AsyncGenerator[str]:
        """The whole answer in one chunk; predictions do not come in parts."""
        yield await self.invoke(reported, body)

    def _prediction(self, output: Any) -> dict[str, Any]:
        labels = self._labels
        if output.ndim != 1 or len(output) not in (len(labels), 1):
            raise unusable(
                self._name, f"has {len(labels)} labels but outputs of the shape {output.shape}"
            )
        scores = [float(score) for score in output]
        if not all(map(math.isfinite, scores)):
            raise ModelError(
                "LOCAL_MODEL_FAILED",
                f"local model [{self._name}] gave no probabilities for a text",
                "another text may do; its files may be damaged",
            )
        if len(labels) == 2 and len(scores) == 1:  # the score of the second label alone
            scores = [0.0, *scores]
        elif len(labels) != len(scores):
            raise unusable(self._name, f"has {len(labels)} labels but one output")
        if _are_probabilities(scores):
            return prediction(labels, scores)
        return prediction(labels, softmax(scores))


def _are_probabilities(scores: list[float]) -> bool:
    """Whether the model ends in a softmax of its own."""
    return all(0 <= score <= 1 for score in scores) and math.isclose(sum(scores), 1, abs_tol=1e-3)
