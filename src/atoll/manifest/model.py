"""The models that an app may invoke."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from atoll.manifest.connection import Connection, HttpConnection
from atoll.manifest.jsonc import ObjectNode
from atoll.manifest.location import Location
from atoll.manifest.model_settings import ModelSettings, read_settings
from atoll.manifest.problem import ProblemCode, ProblemLog
from atoll.manifest.reader import ObjectReader, did_you_mean, entries

HYPERMODE = "hypermode"
"""The connection name that stands for models hosted by Hypermode."""
LOCAL = "local"
"""The connection name of models inside Atoll, unless the manifest defines such a connection."""


@dataclass(frozen=True, slots=True)
class Model:
    """A model by the name that functions use for it; keys left out of the file are ""."""

    name: str
    connection: str
    source_model: str = ""
    path: str = ""
    provider: str = ""
    settings: ModelSettings = field(default_factory=ModelSettings)
    location: Location | None = field(default=None, compare=False)

    @property
    def hash(self) -> str:
        """Identifies this configuration in the inference history (SHA-256, lower hex)."""
        parts = (self.name, self.source_model, self.provider, self.connection, self.path)
        return hashlib.sha256("|".join(parts).encode()).hexdigest()

    @property
    def interface(self) -> str:
        """The form of its requests and answers, one of ``INTERFACES``, as far as the manifest
        tells it: by itself or by the path."""
        return self.settings.interface or interface_of(self.path)

    @property
    def is_hypermode(self) -> bool:
        return self.connection == HYPERMODE


def replacement_lines(model: Model) -> str:
    """The two manifest lines that point a Hypermode model at another OpenAI-compatible host."""
    entry = {"sourceModel": model.source_model, "connection": "my-host"}
    entry["path"] = "embeddings" if _embeds(model) else "chat/completions"
    host = {
        "type": "http",
        "baseUrl": "https://HOST/v1/",
        "headers": {"Authorization": "Bearer {{API_KEY}}"},
    }
    return (
        f'"models": {{ {json.dumps(model.name)}: {json.dumps(entry)} }}\n'
        f'"connections": {{ "my-host": {json.dumps(host)} }}'
    )


def _embeds(model: Model) -> bool:
    """Whether it makes embeddings, as far as its names tell."""
    if model.settings.interface:
        return model.settings.interface.endswith("embeddings")
    names = f"{model.name} {model.source_model}".lower()
    return any(part in names for part in ("embed", "minilm", "sentence-transformers"))


def read_models(section: ObjectNode | None, log: ProblemLog) -> Iterator[Model]:
    for name, reader in entries(section, "model", log):
        connection = reader.text("connection", required=True)
        source_model = reader.text("sourceModel")
        ours = reader.ours()
        settings = read_settings(ours, log)
        model = (
            _read_hosted(name, source_model, settings, reader, log)
            if connection == HYPERMODE
            else Model(
                name, connection, source_model, reader.text("path"), "", settings, reader.location
            )
        )
        reader.finish(others=ours.known, hints=_HINTS)
        yield model


def interface_of(path: str) -> str:
    """The interface that a model's path, or its connection's endpoint, tells of."""
    last = path.partition("?")[0].rstrip("/").rpartition("/")[2].lower()
    if last.endswith((":generatecontent", ":streamgeneratecontent")):
        return "gemini"
    return _BY_NAME.get(last, "openai")


_BY_NAME = {
    "responses": "openai-responses",
    "messages": "anthropic",
    "embeddings": "openai-embeddings",
}


_HINTS = {
    "provider": 'Only models with the connection "hypermode" have a provider.',
    "path": 'Models with the connection "hypermode" have no path.',
}


def _read_hosted(
    name: str, source_model: str, settings: ModelSettings, reader: ObjectReader, log: ProblemLog
) -> Model:
    if reader.absent("sourceModel"):
        reader.missing("sourceModel")
    provider = reader.text("provider", required=True)
    if provider not in ("", "hugging-face"):
        log.warning(
            ProblemCode.INVALID_VALUE,
            f'The provider of {reader.what} is "{provider}"; only "hugging-face" is known.',
            reader.location,
        )
    model = Model(name, HYPERMODE, source_model, "", provider, settings, reader.location)
    log.warning(
        ProblemCode.HYPERMODE_MODEL,
        f"{reader.what} is hosted by Hypermode, which serves calls only where "
        "HYPERMODE_MODEL_HOST is set.",
        reader.location,
        "To call another OpenAI-compatible host, write:\n" + replacement_lines(model),
    )
    return model


def check_connections(
    models: Mapping[str, Model], connections: Mapping[str, Connection], log: ProblemLog
) -> None:
    """Warn about models whose calls will fail; the original finds out at the call."""
    for model in models.values():
        _check_fallback(model, models, connections, log)
        if not model.connection or model.is_hypermode:
            continue
        what = f"model [{model.name}]"
        connection = connections.get(model.connection)
        if isinstance(connection, HttpConnection):
            if message := _address_problem(model, connection):
                log.warning(ProblemCode.MODEL_ADDRESS, f"{what}: {message}", model.location)
        elif connection is not None:
            log.warning(
                ProblemCode.MODEL_ADDRESS,
                f"{what}: [{model.connection}] is not an HTTP connection",
                model.location,
            )
        elif model.connection == LOCAL:
            if not model.source_model:
                log.warning(
                    ProblemCode.MISSING_KEY,
                    f'{what} runs inside Atoll but has no "sourceModel" that says which one.',
                    model.location,
                    "`atoll models list` shows the models there are.",
                )
        else:
            log.warning(
                ProblemCode.UNKNOWN_CONNECTION,
                f"{what}: connection [{model.connection}] was not found",
                model.location,
                did_you_mean(model.connection, [*connections, LOCAL])
                or f'Add it under "connections", or use "{LOCAL}" for a model inside Atoll.',
            )


def _check_fallback(
    model: Model,
    models: Mapping[str, Model],
    connections: Mapping[str, Connection],
    log: ProblemLog,
) -> None:
    name = model.settings.fallback
    if not name:
        return
    what = f'"fallback" of model [{model.name}]'
    found = models.get(name)
    if found is None:
        log.error(
            ProblemCode.MODEL_FALLBACK,
            f"{what} is [{name[:80]}], which is no model of the manifest.",
            model.location,
            did_you_mean(name, models) or f"Models: {', '.join(models)}.",
        )
        return
    own = known_interface(model, connections)
    seen = [model.name]
    while found is not None:
        seen.append(found.name)
        if found.name in seen[:-1]:
            way = " to ".join(f"[{each}]" for each in seen)
            log.error(
                ProblemCode.MODEL_FALLBACK, f"{what} leads in a circle: {way}.", model.location
            )
            return
        other = known_interface(found, connections)
        if own and other and own != other:
            log.warning(
                ProblemCode.MODEL_FALLBACK,
                f"{what} is [{found.name}], whose interface is {other} and not {own}: "
                "it may not understand the request.",
                model.location,
                'Say "interface" of both if that is wrong.',
            )
        found = models.get(found.settings.fallback)


def known_interface(model: Model, connections: Mapping[str, Connection]) -> str:
    """The interface of a model, as the manifest tells it; "" of one inside Atoll."""
    connection = connections.get(model.connection)
    if model.settings.interface or not isinstance(connection, HttpConnection):
        return model.settings.interface
    return interface_of(model.path or connection.endpoint)


def _address_problem(model: Model, connection: HttpConnection) -> str | None:
    if connection.base_url and not connection.endpoint and not model.path:
        return "model path is not defined"
    if connection.endpoint and not connection.base_url and model.path:
        return "model path is defined but the connection has no base URL"
    return None
