"""all-MiniLM-L6-v2 from each of its sources, beside vectors of the published float model."""

from __future__ import annotations

import base64
import importlib.util
import json
import shutil
import struct
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from atoll.engine.cache import default_cache_directory
from atoll.models.local import CATALOGUE, LocalModels

MINILM = "all-minilm-l6-v2"
REFERENCE = json.loads(Path(__file__).with_name("minilm_vectors.json").read_text(encoding="utf-8"))
TEXTS = [each["text"] for each in REFERENCE]


def of_base64(vector: str) -> tuple[float, ...]:
    return struct.unpack("<384f", base64.b64decode(vector))


async def cosines(models: LocalModels, order: list[int]) -> list[float]:
    """Between the vectors that a model gives, and the reference's."""
    request = {"input": [TEXTS[index] for index in order], "encoding_format": "base64"}
    answer = json.loads(await models.invoke(MINILM, "e", json.dumps(request).encode()))
    found = [of_base64(item["embedding"]) for item in answer["data"]]
    expected = [of_base64(REFERENCE[index]["vector"]) for index in order]
    pairs = zip(found, expected, strict=True)
    return [sum(x * y for x, y in zip(a, b, strict=True)) for a, b in pairs]


async def test_what_is_installed_is_the_published_model(embedding_weights: str) -> None:
    order = list(range(len(TEXTS)))
    assert min(await cosines(LocalModels(), order)) >= 0.99
    # Neighbours, and how many there are, change nothing.
    assert min(await cosines(LocalModels(), order[::-1] * 5)) >= 0.99


@pytest.mark.parametrize("number", range(len(CATALOGUE[MINILM].others)))
async def test_the_other_sources_are_the_published_model(
    number: int, other_source: Any, embedding_weights: str
) -> None:
    _, cache = other_source(MINILM, CATALOGUE[MINILM].others[number])
    assert min(await cosines(LocalModels(cache), list(range(len(TEXTS))))) >= 0.9999


async def test_a_folder_of_the_users_own(embedding_weights: str, tmp_path: Path) -> None:
    """An embedding model by its path, which takes the first token's vector if it is told to."""
    installed = default_cache_directory() / "models" / embedding_weights
    folder = shutil.copytree(installed, tmp_path / "mine")
    body = json.dumps({"input": TEXTS}).encode()
    models = LocalModels(app=tmp_path)
    by_mean = json.loads(await models.invoke("./mine", "e", body))["data"]
    assert by_mean == json.loads(await models.invoke(MINILM, "e", body))["data"]
    (folder / "1_Pooling").mkdir()
    (folder / "1_Pooling/config.json").write_text('{"pooling_mode_cls_token": true}')
    (folder / "sentence_bert_config.json").write_text('{"max_seq_length": 8}')
    (folder / "model.onnx").touch()  # another state of the same file: it is loaded anew
    answer = json.loads(await LocalModels(app=tmp_path).invoke("./mine", "e", body))
    assert answer["usage"]["prompt_tokens"] <= 8 * len(TEXTS)
    assert len(answer["data"][0]["embedding"]) == 384
    assert answer["data"][0] != by_mean[0]


def test_the_graph_is_the_one_that_its_script_makes(
    other_source: Any, embedding_weights: str
) -> None:
    pytest.importorskip("onnx")
    script = _script()
    _, cache = other_source(MINILM, CATALOGUE[MINILM].others[0])
    made = script.graph(cache / "models" / MINILM / "model.safetensors")
    assert made == script.GRAPH.read_bytes()


def _script() -> ModuleType:
    file = Path(__file__).with_name("minilm.py")
    spec = importlib.util.spec_from_file_location("atoll_minilm", file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
