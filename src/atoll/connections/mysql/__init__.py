"""MySQL and MariaDB databases of an app."""

from __future__ import annotations

from atoll.connections.mysql.client import MysqlClient

__all__ = ["MysqlClient"]
