"""What docs/models.md shows of local models."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from atoll.manifest import parse_manifest
from atoll.models.local import CATALOGUE, LocalModels, chat, embeddings, is_path
from atoll.models.local.catalogue import wheels_of
from atoll.models.local.chat_server import SLOTS

PAGE = (Path(__file__).parents[3] / "docs/models.md").read_text(encoding="utf-8")
CHAPTER = PAGE.partition("\n## Local models\n")[2].partition("\n## ")[0]
WORDS = " ".join(CHAPTER.split())
BLOCKS = [json.loads(text) for text in re.findall(r"```json\n(.*?)```", CHAPTER, re.DOTALL)]


def test_its_manifests_name_local_models() -> None:
    manifests = [block for block in BLOCKS if "models" in block]
    assert len(manifests) == 2
    for block in manifests:
        manifest = parse_manifest(json.dumps(block), path=Path("modus.json"))
        assert not manifest.warnings
        for model in manifest.models.values():
            assert manifest.is_local(model)
            assert is_path(model.source_model) or model.source_model in CATALOGUE


async def test_the_nearest_label_is_the_one_shown(embedding_weights: str) -> None:
    request, shown = (block for block in BLOCKS if "models" not in block)
    answer = await LocalModels().invoke(embedding_weights, "m", json.dumps(request).encode())
    assert _near(json.loads(answer), shown)


def _near(value: Any, shown: Any) -> bool:
    if isinstance(shown, float):
        return bool(value == pytest.approx(shown, abs=0.02))
    if isinstance(shown, dict):
        return value.keys() == shown.keys() and all(_near(value[key], shown[key]) for key in shown)
    if isinstance(shown, list):
        return len(value) == len(shown) and all(map(_near, value, shown))
    return bool(value == shown)


def test_it_lists_every_source() -> None:
    for model in CATALOGUE.values():
        assert f"| `{model.name}` |" in CHAPTER
        for wheel in [wheel for files in model.sources for wheel in wheels_of(files)]:
            assert f"`{wheel.package}` {wheel.version}" in WORDS


def test_its_numbers_are_true() -> None:
    assert f"When {chat.WAITING} wait for a chat model, or {embeddings.WAITING} for" in WORDS
    assert SLOTS == 4
    assert "answers four requests at a time" in WORDS
    assert f"cosines divided by {embeddings.TEMPERATURE}" in WORDS
    for code in ("MODEL_BUSY", "MODEL_CONTEXT_OVERFLOW", "LOCAL_MODEL_TOO_LARGE"):
        assert f"`{code}`" in PAGE.partition("\n## Errors\n")[2]
