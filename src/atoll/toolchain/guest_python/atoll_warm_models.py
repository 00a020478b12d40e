"""Asks a model many times while the base is built, with canned answers.

The interpreter adapts bytecode as it runs and fills caches; done here, that is part of the image.
It halves the memory that an instance has of its own while it waits for its first answer, which is
what most instances do most of the time (1.9 to 1.1 MB).
"""

from __future__ import annotations

from atoll.sdk import models, testing

ROUNDS = 32


def run() -> None:
    with testing.host(models={"warm-up": lambda request: "some"}):
        for _ in range(ROUNDS):
            model = models.get("warm-up")
            said = (models.system("some"), models.user("text"))
            _ = model.chat(said, temperature=0.5, max_tokens=1).text
            _ = model.chat("some").text
