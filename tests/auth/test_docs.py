"""docs/auth.md says what the code does."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from atoll.app.app import App
from atoll.app.call import Caller, Outcome
from atoll.auth import fetch, header, jwk, key_sets, keys, settings, tokens
from atoll.auth.access import Access
from atoll.auth.decision import Admitted, Refused
from atoll.auth.tokens import TokenVerifier
from atoll.engine import Engine, EngineConfig
from atoll.graphql import GraphQLApi, GraphQLRequest
from atoll.guest.load import load_guest
from atoll.guest.types import Function, Interface, Scalar
from atoll.manifest import Manifest, parse_manifest
from atoll.secrets.dotenv import parse_dotenv

PAGE = (Path(__file__).parents[2] / "docs" / "auth.md").read_text(encoding="utf-8")
CLAIMS = {"sub": "ada", "role": "admin"}


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


def test_manifests_have_no_problems() -> None:
    manifests = blocks("json")
    assert len(manifests) == 3
    for block in manifests:
        assert parse_manifest(block, strict=True).access.restricts or "issuer" in block


class Users:
    """An app whose function must not be called."""

    interface = Interface((Function("deleteUser", "delete_user", (), Scalar("String")),))
    exact = False
    may_wait = False

    async def call(self, *_: Any, **__: Any) -> Outcome:
        raise AssertionError


async def test_the_refusal_is_as_shown() -> None:
    (shown,) = [json.loads(block) for block in blocks("text")]
    (rules,) = [block for block in blocks("json") if "realm_access" in block]
    api = GraphQLApi(Users(), guard=Access(parse_manifest(rules).access))

    answer = await api.execute(GraphQLRequest("mutation { deleteUser }"), Caller(CLAIMS))

    assert answer.body == shown


def test_numbers() -> None:
    assert f"wait, for {key_sets.PATIENCE:g} seconds" in PAGE
    assert f"at most every {key_sets.COOLDOWN:g} seconds" in PAGE
    assert f"after {key_sets.FIRST_RETRY:g} seconds" in PAGE
    assert f"at least every {key_sets.LAST_RETRY / 60:g} minutes" in PAGE
    assert f"up to {jwk.MAX_KEYS} keys and {fetch.MAX_BYTES >> 20} MiB" in PAGE
    assert f"fetched again: {settings.DEFAULT_MINUTES}, a day" in PAGE
    assert f"may differ by {tokens.LEEWAY:g} seconds" in PAGE
    assert f"at most {header.MAX_TOKEN} characters" in PAGE
    assert f"RSA, from {keys.MINIMUM_RSA_BITS} bits" in PAGE
    for algorithm in keys.ALGORITHMS:
        assert algorithm in PAGE


def test_every_reason_is_listed() -> None:
    section = PAGE.split("## The log")[1].split("\n## ")[0]
    reasons = {reason for _, reason in tokens._REASONS}
    for reason in (*reasons, tokens._UNKNOWN_KEY, "no token", "too long", "no keys"):
        assert f"`{reason}`" in section


def test_a_key_of_your_own(tmp_path: Path) -> None:
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed: apt install openssl")
    (making,) = [block for block in blocks("sh") if "openssl" in block]
    (signing,) = [block for block in blocks("python") if "jwt" in block]

    def run(*command: str) -> str:
        done = subprocess.run(
            command, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=True
        )
        return done.stdout

    run("sh", "-c", making)
    token = run(sys.executable, "-c", signing).strip()

    environ = parse_dotenv((tmp_path / ".env").read_text(), file=".env")
    decision = TokenVerifier.from_environ(environ, dev=False).decide(f"Bearer {token}")
    assert isinstance(decision, Admitted)
    assert decision.claims is not None
    assert decision.claims["sub"] == "ada"


def test_the_address_of_published_keys_is_read() -> None:
    (block,) = [block for block in blocks("sh") if "JWKS" in block]
    done = subprocess.run(
        ["sh", "-c", f'{block}\nprintf %s "$MODUS_JWKS_ENDPOINTS"'],
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
        env={"PATH": os.environ["PATH"]},
    )
    found = settings.read_settings({"MODUS_JWKS_ENDPOINTS": done.stdout}, dev=False)
    assert [endpoint.host for endpoint in found.endpoints] == ["id.example.com"]


def test_claims_in_python(monkeypatch: pytest.MonkeyPatch) -> None:
    (block,) = [block for block in blocks("python") if "who_am_i" in block]
    monkeypatch.setenv("CLAIMS", json.dumps(CLAIMS))
    names: dict[str, Any] = {"__name__": "__main__"}
    exec(block, names)

    assert names["who_am_i"]() == "ada (admin)"


@pytest.fixture
def engine() -> Iterator[Engine]:
    engine = Engine(EngineConfig(concurrency=5))
    yield engine
    engine.close()


async def who(engine: Engine, wasm: bytes) -> Any:
    app = App("docs", load_guest(engine, wasm), Manifest(), {}, dev=True)
    try:
        (function,) = app.interface.functions
        return (await app.call(function, {}, Caller(CLAIMS))).value
    finally:
        await app.close()


async def test_claims_in_assemblyscript(
    engine: Engine, build_assemblyscript: Callable[[Path], bytes], tmp_path: Path
) -> None:
    (tmp_path / "assembly").mkdir()
    (tmp_path / "assembly" / "index.ts").write_text(blocks("typescript")[0])

    assert await who(engine, build_assemblyscript(tmp_path)) == "ada (admin)"


async def test_claims_in_go(
    engine: Engine, build_go: Callable[[Path], bytes], tmp_path: Path
) -> None:
    example = Path(__file__).parents[2] / "examples" / "simple-go" / "go.mod"
    (tmp_path / "go.mod").write_text(example.read_text())
    (tmp_path / "main.go").write_text(blocks("go")[0])

    assert await who(engine, build_go(tmp_path)) == "ada (admin)"


def test_one_answer_for_all() -> None:
    assert "status 401, `Access Denied`" in PAGE
    decision = TokenVerifier((), dev=False).decide(None)
    assert decision == Refused(401, "Access Denied")
