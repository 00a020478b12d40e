"""Where a model of the manifest is invoked: the URL rules of docs/models.md."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from atoll.manifest import HttpConnection, Manifest, Model
from atoll.manifest.model import HYPERMODE, LOCAL, replacement_lines
from atoll.models.errors import ModelError

_HOST_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_HOST = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::[0-9]{1,5})?")


@dataclass(frozen=True, slots=True)
class RemoteAddress:
    """A model behind an http connection."""

    connection: HttpConnection
    url: str


@dataclass(frozen=True, slots=True)
class LocalAddress:
    """A model that Atoll runs itself."""

    source_model: str


def find_model(manifest: Manifest, name: str) -> Model:
    """The model ``name`` of the manifest; raises ModelError with the names that exist."""
    model = manifest.models.get(name)
    if model is None:
        raise ModelError(
            "MODEL_NOT_FOUND",
            f"model [{_shown(name)}] was not found in modus.json",
            known("models", manifest.models),
        )
    return model


def find_address(
    manifest: Manifest, model: Model, hypermode_host: str
) -> RemoteAddress | LocalAddress:
    """Where to invoke ``model``. Raises ModelError when the manifest does not tell."""
    if model.is_hypermode:
        return _hypermode(model, hypermode_host)
    if manifest.is_local(model):
        return LocalAddress(model.source_model or model.name)
    connection = manifest.connections.get(model.connection)
    if connection is None:
        raise ModelError(
            "CONNECTION_NOT_FOUND",
            f"connection [{model.connection}] of model [{model.name}] was not found in modus.json",
            known("connections", [*manifest.connections, LOCAL]),
        )
    if not isinstance(connection, HttpConnection):
        raise ModelError(
            "NOT_AN_HTTP_CONNECTION",
            f"[{connection.name}] is not an HTTP connection: "
            f"connections of type {connection.type} cannot serve model [{model.name}]",
            'name a connection of type "http" in the model\'s "connection"',
        )
    return RemoteAddress(connection, _url(connection, model))


def streaming(address: RemoteAddress) -> RemoteAddress:
    """Where a model of Gemini's interface streams: its host has another method for that."""
    place, _, query = address.url.partition("?")
    if not place.endswith(":generateContent"):
        return address
    place = f"{place.removesuffix(':generateContent')}:streamGenerateContent"
    query = query if "alt=" in query else "&".join(filter(None, (query, "alt=sse")))
    return RemoteAddress(address.connection, f"{place}?{query}")


def known(what: str, names: Iterable[str]) -> str:
    listed = ", ".join(sorted(names))
    return (
        f"modus.json defines these {what}: {listed}" if listed else f"modus.json defines no {what}"
    )


def _url(connection: HttpConnection, model: Model) -> str:
    if connection.base_url and connection.endpoint:
        raise ModelError(
            "CONNECTION_ADDRESS",
            "specify either base URL or endpoint for an HTTP connection, not both",
            f'remove "baseUrl" or "endpoint" from connection [{connection.name}]',
        )
    if connection.base_url:
        if not model.path:
            raise ModelError(
                "MODEL_PATH",
                f"model path is not defined for model [{model.name}]",
                'add "path" to the model, such as "v1/chat/completions": '
                f"connection [{connection.name}] has only a base URL",
            )
        return f"{connection.base_url.rstrip('/')}/{model.path.lstrip('/')}"
    if connection.endpoint:
        if model.path:
            raise ModelError(
                "MODEL_PATH",
                "model path is defined but the connection has no base URL: "
                f"model [{model.name}], connection [{connection.name}]",
                'remove the model\'s "path", or replace "endpoint" by "baseUrl"',
            )
        return connection.endpoint
    raise ModelError(
        "CONNECTION_ADDRESS",
        f"connection [{connection.name}] of model [{model.name}] has no address",
        'give it a "baseUrl" or an "endpoint"',
    )


def _hypermode(model: Model, host: str) -> RemoteAddress:
    if not host:
        raise ModelError(
            "HYPERMODE_UNAVAILABLE",
            "hypermode hosted models are not available in this environment: "
            f"model [{model.name}] needs them",
            "point the model at another OpenAI-compatible host, in modus.json:\n"
            f"{replacement_lines(model)}\nor set HYPERMODE_MODEL_HOST",
        )
    label = model.name.lower()
    if not _HOST_LABEL.fullmatch(label):
        raise ModelError(
            "MODEL_NAME",
            f"model [{_shown(model.name)}] cannot be hosted by hypermode: "
            "its name would be part of a host name",
            "use letters, digits and inner hyphens, 63 at most",
        )
    if not _HOST.fullmatch(host) or ".." in host:
        raise ModelError(
            "HYPERMODE_UNAVAILABLE",
            "HYPERMODE_MODEL_HOST is not a host name",
            "set it to a name such as models.example.com, without scheme and path",
        )
    url = f"http://{label}.{host}/{label}:predict"
    return RemoteAddress(HttpConnection(HYPERMODE, endpoint=url), url)


def _shown(name: str) -> str:
    """A name that a guest gave us, fit for an error message."""
    short = name if len(name) <= 80 else f"{name[:80]}…"
    return "".join(character if character.isprintable() else "�" for character in short)
