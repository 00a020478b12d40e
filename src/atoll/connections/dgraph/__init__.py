"""Dgraph, over gRPC."""

from __future__ import annotations

from atoll.connections.dgraph.client import DgraphClient

__all__ = ["DgraphClient"]
