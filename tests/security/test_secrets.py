"""Secrets reach the requests that need them, and nothing else."""

from __future__ import annotations

import json
import logging
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from atoll.app.app import App
from atoll.manifest import parse_manifest

SECRET = "very-secret-key"


@pytest.fixture(scope="session")
def asker(load_python):
    return load_python(Path(__file__).parents[1] / "apps" / "asker")


async def test_credentials_go_to_the_model_and_nowhere_else(asker, caplog):
    caplog.set_level(logging.DEBUG)
    seen = []

    async def refuse(request):
        seen.append((request.headers["Authorization"], request.query["key"]))
        # A host that quotes the credentials it was sent.
        return web.json_response({"error": f"bad key {SECRET}"}, status=401)

    application = web.Application()
    application.router.add_post("/v1/chat", refuse)
    async with TestServer(application) as server:
        connection = {
            "type": "http",
            "baseUrl": str(server.make_url("/v1/")),
            "headers": {"Authorization": "Bearer {{KEY}}"},
            "queryParameters": {"key": "{{KEY}}"},
        }
        model = {"sourceModel": "m", "connection": "host", "path": "chat"}
        manifest = parse_manifest(
            json.dumps({"connections": {"host": connection}, "models": {"remote": model}}),
            path=Path("modus.json"),
            strict=False,
        )
        environ = {"MODUS_HOST_KEY": SECRET, "MODUS_DB": SECRET}
        app = App("asker", asker, manifest, environ, dev=True)
        outcomes = [
            await app.call(app.interface.function(name), arguments)
            for name, arguments in [
                ("ask", {"prompt": "x"}),
                ("errorOf", {"model": "remote"}),
                ("surroundings", {}),
            ]
        ]
        await app.close()

    assert seen[0] == (f"Bearer {SECRET}", SECRET)
    assert outcomes[0].failed
    assert SECRET not in repr(outcomes)
    logged = [
        (record.getMessage(), getattr(record, "fields", {}), record.exc_info)
        for record in caplog.records
        if record.name.startswith("atoll")  # the model's host logs in this process too
    ]
    assert len(logged) > 5
    assert SECRET not in repr(logged)
