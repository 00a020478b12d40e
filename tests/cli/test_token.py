"""``atoll token``, run as a user runs it; and what it makes, as the server reads it."""

from __future__ import annotations

import json
import re
import stat
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import typer
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from hypothesis import given
from hypothesis import strategies as st

from atoll.auth.decision import Admitted
from atoll.auth.tokens import TokenVerifier
from atoll.cli.token import line, parse_claims, parse_duration
from atoll.secrets.dotenv import parse_dotenv

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return tmp_path / "config"


@pytest.fixture
def token(run: Run, config: Path) -> Run:
    """Run ``atoll token`` as a user whose configuration is empty at first."""

    def token(*arguments: str | Path, **options: Any) -> subprocess.CompletedProcess[str]:
        return run("token", *arguments, env={"XDG_CONFIG_HOME": str(config)}, **options)

    return token


def test_a_token_alone_is_printed_and_verified_by_the_key_that_pems_prints(
    token: Run, config: Path
) -> None:
    made = token("--claim", "sub=ada", "--claim", "n=1", "--scope", "a", "--scope", "b:c")
    assert made.returncode == 0
    assert made.stdout.count("\n") == 1
    assert "created" in made.stderr
    pems = token("--pems")
    assert pems.stderr == ""

    environ = parse_dotenv(pems.stdout, file=".env")
    decision = TokenVerifier.from_environ(environ, dev=False).decide(
        f"Bearer {made.stdout.strip()}"
    )

    assert isinstance(decision, Admitted)
    assert decision.claims is not None
    claims = dict(decision.claims)
    assert claims.pop("exp") - claims.pop("iat") == 3600
    assert claims == {"sub": "ada", "n": 1, "scope": "a b:c"}


def test_the_private_key_is_for_its_owner_and_is_kept(token: Run, config: Path) -> None:
    token()
    file = config / "atoll" / "token-key.pem"
    before = file.read_text()

    assert token().stderr == ""

    assert file.read_text() == before
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


def test_another_key(token: Run, tmp_path: Path, config: Path) -> None:
    key = tmp_path / "keys" / "mine.pem"
    first = token("--key", key, "--pems").stdout

    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert not config.exists()
    assert token("--key", key, "--pems").stdout == first
    assert token("--pems").stdout != first


def rsa_pem() -> bytes:
    key = rsa.generate_private_key(65537, 2048)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


@pytest.mark.parametrize("content", [b"", b"no key", b"\xff", rsa_pem()], ids=range(4))
def test_what_is_there_is_never_overwritten(fails: Run, tmp_path: Path, content: bytes) -> None:
    key = tmp_path / "mine.pem"
    key.write_bytes(content)

    done = fails("token", "--key", key)

    assert "error[UNUSABLE_FILE]" in done.stderr
    assert str(key) in done.stderr
    assert key.read_bytes() == content
    assert done.stdout == ""


def test_save_adds_the_key_to_those_that_are_there(token: Run, app: Path) -> None:
    file = app / ".env.dev.local"
    file.write_text("""MODUS_X='y'\nMODUS_PEMS='{"theirs": "PEM"}'""")

    done = token(app, "--save")

    assert done.stdout.count(".") == 2
    found = parse_dotenv(file.read_text(), file=".env")
    assert found["MODUS_X"] == "y"
    pems = json.loads(found["MODUS_PEMS"])
    theirs, ours = pems
    assert theirs == "theirs"
    assert re.fullmatch("atoll-dev-[0-9a-f]{8}", ours)
    assert pems[ours].startswith("-----BEGIN PUBLIC KEY-----\n")
    before = file.read_text()
    assert "has the public key" in token(app, "--save").stderr
    assert file.read_text() == before


def test_save_is_for_an_app(fails: Run, tmp_path: Path, config: Path) -> None:
    done = fails("token", "--save", env={"XDG_CONFIG_HOME": str(config)})

    assert "error[NO_MANIFEST]" in done.stderr
    assert not (tmp_path / ".env.dev.local").exists()


def test_save_leaves_a_file_alone_that_it_does_not_understand(token: Run, app: Path) -> None:
    for text in ("MODUS_PEMS='[1]'\n", "MODUS_PEMS='{'\n", "not a line\n"):
        (app / ".env.dev.local").write_text(text)

        done = token(app, "--save")

        assert done.returncode == 1
        assert "Traceback" not in done.stderr
        assert (app / ".env.dev.local").read_text() == text


@pytest.mark.parametrize(
    "arguments",
    [
        ("--claim", "sub"),
        ("--claim", "=ada"),
        ("--expires", "soon"),
        ("--expires", "1.5h"),
        ("--expires", "-1h"),
        ("--expires", "1"),
    ],
)
def test_usage_errors(token: Run, arguments: tuple[str, ...], config: Path) -> None:
    done = token(*arguments)

    assert done.returncode == 2
    assert arguments[0] in done.stderr
    assert not config.exists()


def test_durations() -> None:
    assert [parse_duration(text) for text in ("0s", "90s", "5m", "1h", "7d")] == [
        *(0, 90, 300, 3600, 604800)
    ]
    for text in ("", "h", "1w", "1 h", "٣h", "9999999999s"):
        with pytest.raises(typer.BadParameter):
            parse_duration(text)


def test_claims() -> None:
    given = ["a=b=c", "n=1.5", "t=true", 'l=["x"]', 'text="1"', "empty=", "exp=7", "https://x/y=z"]
    assert parse_claims(given, [], 60, 1000.9) == {
        "iat": 1000,
        "exp": 7,
        "a": "b=c",
        "n": 1.5,
        "t": True,
        "l": ["x"],
        "text": "1",
        "empty": "",
        "https://x/y": "z",
    }
    assert parse_claims([], ["a", "b"], 60, time.time())["scope"] == "a b"


@given(st.dictionaries(st.text(), st.text()))
def test_the_line_is_read_as_it_was_meant(pems: dict[str, str]) -> None:
    found = parse_dotenv(line(pems), file=".env")

    assert json.loads(found["MODUS_PEMS"]) == pems


def test_two_keys_have_two_names(token: Run, app: Path, tmp_path: Path) -> None:
    names = set()
    for file in ("a.pem", "b.pem"):
        printed = token(app, "--pems", "--key", str(tmp_path / file)).stdout
        names.update(json.loads(printed.partition("=")[2].strip().strip("'")))
    assert len(names) == 2
