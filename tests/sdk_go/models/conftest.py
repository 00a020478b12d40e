"""A provider of models that answers what it is told to, and keeps what it was asked."""

from __future__ import annotations

import json
from typing import Any

import pytest

INFO, INVOKE = "modus_models.getModelInfo", "modus_models.invokeModel"


class Provider:
    """Gives its answers one after the other, the last again and again."""

    def __init__(self) -> None:
        self.answers: list[str | None] = ["{}"]
        self.texts: list[str] = []

    @property
    def requests(self) -> list[dict[str, Any]]:
        return [json.loads(text) for text in self.texts]

    def info(self, name: str) -> dict[str, str] | None:
        return {"name": name, "fullName": "Big/Model"} if name == "m" else None

    def invoke(self, name: str, text: str) -> str | None:
        assert name == "m"
        self.texts.append(text)
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


@pytest.fixture
def provider(host: Any) -> Provider:
    provider = Provider()
    host.answers = {INFO: provider.info, INVOKE: provider.invoke}
    return provider
