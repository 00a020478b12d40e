"""Collections in a file of SQLite, with the files of their indexes beside it."""

from atoll.collections.sqlite.backend import SqliteBackend

__all__ = ["SqliteBackend"]
