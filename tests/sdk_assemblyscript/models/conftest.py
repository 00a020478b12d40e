"""The app that asks models, and a provider of models that answers it."""

from __future__ import annotations

import json
from typing import Any

import pytest


class Provider:
    """Answers with the texts it is given, the last of them again and again."""

    def reset(self) -> None:
        self.answers: list[str | None] = ["{}"]
        self.texts: list[str] = []

    @property
    def requests(self) -> list[dict[str, Any]]:
        return [json.loads(text) for text in self.texts]

    def info(self, name: str) -> dict[str, str] | None:
        return None if name == "none" else {"name": name, "fullName": "Big/Model"}

    def invoke(self, name: str, text: str) -> str | None:
        assert name == "m"
        self.texts.append(text)
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


@pytest.fixture(scope="session")
def provider() -> Provider:
    return Provider()


@pytest.fixture(autouse=True)
def fresh(provider: Provider) -> None:
    provider.reset()


@pytest.fixture(scope="session", params=[False, True], ids=["debug", "release"])
def app(run_app, provider: Provider, request) -> Any:
    host = {
        "modus_models.getModelInfo": provider.info,
        "modus_models.invokeModel": provider.invoke,
    }
    return run_app("models", release=request.param, host=host)
