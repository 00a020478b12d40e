"""What a call's host operations work with."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol, overload

from atoll.collections.types import Classification, Found, Mode, StoredText
from atoll.connections import DgraphMutation, DgraphResult, Neo4jResult, SqlResult
from atoll.host.errors import HostError
from atoll.host.spans import GuestSpans
from atoll.host.streams import Streams
from atoll.host.timeline import Timeline


class ModelInformation(Protocol):
    @property
    def name(self) -> str: ...
    @property
    def full_name(self) -> str: ...
    @property
    def interface(self) -> str: ...


class ModelService(Protocol):
    """The app's models (``atoll.models.Models``), as far as guests may use them."""

    def info(self, name: str) -> ModelInformation: ...
    async def invoke(self, name: str, input: str) -> str: ...
    def stream(self, name: str, input: str) -> AsyncIterator[str]: ...


class HttpAnswer(Protocol):
    @property
    def status(self) -> int: ...
    @property
    def phrase(self) -> str:
        """What the status means, in words."""

    @property
    def headers(self) -> Mapping[str, str]: ...
    @property
    def body(self) -> bytes: ...


class StreamedAnswer(Protocol):
    @property
    def status(self) -> int: ...
    @property
    def phrase(self) -> str: ...
    @property
    def headers(self) -> Mapping[str, str]: ...
    async def __anext__(self) -> bytes: ...
    async def aclose(self) -> None: ...


class HttpService(Protocol):
    """The app's http connections (``atoll.connections.Fetcher``), as far as guests may use them."""

    async def fetch(
        self, method: str, url: str, headers: Sequence[tuple[str, str]], body: bytes
    ) -> HttpAnswer: ...
    async def stream(
        self, method: str, url: str, headers: Sequence[tuple[str, str]], body: bytes
    ) -> StreamedAnswer:
        """The same, with a body that is still coming."""

    async def post(self, connection: str, body: bytes) -> HttpAnswer:
        """Send JSON to the endpoint of a connection."""


class SecretService(Protocol):
    """The app's own secrets (``atoll.secrets.Secrets``)."""

    def app(self, name: str) -> str | None: ...


class DatabaseService(Protocol):
    """The app's databases (``atoll.connections.Databases``)."""

    async def sql(
        self, connection: str, kind: str, statement: str, parameters: str, *, rows: bool
    ) -> SqlResult: ...
    async def neo4j(
        self, connection: str, database: str, query: str, parameters: str
    ) -> Neo4jResult: ...
    async def dgraph(
        self,
        connection: str,
        query: str,
        variables: Mapping[str, str],
        mutations: list[DgraphMutation],
    ) -> DgraphResult: ...
    async def alter_dgraph(self, connection: str, schema: str) -> None: ...
    async def drop_dgraph_attribute(self, connection: str, attribute: str) -> None: ...
    async def drop_all_of_dgraph(self, connection: str) -> None: ...


class CollectionService(Protocol):
    """The app's collections (``atoll.collections.Collections``), as far as guests may use them.

    A ``method`` of "" is the collection's only one. Raises CollectionError.
    """

    async def upsert(
        self,
        collection: str,
        namespace: str,
        keys: Sequence[str],
        texts: Sequence[str],
        labels: Sequence[Sequence[str]] = (),
        metadata: Sequence[Mapping[str, Any]] = (),
    ) -> list[str]:
        """Store texts; without ``keys``, under new ones. Gives the keys, in the texts' order."""

    async def remove(self, collection: str, namespace: str, key: str) -> None: ...
    async def search(
        self,
        collection: str,
        namespaces: Sequence[str],
        method: str,
        text: str,
        limit: int,
        *,
        mode: Mode = "vector",
        filter: Any = None,
    ) -> list[Found]: ...
    async def search_by_vector(
        self,
        collection: str,
        namespaces: Sequence[str],
        method: str,
        vector: Sequence[float],
        limit: int,
        *,
        filter: Any = None,
    ) -> list[Found]: ...
    async def classify(
        self, collection: str, namespace: str, method: str, text: str
    ) -> Classification: ...
    async def recompute(self, collection: str, namespace: str, method: str) -> str:
        """Embed all texts anew. Gives the name of the method."""

    async def distance(
        self, collection: str, namespace: str, method: str, key1: str, key2: str
    ) -> tuple[float, float]:
        """Distance and score."""

    async def entry(self, collection: str, namespace: str, key: str) -> StoredText | None: ...
    async def texts(self, collection: str, namespace: str) -> dict[str, str]: ...
    async def namespaces(self, collection: str) -> list[str]: ...
    async def vector(
        self, collection: str, namespace: str, method: str, key: str
    ) -> list[float] | None: ...


@dataclass(frozen=True, slots=True)
class Services:
    """What calls reach beyond their sandbox."""

    models: ModelService
    http: HttpService
    databases: DatabaseService
    secrets: SecretService
    collections: CollectionService | None = None


@dataclass(frozen=True, slots=True)
class CallLimits:
    """Caps on what one call may ask of its host.

    ``payload`` is in bytes of UTF-8, for each host request and each reply; ``host_calls`` is how
    many host operations may be in flight at once.
    """

    payload: int = 16 << 20
    host_calls: int = 64
    log: int = 256 << 10


@dataclass(frozen=True, slots=True)
class Context:
    """One call's access to its app: everything an operation may touch, and nothing else."""

    models: ModelService
    streams: Streams
    limits: CallLimits
    http: HttpService | None = None
    secrets: SecretService | None = None
    databases: DatabaseService | None = None
    collections: CollectionService | None = None
    time_zone: str = "UTC"
    """The caller's, by its IANA name."""
    spans: GuestSpans = field(default_factory=GuestSpans)
    timeline: Timeline | None = None
    """Where what it asks is noted; None for nowhere."""

    @overload
    def service(self, name: Literal["http"]) -> HttpService: ...
    @overload
    def service(self, name: Literal["secrets"]) -> SecretService: ...
    @overload
    def service(self, name: Literal["databases"]) -> DatabaseService: ...
    @overload
    def service(self, name: Literal["collections"]) -> CollectionService: ...
    def service(
        self, name: Literal["http", "secrets", "databases", "collections"]
    ) -> HttpService | SecretService | DatabaseService | CollectionService:
        """What the app gives access to. Raises HostError: it gives none."""
        found: HttpService | SecretService | DatabaseService | CollectionService | None = getattr(
            self, name
        )
        if found is None:
            raise HostError("NOT_AVAILABLE", f"this app has no access to {name}")
        return found
