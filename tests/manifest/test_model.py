from __future__ import annotations

import hashlib
import json
from collections.abc import Callable

import pytest

from atoll.manifest import Manifest, Model, replacement_lines
from atoll.manifest.model_settings import ModelSettings

Read = Callable[..., Manifest]


def test_the_hash_covers_all_fields_in_the_original_order() -> None:
    model = Model("writer", "openai", "gpt-4o", "chat", "")
    expected = hashlib.sha256(b"writer|gpt-4o||openai|chat").hexdigest()
    assert model.hash == expected
    hosted = Model("m", "hypermode", "meta/llama", "", "hugging-face")
    assert hosted.hash == hashlib.sha256(b"m|meta/llama|hugging-face|hypermode|").hexdigest()


def test_a_fallback_is_compared_by_what_tells_of_its_interface(read: Read) -> None:
    manifest = read(
        {
            "models": {
                "a": {"connection": "whole", "fallback": "b"},
                "b": {"connection": "base", "path": "v1/messages", "fallback": "c"},
                "c": {"connection": "local", "sourceModel": "x"},
            },
            "connections": {
                "whole": {"type": "http", "endpoint": "https://a/v1/messages?x=1"},
                "base": {"type": "http", "baseUrl": "https://b/"},
            },
        }
    )
    assert manifest.warnings == ()


def test_a_hypermode_model_loads_with_a_warning_that_helps(read: Read) -> None:
    entry = {"sourceModel": 'meta/"llama"', "provider": "hugging-face", "connection": "hypermode"}
    manifest = read({"models": {"text": entry}})
    model = manifest.models["text"]
    assert model.is_hypermode
    assert (model.source_model, model.provider, model.path) == (
        'meta/"llama"',
        "hugging-face",
        "",
    )
    (warning,) = manifest.warnings
    assert warning.code == "HYPERMODE_MODEL"
    assert warning.hint is not None
    assert replacement_lines(model) in warning.hint


def test_the_replacement_lines_make_a_manifest_without_problems(read: Read) -> None:
    lines = replacement_lines(Model("text", "hypermode", "meta/llama", "", "hugging-face"))
    assert len(lines.splitlines()) == 2
    manifest = read("{" + lines.replace("\n", ",") + "}", strict=True)
    assert manifest.models["text"].source_model == "meta/llama"
    assert manifest.models["text"].connection in manifest.connections


@pytest.mark.parametrize(
    ("model", "path"),
    [
        (Model("text", "hypermode", "meta/llama"), "chat/completions"),
        (Model("minilm", "hypermode", "sentence-transformers/all-MiniLM-L6-v2"), "embeddings"),
        (Model("vectors", "hypermode", "nomic-ai/nomic-embed-text-v1.5"), "embeddings"),
        (Model("embedder", "hypermode", "x/y"), "embeddings"),
        (
            Model("m", "hypermode", "x", settings=ModelSettings(interface="embeddings")),
            "embeddings",
        ),
        (
            Model("embed", "hypermode", "x", settings=ModelSettings(interface="openai")),
            "chat/completions",
        ),
    ],
)
def test_the_replacement_of_an_embedding_model_makes_embeddings(model: Model, path: str) -> None:
    assert f'"path": "{path}"' in replacement_lines(model)


@pytest.mark.parametrize(
    ("entry", "codes"),
    [
        ({"sourceModel": "x", "provider": "hugging-face"}, ["HYPERMODE_MODEL"]),
        ({"provider": "hugging-face"}, ["HYPERMODE_MODEL", "MISSING_KEY"]),
        ({"sourceModel": "x"}, ["HYPERMODE_MODEL", "MISSING_KEY"]),
        ({"sourceModel": "x", "provider": "other"}, ["HYPERMODE_MODEL", "INVALID_VALUE"]),
        (
            {"sourceModel": "x", "provider": "hugging-face", "path": "p"},
            ["HYPERMODE_MODEL", "UNKNOWN_KEY"],
        ),
    ],
)
def test_what_a_hypermode_model_needs(read: Read, entry: dict[str, str], codes: list[str]) -> None:
    manifest = read({"models": {"m": {**entry, "connection": "hypermode"}}})
    assert sorted(problem.code for problem in manifest.warnings) == codes


def test_external_models(read: Read) -> None:
    entry = {"connection": "c", "path": "v1/chat", "sourceModel": "s"}
    connection = {"type": "http", "baseUrl": "https://a/"}
    manifest = read(json.dumps({"models": {"m": entry}, "connections": {"c": connection}}))
    assert manifest.models["m"] == Model("m", "c", "s", "v1/chat")
    assert manifest.warnings == ()
