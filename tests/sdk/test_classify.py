from __future__ import annotations

import asyncio
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atoll.sdk import ModelError, models, testing

CAT, DOG = [1.0, 0.0], [0.0, 1.0]
VECTORS = {"cat": CAT, "dog": DOG, "meow": [3.0, 0.1], "woof": [0.2, 5.0]}


def embed(request: dict[str, Any]) -> Any:
    return testing.embeddings(*(VECTORS[text.partition(":")[0]] for text in request["input"]))


def predict(request: dict[str, Any]) -> Any:
    probabilities = [
        {"label": "bad", "probability": 0.7},
        {"label": "fair", "probability": 0.2},
        {"label": "good", "probability": 0.1},
    ]
    found = {"label": "bad", "confidence": 0.7, "probabilities": probabilities, "tokens": 3}
    return {"predictions": [found] * len(request["instances"])}


def test_embeddings_find_the_nearest_label() -> None:
    with testing.host(models={"e": embed}, interfaces={"e": "openai-embeddings"}) as host:
        found = models.get("e").classify(["meow", "woof"], ["cat", "dog"])
        one = models.get("e").classify("meow", {"cat": "says meow", "dog": "barks"})
    assert [each.label for each in found] == ["cat", "dog"]
    for each in [*found, one]:
        assert sum(each.probabilities.values()) == pytest.approx(1)
        assert each.confidence == each.probabilities[each.label] > 0.9
    assert one.label == "cat"
    assert host.requests[0].input["input"] == ["cat", "dog", "meow", "woof"]
    assert host.requests[1].input["input"] == ["cat: says meow", "dog: barks", "meow"]


def test_classifier_predicts() -> None:
    with testing.host(models={"c": predict}, interfaces={"c": "classification"}) as host:
        model = models.get("c")
        own = model.classify("so so")
        among = model.classify(["so so"], ["good", "fair"])
        with pytest.raises(ModelError, match="none of the labels") as failed:
            model.classify("so so", ["yes", "no"])
    assert (own.label, own.confidence) == ("bad", 0.7)
    assert own.probabilities == {"bad": 0.7, "fair": 0.2, "good": 0.1}
    assert own.extra == {"tokens": 3}
    assert [(each.label, each.confidence) for each in among] == [("fair", 0.2)]
    assert failed.value.code == "LABEL_UNKNOWN"
    assert host.requests[0].input == {"instances": ["so so"]}
    assert host.requests[1].input == {"instances": ["so so"], "labels": ["good", "fair"]}


@pytest.mark.parametrize(
    "answer",
    [[], {}, {"predictions": []}, {"predictions": [{}]}, {"predictions": ["x"]}, {"error": "x"}],
)
def test_prediction_of_another_form(answer: Any) -> None:
    with (
        testing.host(models={"c": lambda request: answer}, interfaces={"c": "classification"}),
        pytest.raises(ModelError),
    ):
        models.get("c").classify("x")


def test_chat_model_is_asked_for_a_label() -> None:
    answers = testing.in_turn('{"value": "spam"}', '{"value": "ham"}', '{"value": "eggs"}', "ham")
    with testing.host(models={"w": answers}) as host:
        model = models.get("w")
        found = model.classify(
            ["Buy!", "Hi Ann"], {"spam": "advertisement", "ham": "anything else"}
        )
        assert found == [models.Classification("spam"), models.Classification("ham")]
        with pytest.raises(ModelError, match="not JSON"):
            model.classify("x", ["spam", "ham"])
    first = host.requests[0].input
    assert "- spam: advertisement" in first["messages"][0]["content"]
    schema = first["response_format"]["json_schema"]["schema"]
    assert schema["properties"]["value"] == {"type": "string", "enum": ["spam", "ham"]}


async def test_async_asks_for_several_at_a_time() -> None:
    def answer(request: dict[str, Any]) -> str:
        return '{"value": "a"}' if "yes" in request["messages"][0]["content"] else '{"value": "b"}'

    answers = {"w": answer, "e": embed, "c": predict}
    interfaces = {"e": "openai-embeddings", "c": "classification"}
    with testing.host(models=answers, interfaces=interfaces):
        by_chat, by_meaning, by_classifier = await asyncio.gather(
            models.get("w").classify_async(["yes", "no"] * 10, ["a", "b"]),
            models.get("e").classify_async("woof", ["cat", "dog"]),
            models.get("c").classify_async("x"),
        )
    assert [each.label for each in by_chat] == ["a", "b"] * 10
    assert (by_meaning.label, by_classifier.label) == ("dog", "bad")


def test_labels_must_be_a_choice() -> None:
    with testing.host(models={"w": lambda request: "x"}):
        model = models.get("w")
        for labels in (["a"], ["a", "a"], "ab", {"a": "x"}):
            with pytest.raises(ValueError, match="two different strings"):
                model.classify("x", labels)
        with pytest.raises(ValueError, match="has no labels of its own"):
            model.classify("x")


def test_experimental_embeddings() -> None:
    def answer(request: dict[str, Any]) -> Any:
        return {"predictions": [[len(text), 1] for text in request["instances"]], "took": 3}

    with testing.host(models={"e": answer}, interfaces={"e": "embeddings"}) as host:
        model = models.get("e")
        found = model.embed(["a", "bcd"])
        assert model.embed("ab").vector == [2.0, 1.0]
        assert model.classify("a", ["b", "ccccc"]).label == "b"
    assert found.vectors == [[1.0, 1.0], [3.0, 1.0]]
    assert found.extra == {"took": 3}
    assert host.requests[0].input == {"instances": ["a", "bcd"]}
    for bad in ({"predictions": []}, {"predictions": ["x"]}, {"predictions": [["x"]]}, 5):
        with (
            testing.host(
                models={"e": lambda request, bad=bad: bad}, interfaces={"e": "embeddings"}
            ),
            pytest.raises(ModelError),
        ):
            models.get("e").embed("a")


@given(st.lists(st.sampled_from(["cat", "dog", "meow"]), min_size=1), st.integers(1, 20))
def test_batches_make_no_difference(texts: list[str], size: int) -> None:
    with testing.host(models={"e": embed}) as host:
        found = models.get("e").embed(texts, batch_size=size)
    assert found.vectors == [VECTORS[text] for text in texts]
    assert [each.index for each in found.data] == list(range(len(texts)))
    assert len(host.requests) == -(-len(texts) // size)


async def test_batches_by_default_and_of_tokens() -> None:
    def answer(request: dict[str, Any]) -> Any:
        many = request["input"] if isinstance(request["input"][0], list) else [request["input"]]
        return {**testing.embeddings(*([1.0] for _ in many)), "usage": {"prompt_tokens": len(many)}}

    with testing.host(models={"e": answer}) as host:
        model = models.get("e")
        found = await model.embed_async([[1, 2]] * 2049)
        assert len(model.embed(list(range(3000))).data) == 1
    assert len(found.data) == 2049
    assert found.usage.prompt_tokens == 2049
    assert [len(each.input["input"]) for each in host.requests] == [2048, 1, 3000]


def test_models_without_embeddings() -> None:
    with (
        testing.host(models={"w": lambda request: {}}, interfaces={"w": "anthropic"}),
        pytest.raises(ModelError, match="gives no embeddings"),
    ):
        models.get("w").embed("x")
