"""The real local chat model."""

from __future__ import annotations

import asyncio
import json
import os
import resource
import signal
import socket
import time
from collections.abc import Iterator
from contextlib import aclosing
from pathlib import Path

import pytest

from atoll.connections import HttpClient
from atoll.engine.cache import default_cache_directory
from atoll.manifest import parse_manifest
from atoll.models import ModelError, Models
from atoll.models.local import LocalModels
from atoll.models.local.chat import WAITING, ChatModel
from atoll.models.local.chat_server import ChatServer
from atoll.secrets import Secrets

MANIFEST = parse_manifest(
    '{"models": {"writer": {"sourceModel": "smollm2-135m-instruct", "connection": "local"}}}',
    path=Path("modus.json"),
)
SENTIMENT = {
    "type": "object",
    "properties": {"label": {"type": "string", "enum": ["positive", "negative"]}},
    "required": ["label"],
}


@pytest.fixture(scope="module")
def weights(chat_weights: str) -> Path:
    return default_cache_directory() / "models" / chat_weights / "model.gguf"


@pytest.fixture
def models(weights: Path) -> Models:
    secrets = Secrets({})
    return Models(MANIFEST, secrets, HttpClient(secrets), dev=True, max_bytes=1 << 20)


def chat(content: object = "Say hello.", **fields: object) -> str:
    messages = [{"role": "user", "content": content}]
    return json.dumps({"messages": messages, "max_tokens": 8, "temperature": 0, **fields})


async def test_writes_an_answer_under_the_manifests_name(models: Models) -> None:
    answer = json.loads(await models.invoke("writer", chat(model="../../etc/passwd")))
    assert answer["object"] == "chat.completion"
    assert answer["model"] == "writer"
    assert answer["choices"][0]["message"]["content"].strip()
    assert 1 <= answer["usage"]["completion_tokens"] <= 8
    assert "/" not in json.dumps(answer)


async def test_answers_by_a_json_schema(models: Models) -> None:
    form = {"type": "json_schema", "json_schema": {"name": "sentiment", "schema": SENTIMENT}}
    request = chat("Is this positive: I love it", max_tokens=32, response_format=form)
    answer = json.loads(await models.invoke("writer", request))
    label = json.loads(answer["choices"][0]["message"]["content"])["label"]
    assert label in ("positive", "negative")


async def test_streams_events(models: Models) -> None:
    events = [event async for event in models.stream("writer", chat(seed=1))]
    assert all(event.startswith("data: ") and event.endswith("\n\n") for event in events)
    assert events[-1] == "data: [DONE]\n\n"
    chunks = [json.loads(event.removeprefix("data: ")) for event in events[:-1]]
    assert {chunk["model"] for chunk in chunks} == {"writer"}
    streamed = "".join(chunk["choices"][0]["delta"].get("content") or "" for chunk in chunks)
    whole = json.loads(await models.invoke("writer", chat(seed=1)))
    assert streamed == whole["choices"][0]["message"]["content"]


@pytest.fixture
def one_at_a_time(weights: Path) -> Iterator[ChatModel]:
    """A model that computes for one request: what goes on in vain holds up the next."""
    server = ChatServer("one", weights, context=2048, slots=1)
    yield ChatModel("one", server)
    server.close()


async def test_closing_a_stream_ends_the_generation(one_at_a_time: ChatModel) -> None:
    body = chat("Tell a story.", max_tokens=2000).encode()
    async with aclosing(one_at_a_time.stream("one", body)) as events:
        await anext(events)
    async with asyncio.timeout(20):
        await one_at_a_time.invoke("one", chat().encode())


async def test_cancelling_an_invocation_ends_the_generation(one_at_a_time: ChatModel) -> None:
    body = chat("Tell a story.", max_tokens=2000).encode()
    task = asyncio.create_task(one_at_a_time.invoke("one", body))
    await asyncio.sleep(1)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    async with asyncio.timeout(20):
        await one_at_a_time.invoke("one", chat().encode())


async def test_a_reader_that_does_not_read_holds_up_nobody(models: Models) -> None:
    async with aclosing(models.stream("writer", chat())) as events:
        await anext(events)
        async with asyncio.timeout(30):
            await models.invoke("writer", chat())


async def test_requests_wait_their_turn(one_at_a_time: ChatModel) -> None:
    order: list[int] = []

    async def ask(number: int) -> None:
        await one_at_a_time.invoke("one", chat(f"Number {number}?", max_tokens=1).encode())
        order.append(number)

    waiting = [asyncio.create_task(ask(number)) for number in range(5)]
    await asyncio.sleep(0)
    waiting[2].cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
    assert order == [0, 1, 3, 4]


async def test_a_short_answer_does_not_wait_for_a_long_one(models: Models) -> None:
    story = chat("Tell a story.", max_tokens=2000)
    async with aclosing(models.stream("writer", story)) as events:
        await anext(events)
        await models.invoke("writer", chat(max_tokens=1))
        chunk = json.loads((await anext(events)).removeprefix("data: "))
        assert chunk["choices"][0]["finish_reason"] is None


async def test_too_many_requests_are_refused_at_once(one_at_a_time: ChatModel) -> None:
    await one_at_a_time.warm()
    body = chat("Tell a story.", max_tokens=2000).encode()
    asked = [asyncio.create_task(one_at_a_time.invoke("one", body)) for _ in range(1 + WAITING)]
    await asyncio.sleep(0)
    with pytest.raises(ModelError) as caught:
        await one_at_a_time.invoke("one", body)
    assert caught.value.code == "MODEL_BUSY"
    assert "[one]" in caught.value.message
    assert caught.value.hint
    for task in asked:
        task.cancel()
    await asyncio.gather(*asked, return_exceptions=True)
    assert json.loads(await one_at_a_time.invoke("one", chat().encode()))["choices"]


@pytest.mark.parametrize(
    "request_text",
    [
        "[]",
        "5",
        "{}",
        '{"messages": []}',
        '{"messages": "hi"}',
        '{"messages": ["hi"]}',
        '{"messages": [{"role": "user", "content": 5}]}',
        chat(max_tokens=0),
        chat(max_tokens="many"),
        chat(top_logprobs=1_000_000, logprobs=True),
        chat(n=100),
        chat(temperature="hot"),
        chat(response_format={"type": "json_schema", "json_schema": {"schema": {"type": 5}}}),
        chat(
            response_format={
                "type": "json_schema",
                "json_schema": {"schema": {"type": "string", "minLength": 10_000_000}},
            }
        ),
        chat(metadata=json.loads("[" * 100 + "]" * 100)),
    ],
)
async def test_bad_requests_are_errors_that_say_why(models: Models, request_text: str) -> None:
    with pytest.raises(ModelError) as caught:
        await models.invoke("writer", request_text)
    assert caught.value.code == "MODEL_INPUT_INVALID"
    assert "[smollm2-135m-instruct] cannot take this request: " in caught.value.message
    assert "model.gguf" not in caught.value.message


@pytest.mark.parametrize("streamed", [False, True])
async def test_a_prompt_that_is_too_long_is_counted(models: Models, streamed: bool) -> None:
    request = chat("word " * 20_000)
    answer = (
        anext(models.stream("writer", request)) if streamed else models.invoke("writer", request)
    )
    with pytest.raises(ModelError) as caught:
        await answer
    assert caught.value.code == "MODEL_CONTEXT_OVERFLOW"
    assert "has 20031 tokens" in caught.value.message
    assert "together may have 2048" in caught.value.message
    assert caught.value.hint


async def test_an_answer_that_fills_the_context_is_cut_there(weights: Path) -> None:
    server = ChatServer("small", weights, context=256, slots=1)
    try:
        request = chat("Count up from one.", max_tokens=100_000, logit_bias={"2": -100})
        answer = json.loads(await ChatModel("small", server).invoke("small", request.encode()))
    finally:
        server.close()
    assert answer["choices"][0]["finish_reason"] == "length"
    assert answer["usage"]["total_tokens"] <= 256


@pytest.mark.parametrize(
    "content", [None, "", "a\0b\x07c\x1b[31m", "\ud83d", "half \udc00 of a pair", "\U0001f600"]
)
async def test_takes_any_content(models: Models, content: object) -> None:
    body = chat(content, max_tokens=1)
    assert "\\u0000" in body or "\0" not in str(content)
    local = LocalModels()
    answer = json.loads(await local.invoke("smollm2-135m-instruct", "writer", body.encode()))
    assert answer["choices"][0]["message"]["role"] == "assistant"


async def test_takes_openais_newer_name_of_the_system_message(models: Models) -> None:
    told = {"role": "developer", "content": "Answer with one word."}
    as_system = {**told, "role": "system"}
    asked = {"role": "user", "content": "Say hello."}
    first, second = [
        json.loads(
            await models.invoke("writer", json.dumps({"messages": [each, asked], "max_tokens": 1}))
        )["usage"]["prompt_tokens"]
        for each in (told, as_system)
    ]
    assert first == second


async def test_a_bad_streamed_request_is_an_error(models: Models) -> None:
    with pytest.raises(ModelError) as caught:
        await anext(models.stream("writer", chat(n=100)))
    assert caught.value.code == "MODEL_INPUT_INVALID"


async def test_a_guest_cannot_make_the_host_fetch_an_image(models: Models) -> None:
    connected = asyncio.Event()
    async with await asyncio.start_server(
        lambda reader, writer: (connected.set(), writer.close()), "127.0.0.1", 0
    ) as server:
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/x.png"
        content = [{"type": "image_url", "image_url": {"url": url}}]
        with pytest.raises(ModelError):
            await models.invoke("writer", chat(content))
    assert not connected.is_set()


async def test_writes_nothing_to_the_hosts_output(models: Models, capfd) -> None:
    schema = {"type": "string", "pattern": "(" * 50 + "x" * 50}
    form = {"type": "json_schema", "json_schema": {"name": "x", "schema": schema}}
    await asyncio.gather(
        models.invoke("writer", chat(response_format=form)), return_exceptions=True
    )
    assert capfd.readouterr() == ("", "")


async def test_comes_back_after_its_process_died(weights: Path) -> None:
    server = ChatServer("test", weights, context=2048)
    model = ChatModel("test", server)
    try:
        body = chat("Tell a story.", max_tokens=2000).encode()
        async with aclosing(model.stream("writer", body)) as events:
            await anext(events)
            assert server.pid is not None
            os.kill(server.pid, signal.SIGKILL)
            with pytest.raises(ModelError) as caught:
                async for _ in events:
                    pass
        assert caught.value.code == "LOCAL_MODEL_FAILED"
        assert json.loads(await model.invoke("writer", chat().encode()))["model"] == "writer"
    finally:
        server.close()


async def test_many_calls_while_its_process_dies(weights: Path) -> None:
    server = ChatServer("test", weights, context=512)
    model = ChatModel("test", server)
    body = chat("Tell a story.", max_tokens=60).encode()
    try:
        await model.warm()
        asked = [asyncio.create_task(model.invoke("writer", body)) for _ in range(8)]
        await asyncio.sleep(0.5)
        assert server.pid is not None
        os.kill(server.pid, signal.SIGKILL)
        # Those that it was answering fail; those that waited are answered by the next process.
        async with asyncio.timeout(240):
            results = await asyncio.gather(*asked, return_exceptions=True)
        failed = [each for each in results if isinstance(each, BaseException)]
        assert 1 <= len(failed) <= server.slots
        assert {getattr(each, "code", each) for each in failed} == {"LOCAL_MODEL_FAILED"}
    finally:
        server.close()


async def test_comes_back_after_its_process_ran_out_of_memory(weights: Path) -> None:
    server = ChatServer("test", weights, context=512)
    model = ChatModel("test", server)
    try:
        await model.warm()
        assert server.pid is not None
        size = int(Path(f"/proc/{server.pid}/statm").read_text().split()[0]) * 4096
        resource.prlimit(server.pid, resource.RLIMIT_AS, (size, resource.RLIM_INFINITY))
        deep = {"type": "array", "items": {"enum": ["x" * 100_000 for _ in range(200)]}}
        form = {"type": "json_schema", "json_schema": {"name": "x", "schema": deep}}
        with pytest.raises(ModelError) as caught:
            await model.invoke("writer", chat(response_format=form).encode())
        assert caught.value.code in ("LOCAL_MODEL_FAILED", "MODEL_INPUT_INVALID")
        pid = server.pid
        if pid is not None:
            resource.prlimit(pid, resource.RLIMIT_AS, (-1, -1))
        assert json.loads(await model.invoke("writer", chat().encode()))["choices"]
    finally:
        server.close()


def test_only_this_user_can_reach_it_and_it_leaves_nothing(weights: Path, monkeypatch) -> None:
    monkeypatch.setenv("MODUS_MY_API_KEY", "s3cret-key")
    server = ChatServer("test", weights, context=256)
    path = server.start()
    try:
        assert path.is_socket()
        assert path.parent.stat().st_mode & 0o777 == 0o700
        pid = server.pid
        assert pid is not None
        assert b"MODUS_" not in Path(f"/proc/{pid}/environ").read_bytes()
        # It listens on no port: none of its sockets is in the kernel's tables of ports.
        owned = {str(file.readlink()) for file in Path(f"/proc/{pid}/fd").iterdir()}
        inodes = {name[8:-1] for name in owned if name.startswith("socket:")}
        ports = "".join(Path(f"/proc/net/{table}").read_text() for table in ("tcp", "tcp6"))
        assert inodes
        assert not inodes & set(ports.split())
    finally:
        server.close()
    assert not path.parent.exists()
    assert not Path(f"/proc/{pid}").exists()


def test_dies_with_the_process_that_started_it(weights: Path, tmp_path: Path) -> None:
    import subprocess
    import sys
    import time

    program = (
        "import os, signal, sys; from pathlib import Path\n"
        "from atoll.models.local.chat_server import ChatServer\n"
        f"server = ChatServer('test', Path({str(weights)!r}), context=256)\n"
        "print(server.start().parent, server.pid, flush=True)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60
    )
    directory, pid = done.stdout.split()
    deadline = time.monotonic() + 20
    while Path(directory).exists() or Path(f"/proc/{pid}").exists():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_damaged_weights_are_an_error(tmp_path: Path) -> None:
    damaged = tmp_path / "model.gguf"
    damaged.write_bytes(b"GGUF" + bytes(1000))
    server = ChatServer("test", damaged, context=256)
    with pytest.raises(ModelError) as caught:
        server.start()
    assert caught.value.code == "LOCAL_MODEL_FAILED"
    assert "atoll models install test" in (caught.value.hint or "")
    assert str(tmp_path) not in str(caught.value)
    assert server.pid is None


async def test_missing_weights_name_the_command_that_fetches_them(tmp_path: Path) -> None:
    with pytest.raises(ModelError) as caught:
        await LocalModels(tmp_path).invoke("smollm2-135m-instruct", "writer", b"{}")
    assert caught.value.code == "LOCAL_MODEL_NOT_INSTALLED"
    assert caught.value.hint == "run: atoll models install smollm2-135m-instruct"


async def test_an_unknown_model_lists_those_that_exist(tmp_path: Path) -> None:
    with pytest.raises(ModelError) as caught:
        await LocalModels(tmp_path).invoke("gpt-5\n", "writer", b"{}")
    assert caught.value.code == "LOCAL_MODEL_UNKNOWN"
    assert caught.value.hint == "local models are: smollm2-135m-instruct, all-minilm-l6-v2"
    assert "\n" not in caught.value.message


async def test_the_missing_extra_is_named(tmp_path: Path, monkeypatch) -> None:
    import importlib.util

    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(ModelError) as caught:
        await LocalModels(tmp_path).invoke("smollm2-135m-instruct", "writer", b"{}")
    assert caught.value.code == "LOCAL_MODELS_EXTRA_MISSING"
    assert caught.value.hint == "run: pip install 'atoll[local-models]'"


async def test_warming_loads_what_the_manifest_uses(models: Models) -> None:
    assert models.local_names() == ("smollm2-135m-instruct",)
    await models.warm()


def test_a_long_temporary_directory_is_no_obstacle(weights: Path, tmp_path, monkeypatch) -> None:
    import tempfile

    deep = tmp_path / ("x" * 100)
    deep.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(deep))
    server = ChatServer("test", weights, context=256)
    try:
        path = server.start()
        with socket.socket(socket.AF_UNIX) as connection:
            connection.connect(str(path))
    finally:
        server.close()


async def test_one_thread_waits_while_the_model_is_loaded(tmp_path: Path) -> None:
    """Others of the few that there are have other work, such as the names of hosts."""

    class Slow(ChatServer):
        starting = most = 0

        def start(self) -> Path:
            self.starting += 1
            self.most = max(self.most, self.starting)
            time.sleep(0.02)
            self.starting -= 1
            return tmp_path

    server = Slow("m", tmp_path, context=8)
    model = ChatModel("m", server)
    await asyncio.gather(*(model.warm() for _ in range(6)))
    assert server.most == 1
