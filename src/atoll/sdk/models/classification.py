"""Which of some labels fits a text, by whatever model there is."""

from __future__ import annotations

import math
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from atoll.sdk.errors import ModelError
from atoll.sdk.models.completion import Extra
from atoll.sdk.models.embedding import embed_steps
from atoll.sdk.models.model import Model, ModelInfo, stepped, stepped_async
from atoll.sdk.models.response import checked, rest, unreadable

Labels: TypeAlias = Sequence[str] | Mapping[str, str]
"""Labels, or labels with a text on each that says what it means."""

_WHAT = "a list of predictions with labels"

_SCALE = 20.0
"""Of similarities before they become probabilities: what models of sentences are trained with."""


_MOST_AT_A_TIME = 8
"""Questions to a chat model."""


@dataclass(frozen=True, slots=True)
class Classification:
    """The label that fits a text best."""

    label: str
    confidence: float | None = None
    """From 0 to 1; None of a chat model, which does not tell."""
    probabilities: Mapping[str, float] = field(default_factory=dict)
    """Of each label. Empty of a chat model."""
    extra: Extra = field(default_factory=dict)


def _checked(labels: Labels | None) -> list[str]:
    """Raises ``ValueError`` unless there are two at least, and each is there once."""
    if labels is None:
        return []
    if isinstance(labels, str) or len(labels) < 2 or len(set(labels)) < len(labels):
        raise ValueError("labels must be two different strings or more")
    return list(labels)


Steps: TypeAlias = Generator[dict[str, Any], Any, list[Classification]]
"""Each request, for its answer."""


def classify(model: Model, text: str | Sequence[str], labels: Labels | None) -> Any:
    """See ``Model.classify``."""
    texts = [text] if isinstance(text, str) else list(text)
    steps = _steps(model.info, texts, labels)
    if steps is not None:
        found = stepped(model, steps)
    else:
        asked = (_question(each, labels or ()) for each in texts)
        found = [Classification(model.generate(prompt, as_=kind)) for prompt, kind in asked]
    return found[0] if isinstance(text, str) else found


async def classify_async(model: Model, text: str | Sequence[str], labels: Labels | None) -> Any:
    texts = [text] if isinstance(text, str) else list(text)
    steps = _steps(await model.info_async(), texts, labels)
    if steps is not None:
        found = await stepped_async(model, steps)
    else:
        found = await _asked(model, texts, labels or ())
    return found[0] if isinstance(text, str) else found


async def _asked(model: Model, texts: Sequence[str], labels: Labels) -> list[Classification]:
    import asyncio

    places = asyncio.Semaphore(_MOST_AT_A_TIME)

    async def ask(text: str) -> Classification:
        prompt, kind = _question(text, labels)
        async with places:
            return Classification(await model.generate_async(prompt, as_=kind))

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(ask(each)) for each in texts]
    return [task.result() for task in tasks]


def _steps(info: ModelInfo, texts: Sequence[str], labels: Labels | None) -> Steps | None:
    """None of a model that chats. Raises ``ValueError``."""
    names = _checked(labels)
    if info.interface == "classification":
        return _predict(texts, names)
    if not names:
        raise ValueError(f"model {info.name} has no labels of its own: say which there are")
    if info.interface in ("embeddings", "openai-embeddings"):
        return _nearest_meaning(info, texts, labels or ())
    return None


def _predict(texts: Sequence[str], labels: Sequence[str]) -> Steps:
    """Of a model that classifies."""
    request: dict[str, Any] = {"instances": list(texts)}
    if labels:
        request["labels"] = list(labels)
    data = checked((yield request), _WHAT)
    predictions = data.get("predictions")
    if not isinstance(predictions, list) or len(predictions) != len(texts):
        raise unreadable(_WHAT)
    try:
        found = [_prediction(each) for each in predictions]
    except (TypeError, KeyError, AttributeError, ValueError):
        raise unreadable(_WHAT) from None
    return [_among(labels, each) for each in found] if labels else found


def _nearest_meaning(info: ModelInfo, texts: Sequence[str], labels: Labels) -> Steps:
    """Of a model of embeddings: the label whose meaning is nearest."""
    names = list(labels)
    said = names
    if isinstance(labels, Mapping):
        said = [f"{name}: {meaning}" for name, meaning in labels.items()]
    found = yield from embed_steps(info.full_name, info.interface, [*said, *texts], {})
    vectors = [_unit(each) for each in found.vectors]
    known, given = vectors[: len(names)], vectors[len(names) :]
    return [_nearest(names, [_product(vector, each) for each in known]) for vector in given]


def _question(text: str, labels: Labels) -> tuple[str, Any]:
    """What a chat model is asked, and the type of its answer."""
    if isinstance(labels, Mapping):
        listed = "\n".join(f"- {name}: {meaning}" for name, meaning in labels.items())
    else:
        listed = "\n".join(f"- {name}" for name in labels)
    prompt = f"Classify the text by one of these labels:\n{listed}\n\nText:\n{text}"
    return prompt, Literal[tuple(labels)]


def _prediction(data: dict[str, Any]) -> Classification:
    probabilities = data.get("probabilities") or []
    confidence = data.get("confidence")
    return Classification(
        str(data["label"]),
        None if confidence is None else float(confidence),
        {str(each["label"]): float(each["probability"]) for each in probabilities},
        rest(data, ("label", "confidence", "probabilities")),
    )


def _among(labels: Sequence[str], found: Classification) -> Classification:
    """The best of the labels that were asked for, of a model that has labels of its own."""
    if found.label in labels:
        return found
    known = {name: found.probabilities[name] for name in labels if name in found.probabilities}
    if not known:
        raise ModelError(
            "LABEL_UNKNOWN",
            f"The model has none of the labels {', '.join(labels)}.",
            "Leave the labels out to get the model's own.",
        )
    best = max(known, key=lambda name: known[name])
    return Classification(best, known[best], found.probabilities, found.extra)


def _nearest(names: Sequence[str], similarities: Sequence[float]) -> Classification:
    top = max(similarities)
    weights = [math.exp((each - top) * _SCALE) for each in similarities]
    total = sum(weights)
    probabilities = {name: each / total for name, each in zip(names, weights, strict=True)}
    label = max(names, key=lambda name: probabilities[name])
    return Classification(label, probabilities[label], probabilities)


def _unit(vector: Sequence[float]) -> list[float]:
    length = math.sqrt(sum(each * each for each in vector)) or 1.0
    return [each / length for each in vector]


def _product(left: Sequence[float], right: Sequence[float]) -> float:
    return sum(a * b for a, b in zip(left, right, strict=True))
