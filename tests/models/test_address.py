from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atoll.manifest import (
    DatabaseConnection,
    DgraphConnection,
    HttpConnection,
    Manifest,
    Model,
    MysqlConnection,
    Neo4jConnection,
    PostgresqlConnection,
)
from atoll.models import ModelError
from atoll.models.address import (
    LocalAddress,
    RemoteAddress,
    find_address,
    find_model,
)


def manifest(*connections: HttpConnection | DatabaseConnection) -> Manifest:
    return Manifest(connections={connection.name: connection for connection in connections})


def error(
    model: Model, *connections: HttpConnection | DatabaseConnection, host: str = ""
) -> ModelError:
    with pytest.raises(ModelError) as caught:
        find_address(manifest(*connections), model, host)
    return caught.value


@pytest.mark.parametrize("path", ["chat", "/chat", "//chat"])
@pytest.mark.parametrize("base", ["https://a/v1/", "https://a/v1", "https://a/v1//"])
def test_joins_base_url_and_path_with_one_slash(base: str, path: str) -> None:
    api = HttpConnection("api", base_url=base)
    address = find_address(manifest(api), Model("m", "api", path=path), "")
    assert address == RemoteAddress(api, "https://a/v1/chat")


def test_uses_an_endpoint_as_it_is() -> None:
    api = HttpConnection("api", endpoint="https://a/v1/chat?x=1")
    address = find_address(manifest(api), Model("m", "api"), "")
    assert address == RemoteAddress(api, "https://a/v1/chat?x=1")


def test_an_unknown_model_lists_the_known_ones() -> None:
    known = Manifest(models={"b": Model("b", "api"), "a": Model("a", "api")})
    with pytest.raises(ModelError) as caught:
        find_model(known, "c\n" + "x" * 1000)
    assert caught.value.code == "MODEL_NOT_FOUND"
    assert caught.value.hint == "modus.json defines these models: a, b"
    assert "\n" not in caught.value.message
    assert len(caught.value.message) < 200


def test_an_unknown_connection_lists_the_known_ones() -> None:
    found = error(Model("m", "nowhere"), HttpConnection("api", endpoint="https://a/"))
    assert found.code == "CONNECTION_NOT_FOUND"
    assert "[nowhere]" in found.message
    assert "[m]" in found.message
    assert found.hint == "modus.json defines these connections: api, local"


@pytest.mark.parametrize(
    "kind", [PostgresqlConnection, MysqlConnection, DgraphConnection, Neo4jConnection]
)
def test_other_connections_cannot_serve_models(kind: type[DatabaseConnection]) -> None:
    found = error(Model("m", "db"), kind("db"))
    assert found.code == "NOT_AN_HTTP_CONNECTION"
    assert f"[db] is not an HTTP connection: connections of type {kind.type}" in found.message


@pytest.mark.parametrize(
    ("connection", "path", "code", "text"),
    [
        (
            HttpConnection("api", base_url="https://a/"),
            "",
            "MODEL_PATH",
            "model path is not defined",
        ),
        (
            HttpConnection("api", endpoint="https://a/"),
            "chat",
            "MODEL_PATH",
            "model path is defined but the connection has no base URL",
        ),
        (
            HttpConnection("api", base_url="https://a/", endpoint="https://a/"),
            "chat",
            "CONNECTION_ADDRESS",
            "specify either base URL or endpoint for an HTTP connection, not both",
        ),
        (HttpConnection("api"), "chat", "CONNECTION_ADDRESS", "has no address"),
    ],
)
def test_addresses_that_do_not_add_up(
    connection: HttpConnection, path: str, code: str, text: str
) -> None:
    found = error(Model("m", "api", path=path), connection)
    assert found.code == code
    assert text in found.message


def test_hypermode_models_are_served_by_the_model_host() -> None:
    address = find_address(Manifest(), Model("My-Model", "hypermode"), "models.test:8080")
    assert isinstance(address, RemoteAddress)
    assert address.url == "http://my-model.models.test:8080/my-model:predict"


def test_a_connection_called_hypermode_changes_nothing() -> None:
    """The manifest reads such a model as a hosted one, without its path."""
    own = {"hypermode": HttpConnection("hypermode", base_url="https://own.test/v1/")}
    address = find_address(Manifest(connections=own), Model("m", "hypermode"), "models.test")
    assert isinstance(address, RemoteAddress)
    assert address.url == "http://m.models.test/m:predict"


def test_hypermode_models_without_a_model_host_say_what_to_write_instead() -> None:
    found = error(Model("my-model", "hypermode", source_model="org/Model"))
    assert found.code == "HYPERMODE_UNAVAILABLE"
    assert "hypermode hosted models are not available in this environment" in found.message
    assert found.hint is not None
    lines = found.hint.splitlines()
    assert '"models": { "my-model"' in lines[1]
    assert '"connections": {' in lines[2]


@given(st.text(max_size=70))
def test_a_hypermode_models_name_stays_one_label_of_the_host(name: str) -> None:
    try:
        address = find_address(Manifest(), Model(name, "hypermode"), "models.test")
    except ModelError:
        return
    assert isinstance(address, RemoteAddress)
    label, rest = address.url.removeprefix("http://").split(".", 1)
    assert rest == f"models.test/{label}:predict"
    assert label
    assert set(label) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")


@pytest.mark.parametrize("host", ["http://a", "a/b", "a@b", "a..b", "a:b", " a", "a#"])
def test_a_model_host_is_only_a_host(host: str) -> None:
    assert error(Model("m", "hypermode"), host=host).code == "HYPERMODE_UNAVAILABLE"


def test_local_models_need_no_connection() -> None:
    model = Model("text", "local", source_model="some-model")
    assert Manifest().is_local(model)
    assert find_address(Manifest(), model, "") == LocalAddress("some-model")
    assert find_address(Manifest(), Model("some-model", "local"), "") == LocalAddress("some-model")


def test_a_connection_that_the_manifest_calls_local_is_the_users() -> None:
    own = HttpConnection("local", endpoint="http://127.0.0.1:11434/v1/chat/completions")
    model = Model("text", "local")
    assert not manifest(own).is_local(model)
    assert find_address(manifest(own), model, "") == RemoteAddress(own, own.endpoint)
