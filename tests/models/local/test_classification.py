"""Classifiers of the user's own, and labels by the nearest embedding."""

from __future__ import annotations

import asyncio
import json
import math
import shutil
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy
import pytest

from atoll.connections import HttpClient
from atoll.manifest import parse_manifest
from atoll.models import ModelError, Models
from atoll.models.local import LocalModels
from atoll.secrets import Secrets


async def classify(models: LocalModels, name: str, **request: object) -> list[dict[str, Any]]:
    answer = json.loads(await models.invoke(name, "mood", json.dumps(request).encode()))
    assert list(answer) == ["predictions"]
    found: list[dict[str, Any]] = answer["predictions"]
    for each in found:
        told = [item["probability"] for item in each["probabilities"]]
        assert math.isclose(sum(told), 1, abs_tol=1e-5)
        assert each["confidence"] == max(told)
        (best,) = [
            item["label"] for item in each["probabilities"] if item["probability"] == max(told)
        ]
        assert best == each["label"]
    return found


async def test_labels_what_it_has_not_seen(classifier: Path, training: ModuleType) -> None:
    texts, expected = zip(*training.HELD_OUT, strict=True)
    found = await classify(LocalModels(app=classifier), "./mood", instances=texts)
    assert [each["label"] for each in found] == list(expected)
    assert [item["label"] for item in found[0]["probabilities"]] == list(training.LABELS)


async def test_answers_through_a_manifest(classifier: Path) -> None:
    manifest = parse_manifest(
        '{"models": {"mood": {"sourceModel": "mood/model.onnx", "connection": "local"}}}',
        path=classifier / "modus.json",
    )
    secrets = Secrets({})
    local = LocalModels(app=classifier)
    models = Models(
        manifest, secrets, HttpClient(secrets), dev=True, max_bytes=1 << 20, local=local
    )
    answer = json.loads(await models.invoke("mood", '{"instances": ["the best coffee"]}'))
    assert answer["predictions"][0]["label"] == "praise"
    (chunk,) = [
        chunk async for chunk in models.stream("mood", '{"instances": ["the best coffee"]}')
    ]
    assert json.loads(chunk) == answer


@pytest.mark.parametrize("place", ["mood", "mood/model.onnx"])
async def test_is_found_by_an_absolute_path_too(classifier: Path, place: str) -> None:
    found = await classify(LocalModels(), str(classifier / place), instances=["how much is it"])
    assert found[0]["label"] == "question"


async def test_labels_in_a_file_of_their_own(classifier: Path, tmp_path: Path) -> None:
    shutil.copytree(classifier / "mood", tmp_path / "mood")
    (tmp_path / "mood/labels.json").write_text('["good", "bad", "unsure"]')
    found = await classify(LocalModels(app=tmp_path), "./mood", instances=["how much is it"])
    assert found[0]["label"] == "unsure"


async def test_the_layout_of_the_usual_exporters(classifier: Path, tmp_path: Path) -> None:
    folder = tmp_path / "mood"
    shutil.copytree(classifier / "mood", folder)
    (folder / "onnx").mkdir()
    (folder / "model.onnx").rename(folder / "onnx/model.onnx")
    found = await classify(LocalModels(app=tmp_path), "./mood", instances=["how much is it"])
    assert found[0]["label"] == "question"


async def test_inputs_of_32_bits(training: ModuleType, tmp_path: Path) -> None:
    training.train(tmp_path / "mood", kind=numpy.int32)
    found = await classify(LocalModels(app=tmp_path), "./mood", instances=["how much is it"])
    assert found[0]["label"] == "question"


async def test_a_model_that_depends_on_neighbours_sees_texts_one_by_one(
    training: ModuleType, tmp_path: Path
) -> None:
    training.train(tmp_path / "mood", quantized=True)
    models = LocalModels(app=tmp_path)
    texts = ["the best coffee", "how much is", "rude loud bad", "great great great"]
    together = await classify(models, "./mood", instances=texts)
    alone = [(await classify(models, "./mood", instances=[text]))[0] for text in texts]
    assert together == alone


async def test_requests_at_the_same_time_get_their_own_answers(
    classifier: Path, training: ModuleType
) -> None:
    models = LocalModels(app=classifier)
    asked = [training.TRAINING[number % len(training.TRAINING)] for number in range(250)]
    found = await asyncio.gather(*(classify(models, "./mood", instances=[t]) for t, _ in asked))
    assert [each[0]["label"] for each in found] == [label for _, label in asked]


@pytest.mark.parametrize(
    "request_fields",
    [
        {},
        {"instances": "text"},
        {"instances": []},
        {"instances": [5]},
        {"instances": [None]},
        {"instances": ["a"] * 2049},
    ],
)
async def test_bad_requests_are_errors_that_say_why(
    classifier: Path, request_fields: dict[str, object]
) -> None:
    with pytest.raises(ModelError) as caught:
        await classify(LocalModels(app=classifier), "./mood", **request_fields)
    assert caught.value.code == "MODEL_INPUT_INVALID"
    assert '"instances"' in caught.value.message


@pytest.mark.parametrize(
    "text", ["", " ", "\0", "\ud83d", "😀", "x" * 1_000_000, "word " * 100_000]
)
async def test_takes_any_text(classifier: Path, text: str) -> None:
    (found,) = await classify(LocalModels(app=classifier), "./mood", instances=[text])
    assert found["label"]


async def damaged(app: Path, name: str = "./mood") -> ModelError:
    with pytest.raises(ModelError) as caught:
        await LocalModels(app=app).invoke(name, "mood", b'{"instances": ["a"]}')
    assert str(app) not in caught.value.message + (caught.value.hint or "")
    assert caught.value.hint
    return caught.value


@pytest.fixture
def copy(classifier: Path, tmp_path: Path) -> Path:
    shutil.copytree(classifier / "mood", tmp_path / "mood")
    return tmp_path


async def test_a_model_without_its_tokenizer(copy: Path) -> None:
    (copy / "mood/tokenizer.json").unlink()
    error = await damaged(copy)
    assert error.code == "LOCAL_MODEL_UNUSABLE"
    assert "tokenizer.json" in error.message


@pytest.mark.parametrize("file", ["model.onnx", "tokenizer.json"])
async def test_damaged_files(copy: Path, file: str) -> None:
    (copy / "mood" / file).write_bytes(b"damaged")
    assert (await damaged(copy)).code == "LOCAL_MODEL_FAILED"


async def test_a_tokenizer_of_another_model(copy: Path) -> None:
    file = copy / "mood/tokenizer.json"
    tokenizer = json.loads(file.read_text())
    tokenizer["model"]["vocab"]["a"] = 1_000_000
    file.write_text(json.dumps(tokenizer))
    error = await damaged(copy)
    assert error.code == "LOCAL_MODEL_FAILED"
    assert "tokenizer.json" in (error.hint or "")


@pytest.mark.parametrize("labels", ["{}", "[]", "[1]", "nonsense", '["only", "two"]'])
async def test_labels_that_cannot_be_its_own(copy: Path, labels: str) -> None:
    (copy / "mood/labels.json").write_text(labels)
    error = await damaged(copy)
    assert error.code == "LOCAL_MODEL_UNUSABLE"
    assert "label" in error.message


async def test_labels_that_do_not_count_up(copy: Path) -> None:
    (copy / "mood/config.json").write_text('{"id2label": {"1": "a", "2": "b"}}')
    assert "id2label" in (await damaged(copy)).message


async def test_a_file_that_was_replaced_is_loaded_anew(copy: Path, training: ModuleType) -> None:
    first = await classify(LocalModels(app=copy), "./mood", instances=["how much is it"])
    training.train(copy / "mood", quantized=True)
    second = await classify(LocalModels(app=copy), "./mood", instances=["how much is it"])
    assert first[0]["label"] == second[0]["label"]
    assert first != second


# Without a model of its own: the nearest label.

NEAREST = "all-minilm-l6-v2"


async def test_the_nearest_label_by_embedding(embedding_weights: str) -> None:
    found = await classify(
        LocalModels(),
        NEAREST,
        instances=["The striker scored twice in the final", "Shares fell after the bank's report"],
        labels=["sports", "finance", "cooking"],
    )
    assert [each["label"] for each in found] == ["sports", "finance"]
    assert [item["label"] for item in found[0]["probabilities"]] == ["sports", "finance", "cooking"]


async def test_probabilities_are_a_softmax_over_cosines(embedding_weights: str) -> None:
    models = LocalModels()
    texts = ["The striker scored twice", "sports", "finance"]
    body = json.dumps({"instances": texts}).encode()
    vectors = json.loads(await models.invoke(NEAREST, "e", body))["predictions"]
    text, *labels = (numpy.array(vector) for vector in vectors)
    powers = numpy.exp(numpy.array([text @ label for label in labels]) / 0.05)
    (found,) = await classify(models, NEAREST, instances=texts[:1], labels=texts[1:])
    told = [item["probability"] for item in found["probabilities"]]
    assert told == pytest.approx(list(powers / powers.sum()), rel=1e-4)


@pytest.mark.parametrize("labels", ["sports", [], ["a", "a"], [1], ["x"] * 257])
async def test_labels_must_be_some_that_differ(embedding_weights: str, labels: object) -> None:
    with pytest.raises(ModelError) as caught:
        await classify(LocalModels(), NEAREST, instances=["a"], labels=labels)
    assert caught.value.code == "MODEL_INPUT_INVALID"
    assert '"labels"' in caught.value.message
