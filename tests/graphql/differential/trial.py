"""Requests against one API, each compared with the oracle."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace

from atoll.app.call import Caller
from atoll.graphql import GraphQLApi, GraphQLRequest, GraphQLResponse
from atoll.guest.types import Interface

from .compare import difference
from .oracle import Expected, Oracle
from .served import Request, ScriptedApp


@dataclass(frozen=True, slots=True)
class Setting:
    """An app of which a new API can be made at any time."""

    interface: Interface
    exact: bool
    may_wait: bool
    entries: int | None = None
    """How many texts the API remembers, if not as many as it does as a rule."""


class Trial:
    def __init__(self, setting: Setting) -> None:
        self.setting = setting
        app = ScriptedApp(setting.interface, exact=setting.exact, may_wait=setting.may_wait)
        self.api = GraphQLApi(app)
        if setting.entries is not None:  # so few that texts and templates come and go
            texts = self.api._texts
            caches = (texts._texts, texts._templates)
            assert all(cache._max_entries > setting.entries for cache in caches)
            for cache in caches:
                cache._max_entries = setting.entries
        self.oracle = Oracle(setting.interface, self.api.schema)

    async def run(self, request: Request) -> tuple[GraphQLResponse, Expected, str | None]:
        """Execute a request; the last of the three says what is wrong."""
        request.calls.clear()
        caller = Caller({"request": request})
        response = await self.api.execute(
            GraphQLRequest(request.text, request.variables, request.operation, request.may_mutate),
            caller,
        )
        expected = self.oracle.expect(request)
        return response, expected, difference(request, response, expected)


def first_difference(setting: Setting, requests: Sequence[Request]) -> str | None:
    """Run requests one after another against a new API; what is wrong with the last one?"""

    async def run() -> str | None:
        trial = Trial(setting)
        found = None
        for request in requests:
            _, _, found = await trial.run(replace(request, calls={}))
        return found

    return asyncio.run(run())
