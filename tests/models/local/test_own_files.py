"""Chat models by the path of a GGUF file, and what such a path may turn out to be."""

from __future__ import annotations

import importlib.util
import json
import shutil
import struct
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atoll.engine.cache import default_cache_directory
from atoll.models import ModelError
from atoll.models.local import LocalModels, is_path, memory, runtime
from atoll.models.local.chat_server import ChatServer
from atoll.models.local.gguf import read_gguf
from atoll.models.local.memory import free_memory, require_memory

CHAT = json.dumps({"messages": [{"role": "user", "content": "Hi"}], "max_tokens": 4}).encode()


@pytest.fixture(scope="module")
def weights(chat_weights: str) -> Path:
    return default_cache_directory() / "models" / chat_weights / "model.gguf"


@pytest.fixture(autouse=True)
def unloaded() -> Iterator[None]:
    """Ends what a test has loaded: it stays for the next app otherwise."""
    before = set(runtime._loaded)
    yield
    for key in runtime._loaded.keys() - before:
        running = runtime._loaded.pop(key)
        if isinstance(running, ChatServer):
            running.close()


async def refusal(app: Path, name: str) -> ModelError:
    with pytest.raises(ModelError) as caught:
        await LocalModels(app=app).invoke(name, "m", CHAT)
    told = caught.value.message + (caught.value.hint or "")
    assert f"[{name}]" in caught.value.message
    assert caught.value.hint
    assert str(app) not in told.replace(f"[{name}]", "")
    return caught.value


@pytest.mark.parametrize("name", ["models/tiny.gguf", "./models/tiny.gguf", "./models"])
async def test_a_path_is_relative_to_the_apps_folder(
    weights: Path, tmp_path: Path, name: str
) -> None:
    (tmp_path / "models").mkdir()
    (tmp_path / "models/tiny.gguf").symlink_to(weights)
    answer = json.loads(await LocalModels(app=tmp_path).invoke(name, "m", CHAT))
    assert answer["model"] == "m"
    assert answer["choices"][0]["message"]["content"]


async def test_a_path_may_be_absolute(weights: Path) -> None:
    answer = json.loads(await LocalModels().invoke(str(weights), "m", CHAT))
    assert answer["choices"][0]["message"]["content"]


@pytest.mark.parametrize("name", ["missing.gguf", "./missing", "models/missing.onnx"])
async def test_a_file_that_is_missing(tmp_path: Path, name: str) -> None:
    assert (await refusal(tmp_path, name)).code == "LOCAL_MODEL_FILE_MISSING"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"GGUF",
        b"PK\x03\x04" + bytes(100),
        b"GGUF" + struct.pack("<IQQ", 3, 0, 5),
        b"GGUF" + struct.pack("<IQQ", 99, 0, 0),
        b"GGUF" + struct.pack("<IQQ", 3, 0, 1 << 60),
        b"GGUF" + struct.pack("<IQQQ", 3, 0, 1, 1 << 62),
    ],
)
async def test_a_file_that_is_no_gguf(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "model.gguf").write_bytes(content)
    error = await refusal(tmp_path, "./model.gguf")
    assert error.code == "LOCAL_MODEL_UNUSABLE"
    assert "GGUF" in error.message


async def test_a_gguf_that_llama_cpp_cannot_load(weights: Path, tmp_path: Path) -> None:
    with weights.open("rb") as whole:
        (tmp_path / "part.gguf").write_bytes(whole.read(8 << 20))
    error = await refusal(tmp_path, "./part.gguf")
    assert error.code == "LOCAL_MODEL_FAILED"
    assert "atoll models install" not in (error.hint or "")


@pytest.mark.parametrize("files", [(), ("a.gguf", "b.gguf"), ("readme.txt",)])
async def test_a_folder_without_a_model(tmp_path: Path, files: tuple[str, ...]) -> None:
    (tmp_path / "mine").mkdir()
    for file in files:
        (tmp_path / "mine" / file).write_bytes(b"")
    assert (await refusal(tmp_path, "./mine")).code == "LOCAL_MODEL_UNUSABLE"


async def test_a_file_of_another_kind(tmp_path: Path) -> None:
    (tmp_path / "model.bin").write_bytes(b"")
    assert (await refusal(tmp_path, "./model.bin")).code == "LOCAL_MODEL_UNUSABLE"


async def test_a_model_that_does_not_fit_into_memory(
    weights: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory, "free_memory", lambda: 50 << 20)
    # A file of its own: a model that runs already needs no more memory.
    shutil.copyfile(weights, tmp_path / "large.gguf")
    error = await refusal(tmp_path, "./large.gguf")
    assert error.code == "LOCAL_MODEL_TOO_LARGE"
    assert "50 MiB are free" in error.message


async def test_the_missing_extra_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "model.gguf").write_bytes(b"")
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    error = await refusal(tmp_path, "./model.gguf")
    assert error.code == "LOCAL_MODELS_EXTRA_MISSING"
    assert "xllamacpp" in error.message


def test_names_of_the_catalogue_are_no_paths() -> None:
    assert not is_path("smollm2-135m-instruct")
    assert not is_path("all-minilm-l6-v2")
    assert not is_path("mine")
    assert is_path("./mine")
    assert is_path("Mine.GGUF")


def test_the_head_of_a_gguf(weights: Path) -> None:
    head = read_gguf("m", weights)
    assert (head.architecture, head.context_length) == ("llama", 8192)
    assert head.size == 98_362_432
    assert head.cache_bytes == 30 * 3 * 64 * 2 * 2
    assert "im_start" in head.chat_template
    assert not head.has_tools


@given(st.binary(max_size=200), st.integers(0, 300))
def test_no_bytes_break_the_reader(weights: Path, tail: bytes, kept: int) -> None:
    with weights.open("rb") as whole, tempfile.TemporaryDirectory() as folder:
        damaged = Path(folder) / "damaged.gguf"
        damaged.write_bytes(whole.read(kept) + tail)
        with suppress(ModelError):
            read_gguf("m", damaged)


def test_free_memory_is_the_least_of_machine_and_container(tmp_path: Path) -> None:
    meminfo, group = tmp_path / "meminfo", tmp_path / "group"
    assert free_memory(meminfo, group) is None
    meminfo.write_text("MemTotal: 9000 kB\nMemAvailable: 4000 kB\n")
    assert free_memory(meminfo, group) == 4000 << 10
    group.mkdir()
    (group / "memory.max").write_text("max\n")
    assert free_memory(meminfo, group) == 4000 << 10
    (group / "memory.max").write_text("3000000\n")
    (group / "memory.current").write_text("2500000\n")
    (group / "memory.stat").write_text("anon 2000000\nfile 400000\n")
    assert free_memory(meminfo, group) == 900_000


def test_nobody_tells_of_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "free_memory", lambda: None)
    require_memory("m", 1 << 60)
