"""The experimental interfaces of hosted models, in their own form: instances in, predictions out.

    from atoll.sdk.models import experimental

    [result] = experimental.classifier("sentiment").classify(["What a day!"])
    vectors = experimental.embedder("minilm").embed(["one", "two"])

``Model.classify`` and ``Model.embed`` do the same over models of any interface.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from atoll.sdk.models.raw import RawModel
from atoll.sdk.models.response import (
    checked,
    number,
    numbers,
    objects,
    optional_text,
    reading,
    rest,
    text,
    unreadable,
)

_LABELS = "a list of predictions with labels"
_VECTORS = "a list of vectors"


@dataclass(frozen=True, slots=True)
class ClassifierLabel:
    label: str
    probability: float
    """From 0 to 1."""


@dataclass(frozen=True, slots=True)
class ClassifierResult:
    """What one text was found to be."""

    label: str
    confidence: float
    """From 0 to 1."""
    probabilities: Sequence[ClassifierLabel] = ()
    extra: Mapping[str, Any] = field(default_factory=dict)


class ClassificationModel(RawModel):
    """A model of the interface "classification"."""

    def classify(self, instances: Sequence[str]) -> list[ClassifierResult]:
        """One result for each text, in their order."""
        answer = self.model.invoke({"instances": list(instances)})
        return parse_classification(answer, len(instances))

    async def classify_async(self, instances: Sequence[str]) -> list[ClassifierResult]:
        answer = await self.model.invoke_async({"instances": list(instances)})
        return parse_classification(answer, len(instances))


class EmbeddingsModel(RawModel):
    """A model of the interface "embeddings"."""

    def embed(self, instances: Sequence[str]) -> list[list[float]]:
        """One vector for each text, in their order."""
        answer = self.model.invoke({"instances": list(instances)})
        return parse_vectors(answer, len(instances))

    async def embed_async(self, instances: Sequence[str]) -> list[list[float]]:
        answer = await self.model.invoke_async({"instances": list(instances)})
        return parse_vectors(answer, len(instances))


def classifier(name: str) -> ClassificationModel:
    """The model that ``modus.json`` calls so."""
    return ClassificationModel(name)


def embedder(name: str) -> EmbeddingsModel:
    """The model that ``modus.json`` calls so."""
    return EmbeddingsModel(name)


def parse_classification(answer: Any, wanted: int) -> list[ClassifierResult]:
    """Read the predictions for so many texts. Raises ``ModelError``."""
    data = checked(answer, _LABELS)
    with reading(_LABELS):
        found = [_result(each) for each in objects(data["predictions"])]
    if len(found) != wanted:
        raise unreadable(f"{_LABELS}, one for each text")
    return found


def parse_vectors(answer: Any, wanted: int) -> list[list[float]]:
    """Read the vectors of so many texts. Raises ``ModelError``."""
    data = checked(answer, _VECTORS)
    with reading(_VECTORS):
        found = [numbers(vector) for vector in data["predictions"]]
    if len(found) != wanted:
        raise unreadable(f"{_VECTORS}, one for each text")
    return found


def _result(data: dict[str, Any]) -> ClassifierResult:
    return ClassifierResult(
        optional_text(data["label"]) or "",
        number(data.get("confidence") or 0),
        [
            ClassifierLabel(text(each["label"]), number(each["probability"]))
            for each in objects(data.get("probabilities"))
        ],
        rest(data, ("label", "confidence", "probabilities")),
    )
