"""Where secrets come from, and that running servers follow them."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import time
import urllib.error
from collections.abc import Callable
from pathlib import Path

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

SOURCE = """
import os

from atoll.sdk._host import call


def secret(name: str) -> str:
    return call("secrets.get", {"name": name})


def surroundings() -> list[str]:
    return sorted(os.environ)
"""

MANIFEST = {
    "endpoints": {"default": {"type": "graphql", "path": "/graphql", "auth": "none"}},
    "connections": {
        "api": {
            "type": "http",
            "baseUrl": "https://api.example.com/",
            "headers": {"A": "{{KEY}}", "B": "{{OTHER}}"},
        }
    },
    "secrets": ["TOKEN", "WORD"],
}

QUERY = '{ secret(name: "TOKEN") }'


@pytest.fixture(scope="module")
def built(command: Path, quiet_environment, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("secretive") / "hello"
    folder.mkdir()
    (folder / "modus.json").write_text(json.dumps(MANIFEST))
    (folder / "app.py").write_text(SOURCE)
    done = subprocess.run(
        [command, "build", folder], env=quiet_environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def app(built: Path, tmp_path: Path) -> Path:
    """The folder of a built app, for this test alone."""
    shutil.copytree(built, tmp_path / "hello")
    return tmp_path / "hello"


@pytest.fixture
def mounted(tmp_path: Path) -> Path:
    folder = tmp_path / "mounted"
    folder.mkdir()
    (folder / "MODUS_APP_TOKEN").write_text("hunter-1\n")
    return folder


def replace(path: Path, text: str) -> None:
    path.with_name("new").write_text(text)
    path.with_name("new").rename(path)


def until(question: Callable[[], object], wanted: object) -> None:
    end = time.monotonic() + 60
    while (found := question()) != wanted:
        assert time.monotonic() < end, f"still {found}"
        time.sleep(0.05)


def test_the_first_provider_wins(run, app: Path, mounted: Path):
    (app / ".env").write_text("MODUS_APP_TOKEN=of a file\nMODUS_APP_WORD=of a file\n")
    environ = {"MODUS_APP_TOKEN": "of the process"}

    def secret(name: str, *options: str, **more: str) -> str:
        arguments = ("call", "secret", app, "--args", json.dumps({"name": name}), *options)
        done = run(*arguments, env={**environ, **more})
        return done.stdout.strip() or done.stderr

    directory = f"dir:{mounted}"
    assert secret("TOKEN") == '"of the process"'
    assert secret("WORD") == '"of a file"'
    assert secret("TOKEN", "--secrets", directory) == '"hunter-1"'
    assert secret("TOKEN", "--secrets", "dotenv", "--secrets", directory) == '"of a file"'
    assert secret("TOKEN", ATOLL_SECRETS=f"{directory},env") == '"hunter-1"'
    assert secret("TOKEN", "--secrets", "env", ATOLL_SECRETS=directory) == '"of the process"'
    missing = secret("WORD", "--secrets", directory)
    assert "MODUS_APP_WORD was not found" in missing
    assert f"MODUS_APP_WORD can be set where secrets come from: {directory}" in missing


def test_functions_read_what_the_manifest_allows(run, app: Path):
    done = run(
        *("call", "secret", app, "--args", '{"name": "OTHER"}'), env={"MODUS_APP_OTHER": "hunter-2"}
    )
    assert done.returncode == 1
    assert 'the manifest does not allow the secret OTHER: add it to "secrets"' in done.stderr
    assert "hunter-2" not in done.stderr + done.stdout


def test_functions_do_not_find_secrets_in_their_environment(run, app: Path, mounted: Path):
    (app / ".env").write_text("MODUS_APP_TOKEN=1\nOTHER=1\n")
    environ = {"MODUS_APP_WORD": "1", "VAULT_TOKEN": "1", "MODUS_DB": "1"}
    done = run("call", "surroundings", app, "--secrets", f"env,dotenv,dir:{mounted}", env=environ)
    assert set(json.loads(done.stdout)) <= {"TZ", "CLAIMS", "PWD", "LC_CTYPE"}


@pytest.mark.parametrize(
    ("choice", "code"),
    [
        ("dir:nowhere", "SECRETS_UNREADABLE"),
        ("vault:secret/my-app", "VAULT_NOT_"),  # installed, or configured
        ("kubernetes", "UNKNOWN_SECRETS_PROVIDER"),
        ("env,dir:hello", "SECRET_UNUSABLE"),
    ],
)
def test_what_cannot_be_loaded_stops_the_start(fails, app: Path, choice: str, code: str):
    (app / "MODUS_APP_TOKEN").write_bytes(b"hunter-1\xff")
    for command in ("serve", "dev", "call"):
        name = ("secret",) if command == "call" else ()
        port = () if command == "call" else ("--port", "0")
        done = fails(command, *name, app, "--secrets", choice, *port)
        assert code in done.stderr
        assert "hunter" not in done.stderr
    assert code in fails("serve", app, "--port", "0", env={"ATOLL_SECRETS": choice}).stderr


def test_a_time_between_refreshes_that_is_none(fails, app: Path):
    done = fails("serve", app, "--port", "0", env={"ATOLL_SECRETS_REFRESH_SECONDS": "often"})
    assert "ATOLL_SECRETS_REFRESH_SECONDS must be a number" in done.stderr


def test_info_says_which_provider_has_what(run, app: Path, mounted: Path):
    (app / ".env").write_text("MODUS_API_KEY=hunter-2\n")
    (mounted / "MODUS_APP_WORD").write_text("hunter-3")
    choice = ("--secrets", f"dir:{mounted}", "--secrets", "dotenv")
    done = run("info", app, *choice, "--json")
    assert [
        (each["variable"], each["connection"], each["set"], each["provider"])
        for each in json.loads(done.stdout)["secrets"]
    ] == [
        ("MODUS_API_KEY", "api", True, "dotenv"),
        ("MODUS_API_OTHER", "api", False, None),
        ("MODUS_APP_TOKEN", None, True, f"dir:{mounted}"),
        ("MODUS_APP_WORD", None, True, f"dir:{mounted}"),
    ]
    text = run("info", app, *choice)
    assert "  MODUS_API_KEY  set by dotenv\n  MODUS_API_OTHER  missing\n" in text.stdout
    for output in (done, text):
        assert "hunter" not in output.stdout + output.stderr


@pytest.mark.parametrize("workers", ["1", "2"])
def test_serve_follows_a_directory(
    start, follow, ask, app: Path, mounted: Path, free_port: int, workers: str
):
    process = start(
        *("serve", app, "--port", str(free_port), "--workers", workers),
        *("--secrets", f"dir:{mounted}", "--log-level", "debug"),
    )
    output = follow(process)
    for _ in range(int(workers)):  # one that loads later has the new ones from the start
        output.wait_for("App loaded.")
    until(lambda: ask(free_port, QUERY)["data"], {"secret": "hunter-1"})
    replace(mounted / "MODUS_APP_TOKEN", "hunter-2")
    for _ in range(int(workers)):
        changed = json.loads(output.wait_for("Secrets changed."))
        assert changed["variables"] == ["MODUS_APP_TOKEN"]
    for _ in range(4):
        until(lambda: ask(free_port, QUERY)["data"], {"secret": "hunter-2"})
    (mounted / "MODUS_APP_TOKEN").unlink()
    (mounted / "MODUS_APP_TOKEN").mkdir()
    for _ in range(int(workers)):
        output.wait_for("Secrets cannot be refreshed; the last ones stay.")
    assert ask(free_port, QUERY)["data"] == {"secret": "hunter-2"}
    replace_directory = mounted / "MODUS_APP_TOKEN"
    replace_directory.rmdir()
    replace_directory.write_text("hunter-3")
    for _ in range(int(workers)):
        output.wait_for("Secrets can be refreshed again.")
    until(lambda: ask(free_port, QUERY)["data"], {"secret": "hunter-3"})
    assert not [line for line in output.seen if "hunter" in line]


def test_serve_follows_the_keys_of_tokens(
    start, follow, ask, app: Path, mounted: Path, free_port: int
):
    endpoint = {"type": "graphql", "path": "/graphql", "auth": "bearer-token"}
    manifest = MANIFEST | {"endpoints": {"default": endpoint}}
    (app / "build" / "modus.json").write_text(json.dumps(manifest))
    old, new = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()

    def publish(key: Ed25519PrivateKey) -> None:
        pem = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        replace(mounted / "MODUS_PEMS", json.dumps({"key": pem.decode()}))

    def status(key: Ed25519PrivateKey) -> int:
        token = jwt.encode({"sub": "me"}, key, algorithm="EdDSA")
        try:
            ask(free_port, QUERY, {"authorization": f"Bearer {token}"})
        except urllib.error.HTTPError as error:
            error.close()
            return error.code
        return 200

    publish(old)
    output = follow(start("serve", app, "--port", str(free_port), "--secrets", f"dir:{mounted}"))
    output.wait_for("Listening.")
    assert (status(old), status(new)) == (200, 401)
    publish(new)
    until(lambda: (status(old), status(new)), (401, 200))
    replace(mounted / "MODUS_PEMS", "{hunter-2")
    output.wait_for("Secrets changed.")
    output.wait_for("Secrets changed.")
    assert (status(old), status(new)) == (401, 200)
    assert not [line for line in output.seen if "hunter" in line]


def test_serve_follows_env_files(start, follow, ask, app: Path, free_port: int):
    (app / ".env").write_text("MODUS_APP_TOKEN=hunter-1\n")
    output = follow(start("serve", app, "--port", str(free_port)))
    output.wait_for("Listening.")
    replace(app / ".env", "MODUS_APP_TOKEN=hunter-2\n")
    until(lambda: ask(free_port, QUERY)["data"], {"secret": "hunter-2"})
    replace(app / ".env", "oops hunter-3\n")
    line = output.wait_for("Secrets cannot be refreshed")
    assert f"{app / '.env'}" in line
    assert ask(free_port, QUERY)["data"] == {"secret": "hunter-2"}
    assert not [line for line in output.seen if "hunter" in line]


def test_dev_follows_both(start, follow, ask, app: Path, mounted: Path, free_port: int):
    (app / ".env").write_text("MODUS_APP_WORD=hunter-1\n")
    output = follow(
        start("dev", app, "--port", str(free_port), "--secrets", f"dir:{mounted},dotenv")
    )
    output.wait_for("is ready")
    both = '{ token: secret(name: "TOKEN") word: secret(name: "WORD") }'
    assert ask(free_port, both)["data"] == {"token": "hunter-1", "word": "hunter-1"}
    replace(mounted / "MODUS_APP_TOKEN", "hunter-2")
    output.wait_for("Secrets changed.")
    until(lambda: ask(free_port, both)["data"]["token"], "hunter-2")
    replace(app / ".env", "MODUS_APP_WORD=hunter-2\n")
    output.wait_for("reloaded")
    assert ask(free_port, both)["data"] == {"token": "hunter-2", "word": "hunter-2"}
    replace(mounted / "MODUS_APP_TOKEN", "hunter-3")
    until(lambda: ask(free_port, both)["data"]["token"], "hunter-3")


def test_the_examples_of_the_documentation(start, follow, ask, command, app: Path, free_port: int):
    page = (Path(__file__).parents[2] / "docs" / "secrets.md").read_text(encoding="utf-8")
    (look,) = re.findall(r"^```sh\n(mkdir .*?)^```$", page, re.MULTILINE | re.DOTALL)
    (change,) = re.findall(r"^```sh\n(printf .*?)^```$", page, re.MULTILINE | re.DOTALL)
    (shown,) = re.findall(r"^```text\n(  MODUS.*?)^```$", page, re.MULTILINE | re.DOTALL)
    (manifest,) = re.findall(r"^```json\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    for file in (app / "modus.json", app / "build" / "modus.json"):
        file.write_text(json.dumps(MANIFEST | json.loads(manifest)))
    path = {"PATH": f"{command.parent}:{os.environ['PATH']}"}
    done = subprocess.run(
        ["sh", "-ec", look], cwd=app, env=os.environ | path, capture_output=True, text=True
    )
    assert shown in done.stdout, done.stderr

    output = follow(
        start("serve", "--secrets", "dir:mounted", "--port", str(free_port), cwd=app, env=path)
    )
    output.wait_for("Listening.")
    query = '{ secret(name: "STRIPE_KEY") }'
    assert ask(free_port, query)["data"] == {"secret": "sk-123"}
    subprocess.run(["sh", "-ec", change], cwd=app, check=True)
    until(lambda: ask(free_port, query)["data"], {"secret": "sk-789"})
