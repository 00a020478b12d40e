"""The messages that go to Dgraph."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pydgraph.proto import api_pb2 as api  # type: ignore[import-untyped]

from atoll.connections.results import DgraphMutation


def query_request(
    query: str, variables: Mapping[str, str], mutations: Sequence[DgraphMutation]
) -> Any:
    """One transaction: read-only without mutations, else with them and committed at once."""
    return api.Request(
        query=query,
        vars=dict(variables),
        mutations=[_mutation(mutation) for mutation in mutations],
        read_only=not mutations,
        commit_now=bool(mutations),
    )


def _mutation(mutation: DgraphMutation) -> Any:
    return api.Mutation(
        set_json=mutation.set_json.encode(),
        delete_json=mutation.del_json.encode(),
        set_nquads=mutation.set_nquads.encode(),
        del_nquads=mutation.del_nquads.encode(),
        cond=mutation.condition,
    )


def alter_request(*, schema: str = "", attribute: str = "", everything: bool = False) -> Any:
    if everything:
        return api.Operation(drop_all=True)
    if attribute:
        return api.Operation(drop_op=api.Operation.ATTR, drop_value=attribute)
    return api.Operation(schema=schema)


def login_request(user: str, password: str, namespace: int) -> Any:
    return api.LoginRequest(userid=user, password=password, namespace=namespace)


def refresh_request(token: str) -> Any:
    return api.LoginRequest(refresh_token=token)


def tokens(response: Any) -> tuple[str, str]:
    """Of a login: the token for calls, and the one for its renewal."""
    found = api.Jwt.FromString(response.json)
    return found.access_jwt, found.refresh_jwt
