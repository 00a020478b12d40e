"""The real local embedding model."""

from __future__ import annotations

import asyncio
import base64
import json
import math
import struct
from pathlib import Path

import pytest

from atoll.models import ModelError
from atoll.models.local import LocalModels

CAT, KITTEN, STOCKS = (
    "a cat sat on the mat",
    "kittens are lying on a rug",
    "stock prices fell sharply",
)


@pytest.fixture
def models(embedding_weights: str) -> LocalModels:
    return LocalModels()


async def embed(models: LocalModels, **request: object) -> dict:
    body = json.dumps(request).encode()
    return json.loads(await models.invoke("all-minilm-l6-v2", "embedder", body))


def dot(a: list[float], b: list[float]) -> float:
    return sum(x * y for x, y in zip(a, b, strict=True))


async def test_gives_unit_vectors_that_tell_meanings_apart(models: LocalModels) -> None:
    answer = await embed(models, input=[CAT, KITTEN, STOCKS], model="anything")
    assert answer["object"] == "list"
    assert answer["model"] == "embedder"
    assert [(item["object"], item["index"]) for item in answer["data"]] == [
        ("embedding", 0),
        ("embedding", 1),
        ("embedding", 2),
    ]
    cat, kitten, stocks = (item["embedding"] for item in answer["data"])
    assert len(cat) == 384
    assert all(math.isclose(dot(v, v), 1, abs_tol=1e-5) for v in (cat, kitten, stocks))
    assert dot(cat, kitten) > 0.4 > 0.2 > dot(cat, stocks)
    # Words ("kittens" has two parts), and a mark at each end of a text.
    assert answer["usage"] == {"prompt_tokens": 8 + 9 + 6, "total_tokens": 23}


async def test_a_texts_vector_does_not_depend_on_its_neighbours(models: LocalModels) -> None:
    alone = await embed(models, input=CAT)
    among = await embed(models, input=[STOCKS, CAT, "x " * 100] * 5)
    assert alone["data"][0]["embedding"] == among["data"][1]["embedding"]
    assert among["data"][4]["embedding"] == among["data"][1]["embedding"]


async def test_base64(models: LocalModels) -> None:
    plain = (await embed(models, input=CAT))["data"][0]["embedding"]
    packed = (await embed(models, input=CAT, encoding_format="base64"))["data"][0]["embedding"]
    assert list(struct.unpack("<384f", base64.b64decode(packed))) == pytest.approx(plain)


@pytest.mark.parametrize(
    "text", ["", " ", "\0", "\ud83d\ude00", "x" * 1_000_000, "word " * 100_000]
)
async def test_takes_any_text(models: LocalModels, text: str) -> None:
    answer = await embed(models, input=text)
    assert answer["usage"]["prompt_tokens"] <= 256
    assert math.isclose(dot(*[answer["data"][0]["embedding"]] * 2), 1, abs_tol=1e-5)


@pytest.mark.parametrize(
    "request_fields",
    [
        {},
        {"input": 5},
        {"input": []},
        {"input": [[1, 2]]},
        {"input": ["a", None]},
        {"input": ["a"] * 2049},
        {"input": "a", "encoding_format": "hex"},
        {"input": "a", "dimensions": 10},
    ],
)
async def test_bad_requests_are_errors_that_say_why(
    models: LocalModels, request_fields: dict[str, object]
) -> None:
    with pytest.raises(ModelError) as caught:
        await embed(models, **request_fields)
    assert caught.value.code == "MODEL_INPUT_INVALID"
    assert '"' in caught.value.message


async def test_a_long_list_does_not_hold_up_a_short_one(models: LocalModels) -> None:
    long = asyncio.create_task(embed(models, input=[STOCKS] * 500))
    await asyncio.sleep(0.05)
    await embed(models, input=CAT)
    assert not long.done()
    long.cancel()
    with pytest.raises(asyncio.CancelledError):
        await long


async def test_a_stream_is_the_whole_answer(models: LocalModels) -> None:
    body = json.dumps({"input": CAT}).encode()
    [chunk] = [chunk async for chunk in models.stream("all-minilm-l6-v2", "embedder", body)]
    assert json.loads(chunk)["model"] == "embedder"


async def test_damaged_weights_are_an_error(tmp_path: Path) -> None:
    (tmp_path / "model.onnx").write_bytes(b"damaged")
    (tmp_path / "tokenizer.json").write_text("{}")
    with pytest.raises(ModelError) as caught:
        await LocalModels(app=tmp_path).warm("./model.onnx")
    assert caught.value.code == "LOCAL_MODEL_FAILED"
    assert str(tmp_path) not in str(caught.value)
