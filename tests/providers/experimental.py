"""The experimental interfaces of hosted models: ``instances`` in, ``predictions`` out.

From the reference, section 4.7. They are told apart by what they are asked to answer.
"""

from __future__ import annotations

from atoll_providers.openai_chat import failure
from atoll_providers.openai_embeddings import vector
from atoll_providers.replies import JSON, Predictions, Vectors

__all__ = ["failure", "label", "whole"]


def whole(reply: Predictions | Vectors, request: JSON) -> JSON:
    instances = request.get("instances") or []
    if isinstance(reply, Vectors):
        vectors = reply.vectors or [vector(each, reply.dimensions) for each in instances]
        return {"predictions": vectors, **reply.extra}
    predictions = list(reply.predictions) or [label("good", good=0.75, bad=0.25)] * len(instances)
    return {"predictions": predictions, **reply.extra}


def label(chosen: str, **probabilities: float) -> JSON:
    """One prediction of a classifier."""
    return {
        "label": chosen,
        "confidence": probabilities[chosen],
        "probabilities": [
            {"label": name, "probability": value} for name, value in probabilities.items()
        ],
    }
