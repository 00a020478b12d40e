from __future__ import annotations

import json
import shutil
import signal
import socket
import urllib.error
from pathlib import Path

import pytest


def log_lines(output) -> list[dict[str, object]]:
    return [json.loads(line) for line in output.seen]


def test_serves_a_build_and_compiles_nothing(start, follow, ask, built_app: Path, free_port: int):
    output = follow(start("serve", built_app, "--port", str(free_port)))
    output.wait_for("Listening.")
    loaded = next(line for line in log_lines(output) if line["message"] == "App loaded.")
    assert loaded["compiled"] is False
    assert not any("ompiling" in str(line["message"]) for line in log_lines(output))
    assert ask(free_port)["data"] == {"sayHello": "Hello, World!"}


def test_every_line_of_the_log_is_json(start, follow, ask, built_app: Path, free_port: int):
    process = start("serve", built_app / "build", "--port", str(free_port))
    output = follow(process)
    output.wait_for("Listening.")
    ask(free_port, "{ fail }")
    output.wait_for("Error while executing function.")
    assert any("the secret ingredient" in str(line.get("detail")) for line in log_lines(output))


def test_unexpected_failures_are_masked(start, follow, ask, built_app: Path, free_port: int):
    follow(start("serve", built_app, "--port", str(free_port))).wait_for("Listening.")
    answer = json.dumps(ask(free_port, "{ fail }"))
    assert "error calling function" in answer
    assert "the secret ingredient" not in answer


def test_stops_when_told_to(start, follow, built_app: Path, free_port: int):
    for number in (signal.SIGINT, signal.SIGTERM):
        process = start("serve", built_app, "--port", str(free_port))
        follow(process).wait_for("Listening.")
        process.send_signal(number)
        assert process.wait(timeout=30) == 0


def test_several_workers(start, follow, ask, built_app: Path, free_port: int):
    process = start("serve", built_app, "--port", str(free_port), "--workers", "2")
    output = follow(process)
    output.wait_for("Listening.")
    assert ask(free_port)["data"] == {"sayHello": "Hello, World!"}
    process.terminate()
    assert process.wait(timeout=60) == 0


def test_env_files_are_read_from_the_folder_that_was_named(
    start, follow, ask, built_app: Path, tmp_path: Path, free_port: int
):
    app = tmp_path / "hello"
    shutil.copytree(built_app, app)
    manifest = json.loads((app / "build" / "modus.json").read_text())
    manifest["endpoints"]["default"]["auth"] = "bearer-token"
    (app / "build" / "modus.json").write_text(json.dumps(manifest))
    (app / ".env").write_text("MODUS_PEMS={broken\n")
    done = follow(start("serve", app, "--port", str(free_port)))
    done.wait_for("MODUS_PEMS")
    follow(start("serve", app / "build", "--port", str(free_port))).wait_for("Listening.")
    with pytest.raises(urllib.error.HTTPError) as caught:
        ask(free_port)
    assert caught.value.code == 401
    caught.value.close()


def test_a_port_in_use(fails, built_app: Path):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        done = fails("serve", built_app, "--port", str(port))
    assert "PORT_IN_USE" in done.stderr
    assert f"--port {port + 1}" in done.stderr


@pytest.mark.parametrize(
    ("damage", "code"),
    [
        (lambda wasm: b"", "NOT_WASM"),
        (lambda wasm: b"MZ" + wasm[2:], "NOT_WASM"),
        (lambda wasm: wasm[: len(wasm) // 2], "WASM_MALFORMED"),
        (lambda wasm: b"\0asm\1\0\0\0", "NOT_ATOLL"),
        (lambda wasm: b"\0asm\x0d\0\1\0", "NOT_ATOLL"),
    ],
    ids=["empty", "another format", "truncated", "foreign module", "foreign component"],
)
def test_a_module_that_cannot_be_served(fails, built_app: Path, tmp_path: Path, damage, code):
    whole = (built_app / "build" / "hello.wasm").read_bytes()
    (tmp_path / "x").mkdir()
    (tmp_path / "x" / "hello.wasm").write_bytes(damage(whole))
    (tmp_path / "x" / "modus.json").write_text("{}")
    done = fails("serve", tmp_path / "x", "--port", "0")
    assert code in done.stderr
    assert "hello.wasm" in done.stderr


def test_a_module_of_another_version(fails, built_app: Path, tmp_path: Path):
    whole = (built_app / "build" / "hello.wasm").read_bytes()
    place = whole.index(b"atoll-base") + len(b"atoll-base")
    other = whole[:place] + bytes(b ^ 1 if 48 <= b <= 57 else b for b in whole[place : place + 64])
    (tmp_path / "hello.wasm").write_bytes(other + whole[place + 64 :])
    (tmp_path / "modus.json").write_text("{}")
    done = fails("serve", tmp_path, "--port", "0")
    assert "BASE_MISSING" in done.stderr
    assert "build the app again" in done.stderr


@pytest.mark.parametrize("names", [(), ("a.wasm", "b.wasm")])
def test_a_folder_without_one_build(fails, tmp_path: Path, names):
    for name in names:
        (tmp_path / name).write_bytes(b"")
    done = fails("serve", tmp_path)
    assert "BUILD_NOT_FOUND" in done.stderr
    assert "hint:" in done.stderr


def test_a_malformed_manifest(fails, built_app: Path, tmp_path: Path):
    shutil.copytree(built_app / "build", tmp_path / "x")
    (tmp_path / "x" / "modus.json").write_text('{ "endpoints": ')
    done = fails("serve", tmp_path / "x", "--port", "0")
    assert "MALFORMED_JSON" in done.stderr
    assert "modus.json:1" in done.stderr


def test_an_unusable_cache(fails, built_app: Path, tmp_path: Path):
    (tmp_path / "file").write_text("")
    cache = str(tmp_path / "file" / "cache")
    done = fails("serve", built_app, "--port", "0", env={"ATOLL_CACHE_DIR": cache})
    assert "CACHE_UNWRITABLE" in done.stderr


def test_an_open_endpoint_for_everyone_is_warned_of(start, follow, built_app: Path, free_port: int):
    process = start("serve", built_app, "--port", str(free_port), "--host", "0.0.0.0")
    follow(process).wait_for("these endpoints ask for no token")
