"""The provider of secrets in Vault, with a server that answers as Vault's documentation says.

What a real Vault answers is tested in test_vault_server.py; here is what is hard to have of one.
"""

from __future__ import annotations

import http.server
import json
import logging
import socket
import ssl
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from atoll_servers.tls import certificate

from atoll.secrets import SecretProviderError, vault
from atoll.secrets.vault import VaultProvider

pytest.importorskip("hvac", reason="the extra vault is not installed")

TOKEN, ROLE, SECRET_ID = "hvs.t0ken-hunter2", "role-1", "secret-id-hunter2"
VALUES = {"MODUS_APP_A": "value-hunter2", "OTHER": "x", "MODUS_ENV_": "y", "MODUS_A b": "z"}

Answer = tuple[int, Any]


class FakeVault:
    """Has one secret in ``secret/``, an engine with versions, and in ``old/``, one without."""

    def __init__(self) -> None:
        self.values: dict[str, Any] = dict(VALUES)
        self.tokens = {TOKEN}
        self.lease = 3600
        self.asked: list[str] = []
        self.override: Callable[[str], Answer | None] = lambda path: None

    def answer(self, path: str, token: str, namespace: str, body: dict[str, Any]) -> Answer:
        self.asked.append(path)
        if (forced := self.override(path)) is not None:
            return forced
        if path == "auth/approle/login":
            if (body.get("role_id"), body.get("secret_id")) != (ROLE, SECRET_ID):
                return 400, {"errors": ["invalid role or secret ID"]}
            granted = f"hvs.granted-hunter2-{len(self.tokens)}"
            self.tokens.add(granted)
            return 200, {"auth": self.grant(granted)}
        if token not in self.tokens:
            return 403, {"errors": ["permission denied"]}
        match path.split("/"):
            case ["auth", "token", "lookup-self"]:
                return 200, {"data": {"ttl": self.lease, "renewable": True}}
            case ["auth", "token", "renew-self"]:
                return 200, {"auth": self.grant(token)}
            case ["sys", "internal", "ui", "mounts", "secret", *_]:
                options = {"version": "2"}
                return 200, {"data": {"path": "secret/", "type": "kv", "options": options}}
            case ["sys", "internal", "ui", "mounts", "old", *_]:
                return 200, {"data": {"path": "old/", "type": "kv", "options": None}}
            case ["sys", "internal", "ui", "mounts", "pki", *_]:
                return 200, {"data": {"path": "pki/", "type": "pki", "options": None}}
            case ["secret", "data", "team", "my-app"]:
                return 200, {"data": {"data": self.values, "metadata": {"version": 1}}}
            case ["old", "my-app"]:
                return 200, {"data": self.values}
        return 404, {"errors": []}

    def grant(self, token: str) -> dict[str, Any]:
        return {"client_token": token, "lease_duration": self.lease, "renewable": True}


class Handler(http.server.BaseHTTPRequestHandler):
    fake: FakeVault

    def do_GET(self) -> None:
        size = int(self.headers.get("content-length") or 0)
        body = json.loads(self.rfile.read(size) or b"{}")
        status, answer = self.fake.answer(
            self.path.removeprefix("/v1/"),
            self.headers.get("x-vault-token", ""),
            self.headers.get("x-vault-namespace", ""),
            body or {},
        )
        text = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    do_POST = do_PUT = do_GET

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[http.server.ThreadingHTTPServer]:
    handler = type("Bound", (Handler,), {"fake": FakeVault()})
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture
def fake(server) -> FakeVault:
    return server.RequestHandlerClass.fake


@pytest.fixture
def environ(server, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    return {"VAULT_ADDR": f"http://u:hunter2@127.0.0.1:{server.server_port}", "VAULT_TOKEN": TOKEN}


@pytest.fixture
def role(environ) -> dict[str, str]:
    """The same for an AppRole."""
    del environ["VAULT_TOKEN"]
    return {**environ, "VAULT_ROLE_ID": ROLE, "VAULT_SECRET_ID": SECRET_ID}


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Lets time pass, as leases see it."""
    passed = 0.0

    class Clock:
        @staticmethod
        def monotonic() -> float:
            return passed

    def later(seconds: float) -> None:
        nonlocal passed
        passed += seconds

    monkeypatch.setattr(vault, "time", Clock)
    return later


def failure(provider: VaultProvider) -> SecretProviderError:
    """How it fails; whatever can be seen of that holds no secret."""
    with pytest.raises(SecretProviderError) as caught:
        provider.load()
    error = caught.value
    assert error.__context__ is None or error.__suppress_context__
    assert error.__cause__ is None
    assert "hunter2" not in f"{error.message} {error.hint} {provider!r}"
    assert provider.name in error.message
    return error


@pytest.mark.parametrize("path", ["secret/team/my-app", "/secret/team/my-app/", "old/my-app"])
def test_the_keys_are_variables(environ, path: str) -> None:
    provider = VaultProvider(path, environ)
    assert provider.name == f"vault:{path.strip('/')}"
    assert provider.load() == {"MODUS_APP_A": "value-hunter2", "MODUS_ENV_": "y"}
    assert provider.stamp() is None


def test_new_values_are_seen_and_nothing_is_asked_twice(environ, fake) -> None:
    provider = VaultProvider("secret/team/my-app", environ)
    provider.load()
    fake.asked.clear()
    fake.values = {"MODUS_APP_A": "new"}
    assert provider.load() == {"MODUS_APP_A": "new"}
    assert fake.asked == ["secret/data/team/my-app"]


def test_a_token_in_a_file_is_read_again_when_it_is_refused(environ, fake, tmp_path) -> None:
    (tmp_path / "token").write_text(f"{TOKEN}\n")
    del environ["VAULT_TOKEN"]
    provider = VaultProvider(
        "secret/team/my-app", {**environ, "VAULT_TOKEN_FILE": str(tmp_path / "token")}
    )
    provider.load()
    fake.tokens = {"hvs.next"}
    assert failure(provider).code == "VAULT_DENIED"
    (tmp_path / "token").write_text("hvs.next")
    assert provider.load()


def test_a_role_logs_in(role, fake, tmp_path) -> None:
    assert VaultProvider("secret/team/my-app", role).load()
    (tmp_path / "id").write_text(SECRET_ID)
    del role["VAULT_SECRET_ID"]
    from_file = {**role, "VAULT_SECRET_ID_FILE": str(tmp_path / "id")}
    assert VaultProvider("secret/team/my-app", from_file).load()
    assert fake.asked.count("auth/approle/login") == 2


def test_a_token_is_renewed_when_half_of_its_time_is_over(role, fake, later) -> None:
    provider = VaultProvider("secret/team/my-app", role)
    provider.load()
    fake.asked.clear()
    later(1790)
    provider.load()
    assert "auth/token/renew-self" not in fake.asked
    later(20)
    provider.load()
    later(20)
    provider.load()
    assert fake.asked.count("auth/token/renew-self") == 1
    assert "auth/approle/login" not in fake.asked


def test_a_token_that_cannot_be_renewed_is_replaced(role, fake, later) -> None:
    provider = VaultProvider("secret/team/my-app", role)
    provider.load()
    fake.asked.clear()
    fake.tokens.clear()
    later(1810)
    assert provider.load()
    assert fake.asked[:2] == ["auth/token/renew-self", "auth/approle/login"]


def test_a_token_that_was_revoked_is_replaced(role, fake) -> None:
    provider = VaultProvider("secret/team/my-app", role)
    provider.load()
    fake.tokens.clear()
    assert provider.load()
    assert fake.asked.count("auth/approle/login") == 2


def test_the_namespace_is_sent(environ, fake) -> None:
    seen = []
    answer = fake.answer
    fake.answer = lambda path, token, namespace, body: (
        seen.append(namespace) or answer(path, token, namespace, body)
    )
    VaultProvider("secret/team/my-app", {**environ, "VAULT_NAMESPACE": "team/a"}).load()
    assert set(seen) == {"team/a"}


@pytest.mark.parametrize(
    ("without", "changed", "said"),
    [
        ("VAULT_ADDR", {}, "set VAULT_ADDR"),
        ("VAULT_TOKEN", {}, "set VAULT_TOKEN or VAULT_TOKEN_FILE"),
        ("VAULT_TOKEN", {"VAULT_TOKEN_FILE": "/nowhere/token"}, "VAULT_TOKEN_FILE names /nowhere/"),
        ("", {"VAULT_CACERT": "/nowhere/ca.pem"}, "VAULT_CACERT names /nowhere/ca.pem"),
        ("", {"VAULT_TOKEN": "hunter2\nX-Evil: 1"}, "VAULT_TOKEN is no token"),
        ("", {"VAULT_TOKEN": "hunter2-ä"}, "VAULT_TOKEN is no token"),
    ],
)
def test_what_is_not_configured(environ, without: str, changed, said: str) -> None:
    environ.pop(without, None)
    error = failure(VaultProvider("secret/team/my-app", {**environ, **changed}))
    assert error.code == "VAULT_NOT_CONFIGURED"
    assert said in f"{error.message} {error.hint}"


def test_a_wrong_token_and_a_wrong_role(environ, role) -> None:
    wrong = failure(VaultProvider("secret/team/my-app", {**environ, "VAULT_TOKEN": "hunter2"}))
    assert wrong.code == "VAULT_DENIED"
    assert "127.0.0.1" in wrong.message
    wrong = failure(VaultProvider("secret/team/my-app", {**role, "VAULT_SECRET_ID": "hunter2"}))
    assert wrong.code == "VAULT_DENIED"
    assert "refuses the role id or the secret id" in wrong.message


def test_what_is_not_there(environ) -> None:
    for path in ("secret/none", "secret/team", "pki/issue/web"):
        error = failure(VaultProvider(path, environ))
        assert error.code == "VAULT_NO_SECRET"


def test_values_that_are_no_text(environ, fake) -> None:
    for value in (1, True, None, ["hunter2"], {"a": "hunter2"}):
        fake.values["MODUS_X"] = value
        error = failure(VaultProvider("secret/team/my-app", environ))
        assert error.code == "SECRET_UNUSABLE"
        assert "MODUS_X" in error.message


@pytest.mark.parametrize(
    ("status", "body", "code"),
    [
        (503, {"errors": ["Vault is sealed"]}, "VAULT_UNREACHABLE"),
        (500, {"errors": ["hunter2"]}, "VAULT_FAILED"),
        (429, {"errors": []}, "VAULT_FAILED"),
        (418, b"<html>hunter2", "VAULT_FAILED"),
        (200, b"<html>hunter2", "VAULT_FAILED"),
        (200, {}, "VAULT_FAILED"),
        (200, {"data": None}, "VAULT_FAILED"),
        (200, {"data": {"data": "hunter2"}}, "VAULT_FAILED"),
        (200, [], "VAULT_FAILED"),
        (400, ["hunter2"], "VAULT_FAILED"),
        (204, b"", "VAULT_FAILED"),
    ],
)
@pytest.mark.parametrize("where", ["sys/", "secret/", "auth/approle"])
def test_what_vault_answers_is_not_repeated(
    environ, role, fake, status, body, code, where: str
) -> None:
    environ = role if where == "auth/approle" else {**environ, "VAULT_TOKEN": TOKEN}
    fake.override = lambda path: (status, body) if path.startswith(where) else None
    assert failure(VaultProvider("secret/team/my-app", environ)).code == code


@pytest.mark.parametrize(
    "answer", [(403, {}), (200, []), (200, {"data": None}), (400, [1]), (500, {})]
)
def test_a_token_of_which_nothing_is_known_is_used(environ, fake, answer: Answer) -> None:
    fake.override = lambda path: answer if path.endswith("lookup-self") else None
    assert VaultProvider("secret/team/my-app", environ).load()


def test_nobody_there(environ) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{probe.getsockname()[1]}"
        error = failure(VaultProvider("secret/x", {**environ, "VAULT_ADDR": address}))
    assert error.code == "VAULT_UNREACHABLE"
    assert f"{address} cannot be reached" in error.message


def test_somebody_who_does_not_answer(environ, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vault, "TIMEOUT", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"http://127.0.0.1:{silent.getsockname()[1]}"
        error = failure(VaultProvider("secret/x", {**environ, "VAULT_ADDR": address}))
    assert "does not answer within 0.2 seconds" in error.message


@pytest.mark.parametrize("address", ["127.0.0.1:8200", "ftp://x", "http://", "http://[x", "x y"])
def test_an_address_that_is_none(environ, address: str) -> None:
    error = failure(VaultProvider("secret/x", {**environ, "VAULT_ADDR": address}))
    assert error.code == "VAULT_UNREACHABLE"


def test_a_certificate_has_to_be_trusted(environ, server, tmp_path: Path) -> None:
    own, files = certificate(), (tmp_path / "certificate.pem", tmp_path / "key.pem")
    files[0].write_bytes(own.certificate)
    files[1].write_bytes(own.key)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*files)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    environ["VAULT_ADDR"] = f"https://127.0.0.1:{server.server_port}"
    error = failure(VaultProvider("secret/team/my-app", environ))
    assert error.code == "VAULT_UNREACHABLE"
    assert "its certificate is not good" in error.message
    assert "VAULT_CACERT" in str(error.hint)
    trusting = {**environ, "VAULT_CACERT": str(files[0])}
    assert VaultProvider("secret/team/my-app", trusting).load()


def test_the_library_is_an_extra(environ, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "hvac", None)
    error = failure(VaultProvider("secret/x", environ))
    assert error.code == "VAULT_NOT_INSTALLED"
    assert error.hint == "pip install 'atoll[vault]'"


def test_nothing_of_it_is_logged(role, fake, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    provider = VaultProvider("secret/team/my-app", role)
    provider.load()
    fake.tokens.clear()
    provider.load()
    fake.override = lambda path: (500, {"errors": ["hunter2"]})
    failure(provider)
    logged = [f"{record.getMessage()} {record.__dict__}" for record in caplog.records]
    assert not [line for line in logged if "hunter2" in line]
