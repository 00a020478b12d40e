"""Keys that identity providers publish, from real servers."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from atoll.auth import fetch, key_sets
from atoll.auth.decision import Admitted, Decision, Refused
from atoll.auth.tokens import TokenVerifier

Serve = Callable[[Any], Awaitable[str]]


@dataclass
class Provider:
    """Publishes keys, and counts who asks for them."""

    keys: list[Any] = field(default_factory=list)
    fetches: int = 0
    answer: Callable[[web.Request], Awaitable[web.StreamResponse]] | None = None
    """What it does in the place of publishing keys."""
    asked: asyncio.Event = field(default_factory=asyncio.Event)
    origin: str = ""

    async def handle(self, request: web.Request) -> web.StreamResponse:
        self.fetches += 1
        self.asked.set()
        if self.answer is not None:
            return await self.answer(request)
        return web.json_response({"keys": self.keys})

    @property
    def environ(self) -> dict[str, str]:
        return {"MODUS_JWKS_ENDPOINTS": json.dumps({"main": f"{self.origin}/jwks.json?key=secret"})}

    async def fetched(self, times: int) -> None:
        async with asyncio.timeout(20):
            while self.fetches < times:
                await asyncio.sleep(0.005)


async def never(_: web.Request) -> web.Response:
    await asyncio.Event().wait()
    raise AssertionError


@pytest.fixture
def issuer(issuers: dict[str, Any]) -> Any:
    return issuers["EdDSA"]


@pytest.fixture
async def provider(serve: Serve) -> Provider:
    provider = Provider()
    provider.origin = await serve(provider.handle)
    return provider


Verifier = Callable[..., TokenVerifier]


@pytest.fixture
async def verifier() -> AsyncIterator[Verifier]:
    """Makes verifiers that have begun to fetch."""
    made: list[TokenVerifier] = []

    def make(environ: dict[str, str], *, dev: bool = False) -> TokenVerifier:
        made.append(TokenVerifier.from_environ(environ, dev=dev))
        made[-1].start()
        return made[-1]

    yield make
    for one in made:
        await one.close()


def new_issuer(issuer: Any) -> Any:
    return type(issuer)("EdDSA", Ed25519PrivateKey.generate())


def ask(verifier: TokenVerifier, token: str) -> Awaitable[Decision]:
    return verifier.admit(f"Bearer {token}")


def is_denied(decision: Decision) -> bool:
    return decision == Refused(401, "Access Denied")


async def test_the_first_requests_wait_for_the_keys(
    issuer: Any, provider: Provider, verifier: Verifier
) -> None:
    go_on = asyncio.Event()

    async def slowly(_: web.Request) -> web.Response:
        await go_on.wait()
        return web.json_response({"keys": [issuer.jwk(kid="1")]})

    provider.answer = slowly
    made = verifier(provider.environ)
    tokens = [issuer.sign({}, kid="1"), issuer.sign({}), issuer.sign({}, kid="other")]
    waiting = [asyncio.ensure_future(ask(made, token)) for token in tokens]
    await provider.asked.wait()
    await asyncio.sleep(0.05)
    assert not any(one.done() for one in waiting)
    go_on.set()

    known, unnamed, other = await asyncio.gather(*waiting)

    assert known == unnamed == Admitted({})
    assert is_denied(other)
    assert provider.fetches == 1


async def test_given_keys_need_not_wait(
    issuers: dict[str, Any], provider: Provider, verifier: Verifier
) -> None:
    provider.answer = never
    given = issuers["ES256"]
    made = verifier({**provider.environ, "MODUS_PEMS": json.dumps({"mine": given.public_pem})})

    async with asyncio.timeout(key_sets.PATIENCE / 2):
        for token in (given.sign({}), given.sign({}, kid="mine"), given.sign({}, kid="x")):
            assert await ask(made, token) == Admitted({})
        assert is_denied(await made.admit(None))
        assert (await made.admit("Basic x")) == Refused(
            400, "Invalid JWT token format, Bearer required"
        )


async def test_rotated_keys_are_found_by_the_first_token_that_names_them(
    issuers: dict[str, Any],
    provider: Provider,
    verifier: Verifier,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(key_sets, "COOLDOWN", 0.0)
    old, new = issuers["EdDSA"], new_issuer(issuers["EdDSA"])
    provider.keys = [old.jwk(kid="old")]
    made = verifier(provider.environ)
    assert await ask(made, old.sign({}, kid="old")) == Admitted({})

    provider.keys = [new.jwk(kid="new")]

    assert await ask(made, old.sign({}, kid="old")) == Admitted({})  # not known to be gone yet
    assert await ask(made, new.sign({}, kid="new")) == Admitted({})
    assert provider.fetches == 2
    assert is_denied(await ask(made, old.sign({}, kid="old")))


async def test_key_sets_are_fetched_again_when_it_is_time(
    issuers: dict[str, Any], provider: Provider, verifier: Verifier
) -> None:
    old, new = issuers["EdDSA"], new_issuer(issuers["EdDSA"])
    provider.keys = [old.jwk(kid="old")]
    made = verifier(provider.environ)
    assert await ask(made, old.sign({}, kid="old")) == Admitted({})
    provider.keys = [new.jwk(kid="new")]
    made._sets.configure([made._sets._sets[0].endpoint], 0.01)
    made.start()

    await provider.fetched(provider.fetches + 3)

    assert isinstance(made.decide(f"Bearer {new.sign({}, kid='new')}"), Admitted)
    assert is_denied(made.decide(f"Bearer {old.sign({}, kid='old')}"))


async def test_a_storm_of_unknown_keys_reaches_the_provider_once(
    issuers: dict[str, Any], provider: Provider, verifier: Verifier
) -> None:
    issuer, forger = issuers["EdDSA"], new_issuer(issuers["EdDSA"])
    provider.keys = [issuer.jwk(kid="1")]
    made = verifier(provider.environ)
    assert await ask(made, issuer.sign({}, kid="1")) == Admitted({})

    for _ in range(3):
        decisions = await asyncio.gather(
            *(ask(made, forger.sign({}, kid=f"{number}")) for number in range(2, 200)),
            *(ask(made, forger.sign({})) for _ in range(20)),
        )
        assert all(is_denied(decision) for decision in decisions)

    assert provider.fetches == 1  # the first was a moment ago
    assert await ask(made, issuer.sign({}, kid="1")) == Admitted({})


async def test_tokens_that_no_key_could_verify_do_not_reach_the_provider(
    issuers: dict[str, Any],
    provider: Provider,
    verifier: Verifier,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(key_sets, "COOLDOWN", 0.0)
    issuer, forger = issuers["EdDSA"], new_issuer(issuers["EdDSA"])
    provider.keys = [issuer.jwk(kid="1")]
    made = verifier(provider.environ)
    assert await ask(made, issuer.sign({}, kid="1")) == Admitted({})

    hmac = "eyJhbGciOiJIUzI1NiIsImtpZCI6IjkifQ.e30.AAAA"
    for token in (forger.sign({}, kid="1"), issuer.sign({"exp": 1}, kid="1"), "a.b.c", "", hmac):
        assert is_denied(await ask(made, token))

    assert provider.fetches == 1


async def down(_: web.Request) -> web.Response:
    return web.Response(status=503)


async def html(_: web.Request) -> web.Response:
    return web.Response(text="<html>Sign in</html>", content_type="text/html")


async def huge(_: web.Request) -> web.Response:
    return web.Response(body=b'{"keys": []' + b" " * fetch.MAX_BYTES + b"}")


async def endless(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse()
    await response.prepare(request)
    while True:
        await response.write(b" " * 65_536)


async def zipped(_: web.Request) -> web.Response:
    response = web.Response(body=b'{"keys": []}' + b" " * (64 << 20))
    response.enable_compression(web.ContentCoding.gzip)
    return response


async def too_many(_: web.Request) -> web.Response:
    return web.json_response({"keys": [{"kty": "oct", "k": "AAAA"}] * 101})


async def no_set(_: web.Request) -> web.Response:
    return web.json_response([{"kty": "oct"}])


async def in_a_circle(request: web.Request) -> web.Response:
    raise web.HTTPFound(request.path)


async def elsewhere(request: web.Request) -> web.Response:
    raise web.HTTPFound(f"http://localhost:{request.url.port}/moved")


async def hanging_up(request: web.Request) -> web.Response:
    assert request.transport is not None
    request.transport.close()
    return web.Response()


FAULTS = [
    *(down, html, huge, endless, zipped, too_many, no_set),
    *(in_a_circle, elsewhere, hanging_up),
]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
async def test_old_keys_stay_while_there_are_no_new_ones(
    issuers: dict[str, Any],
    provider: Provider,
    verifier: Verifier,
    fault: Any,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(key_sets, "COOLDOWN", 0.0)
    issuer, forger = issuers["EdDSA"], new_issuer(issuers["EdDSA"])
    provider.keys = [issuer.jwk(kid="1")]
    made = verifier(provider.environ)
    token = issuer.sign({}, kid="1")
    assert await ask(made, token) == Admitted({})

    provider.answer = fault
    assert is_denied(await ask(made, forger.sign({}, kid="2")))

    assert provider.fetches > 1
    assert await ask(made, token) == Admitted({})
    record = next(r for r in caplog.records if "could not be fetched" in r.message)
    fields: Any = record.__dict__["fields"]
    assert fields["endpoint"] == "main"
    assert fields["reason"]
    assert fields["keys_in_use"] == 1
    assert "secret" not in f"{caplog.text} {[r.__dict__ for r in caplog.records]}"


async def test_a_provider_that_is_slow_does_not_hold_requests_for_long(
    issuer: Any, provider: Provider, verifier: Verifier, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(key_sets, "PATIENCE", 0.05)
    provider.answer = never

    assert is_denied(await ask(verifier(provider.environ), issuer.sign({}, kid="1")))


async def test_a_provider_that_comes_back_is_asked_again(
    issuer: Any, provider: Provider, verifier: Verifier, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(key_sets, "FIRST_RETRY", 0.01)
    provider.answer = down
    made = verifier(provider.environ)
    await provider.fetched(3)
    provider.keys = [issuer.jwk(kid="1")]
    provider.answer = None
    await provider.fetched(provider.fetches + 1)

    assert await ask(made, issuer.sign({}, kid="1")) == Admitted({})


async def test_a_provider_that_is_not_there(
    issuer: Any, verifier: Verifier, caplog: pytest.LogCaptureFixture
) -> None:
    environ = {"MODUS_JWKS_ENDPOINTS": '{"gone": "http://127.0.0.1:9/jwks.json"}'}

    assert is_denied(await ask(verifier(environ), issuer.sign({}, kid="1")))

    assert "could not be fetched" in caplog.text


async def test_redirects_on_the_same_host_are_followed(
    issuer: Any, provider: Provider, verifier: Verifier
) -> None:
    async def moved(request: web.Request) -> web.Response:
        if request.path != "/moved":
            raise web.HTTPFound("/moved")
        return web.json_response({"keys": [issuer.jwk(kid="1")]})

    provider.answer = moved

    assert await ask(verifier(provider.environ), issuer.sign({}, kid="1")) == Admitted({})


async def test_redirects_to_another_host_are_not_followed(
    issuer: Any, provider: Provider, verifier: Verifier
) -> None:
    paths = []

    async def moved(request: web.Request) -> web.Response:
        paths.append(request.path)
        if request.path != "/moved":
            raise web.HTTPFound(f"http://localhost:{request.url.port}/moved")
        return web.json_response({"keys": [issuer.jwk(kid="1")]})

    provider.answer = moved

    assert is_denied(await ask(verifier(provider.environ), issuer.sign({}, kid="1")))
    assert "/moved" not in paths


async def test_an_empty_set_closes_the_door(
    issuers: dict[str, Any],
    provider: Provider,
    verifier: Verifier,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(key_sets, "COOLDOWN", 0.0)
    issuer = issuers["EdDSA"]
    provider.keys = [issuer.jwk(kid="1")]
    made = verifier(provider.environ)
    assert await ask(made, issuer.sign({}, kid="1")) == Admitted({})

    provider.keys = []
    assert is_denied(await ask(made, issuer.sign({}, kid="2")))

    assert is_denied(await ask(made, issuer.sign({}, kid="1")))
    assert "publishes no key" in caplog.text


async def test_keys_of_every_kind(
    issuers: dict[str, Any], provider: Provider, verifier: Verifier, subtests: Any
) -> None:
    provider.keys = [issuer.jwk(kid=name, use="sig") for name, issuer in issuers.items()]
    made = verifier(provider.environ)

    for name, issuer in issuers.items():
        with subtests.test(name):
            assert await ask(made, issuer.sign({"by": name}, kid=name)) == Admitted({"by": name})
            assert await ask(made, issuer.sign({"by": name})) == Admitted({"by": name})


# Other settings, at work.


async def test_endpoints_come_and_go_without_a_restart(
    issuers: dict[str, Any], serve: Serve, verifier: Verifier
) -> None:
    one, two = issuers["EdDSA"], issuers["ES256"]
    providers = [Provider([one.jwk(kid="1")]), Provider([two.jwk(kid="2")])]
    urls = [await serve(provider.handle) for provider in providers]
    first, both, second = (
        {"MODUS_JWKS_ENDPOINTS": json.dumps(named)}
        for named in ({"a": urls[0]}, {"a": urls[0], "b": urls[1]}, {"b": urls[1]})
    )
    made = verifier(first)
    assert await ask(made, one.sign({}, kid="1")) == Admitted({})

    assert made.reconfigure(both)
    assert made.decide(f"Bearer {one.sign({}, kid='1')}") == Admitted({})  # stays
    assert await ask(made, two.sign({}, kid="2")) == Admitted({})

    assert made.reconfigure(second)
    assert is_denied(await ask(made, one.sign({}, kid="1")))
    assert await ask(made, two.sign({}, kid="2")) == Admitted({})
    assert [provider.fetches for provider in providers] == [1, 1]

    assert made.reconfigure({})
    assert is_denied(await ask(made, two.sign({}, kid="2")))


async def test_another_refresh_period_keeps_the_keys(
    issuer: Any, provider: Provider, verifier: Verifier
) -> None:
    provider.keys = [issuer.jwk(kid="1")]
    made = verifier(provider.environ)
    assert await ask(made, issuer.sign({}, kid="1")) == Admitted({})

    provider.answer = down
    assert made.reconfigure({**provider.environ, "MODUS_JWKS_REFRESH_MINUTES": "5"})

    assert made.decide(f"Bearer {issuer.sign({}, kid='1')}") == Admitted({})
    await provider.fetched(2)
    assert made.decide(f"Bearer {issuer.sign({}, kid='1')}") == Admitted({})


@pytest.mark.parametrize("dev", [True, False])
async def test_endpoints_without_keys_are_closed_in_dev_too(
    issuer: Any, provider: Provider, verifier: Verifier, dev: bool
) -> None:
    made = verifier(provider.environ, dev=dev)

    assert is_denied(await made.admit(None))
    assert is_denied(await ask(made, issuer.sign({}, kid="1")))
    assert made.warnings() == ()


async def test_closing_ends_all_that_was_begun(provider: Provider) -> None:
    provider.answer = never
    before = asyncio.all_tasks()
    made = TokenVerifier.from_environ(provider.environ, dev=False)
    made.start()
    await provider.asked.wait()
    ours = asyncio.all_tasks() - before

    await made.close()

    names = {task.get_coro().__qualname__ for task in ours}  # type: ignore[union-attr]
    assert {"KeySet._keep", "KeySet._fetch"} <= names
    assert not any(
        not task.done()
        for task in ours
        if task.get_coro().__qualname__.startswith("KeySet")  # type: ignore[union-attr]
    )


def test_a_verifier_can_be_made_where_no_event_loop_runs(issuer: Any) -> None:
    environ = {"MODUS_JWKS_ENDPOINTS": '{"a": "https://127.0.0.1:9/"}'}
    made = TokenVerifier.from_environ(environ, dev=False)
    made.start()

    assert is_denied(made.decide(f"Bearer {issuer.sign({})}"))


async def test_what_is_skipped_is_logged_once(
    issuer: Any, provider: Provider, verifier: Verifier, caplog: pytest.LogCaptureFixture
) -> None:
    provider.keys = [issuer.jwk(kid="1"), {"kty": "oct", "k": "c2VjcmV0"}]
    with caplog.at_level(logging.INFO):
        made = verifier(provider.environ)
        made._sets.configure([made._sets._sets[0].endpoint], 0.01)
        made.start()
        await provider.fetched(4)

    skipped = [r for r in caplog.records if "of no use here" in r.message]
    assert 1 <= len(skipped) <= 2  # once for each time that the endpoint was configured
    assert skipped[0].__dict__["fields"]["skipped"] == ["key 2: not RSA, EC or OKP"]
    assert "c2VjcmV0" not in str([r.__dict__ for r in caplog.records])
