"""Collections in a database of Modus, which had them up to its version 0.17 (reference section
5.6). Nothing in it is changed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, Final

from atoll.collections.errors import CollectionError
from atoll.collections.transfer.line import BadLine, Fields, Line, make_line
from atoll.connections import ConnectionFailed
from atoll.connections.postgresql.address import parse_address
from atoll.connections.postgresql.failures import Failures

if TYPE_CHECKING:
    pass

VARIABLE: Final = "MODUS_DB"
TEXTS: Final = "collection_texts"
VECTORS: Final = "collection_vectors"

_PAGE: Final = 500
_HINT: Final = f"{VARIABLE} names the database that Modus used"


class ModusDatabase:
    """One, as it was when this was opened. Blocks; of one thread at a time.

    Args:
        url: leads to it.

    Raises:
        CollectionError: it cannot be read, or has no such tables.
    """

    def __init__(self, url: str) -> None:
        import psycopg

        try:
            address = parse_address(VARIABLE, url)
        except ConnectionFailed as error:
            reason = error.message.removeprefix(f"the connString of connection [{VARIABLE}] ")
            raise CollectionError("BAD_SETTING", f"{VARIABLE} {reason}", error.hint) from None
        self.place = f"PostgreSQL at {address.where}"
        # Without the first, a statement to a host that has vanished would be waited for for long.
        keywords: dict[str, Any] = {"tcp_user_timeout": "30000", **address.keywords}
        try:
            self._connection = psycopg.connect(**keywords)
        except psycopg.Error as error:
            failed = Failures(VARIABLE, address.where, 0).not_connected(error)
            reason = failed.message.removeprefix(f"connection [{VARIABLE}] ")
            raise self._failed(reason) from None
        try:
            self._begin()
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Give it back. Never raises."""
        with suppress(Exception):
            self._connection.close()

    def collections(self) -> dict[str, int]:
        """How many texts each of them has, by name."""
        return dict(self._query("SELECT collection, count(*) FROM collection_texts GROUP BY 1"))

    def lines(self, collection: str, methods: Sequence[str]) -> Iterator[Line | BadLine]:
        """The texts of one, each with what it has of vectors of these search methods (of none, the
        texts alone). They are numbered by their ids in the database."""
        labels = "labels" if "labels" in self._columns else "NULL"
        namespace = "namespace" if "namespace" in self._columns else "''"
        sql = (
            f"SELECT id, key, text, {labels}, {namespace} FROM collection_texts"  # noqa: S608 - ours
            f" WHERE collection = %s AND id > %s ORDER BY id LIMIT {_PAGE}"
        )
        last = -1
        while rows := self._query(sql, (collection, last)):
            last = rows[-1][0]
            vectors = self._vectors([row[0] for row in rows], methods) if methods else {}
            for id, key, text, of_labels, of_namespace in rows:
                members = {
                    "key": key,
                    "text": text,
                    "labels": of_labels,
                    "namespace": of_namespace,
                    "vectors": vectors.get(id),
                }
                yield make_line(id, members, Fields())

    def _vectors(self, ids: list[int], methods: Sequence[str]) -> dict[int, dict[str, Any]]:
        found: dict[int, dict[str, Any]] = {}
        sql = (
            "SELECT text_id, search_method, vector FROM collection_vectors"
            " WHERE text_id = ANY(%s) AND search_method = ANY(%s) ORDER BY id"
        )
        for id, method, vector in self._query(sql, (ids, list(methods))):
            if vector:  # Modus made vectors of the others later
                found.setdefault(id, {})[method] = vector
        return found

    def _begin(self) -> None:
        self._connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        sql = "SELECT attname FROM pg_attribute WHERE attrelid = to_regclass(%s) AND attnum > 0"
        self._columns = {name for (name,) in self._query(sql, (TEXTS,))}
        for table in (TEXTS, VECTORS):
            if not self._query(sql, (table,)):
                raise CollectionError(
                    "STORE_UNAVAILABLE", f"{self.place} has no table {table}", _HINT
                )

    def _query(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        with self._told(), self._connection.cursor(binary=True) as cursor:
            cursor.execute(sql.encode(), parameters)
            return cursor.fetchall()

    @contextmanager
    def _told(self) -> Iterator[None]:
        import psycopg

        try:
            yield
        except psycopg.Error as error:
            raise self._failed(error.diag.message_primary or type(error).__name__) from None

    def _failed(self, reason: str) -> CollectionError:
        return CollectionError("STORE_UNAVAILABLE", f"the database of Modus: {reason}", _HINT)
