"""One request's trace: from HTTP through field, call and host function to the model."""

from __future__ import annotations

import asyncio
import json
import re
import signal
from pathlib import Path

import aiohttp
from aiohttp import web
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

PAGE = Path(__file__).parents[2] / "docs" / "telemetry.md"
[APP] = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
ANSWER = {
    "id": "chatcmpl-1",
    "model": "gpt-4o-mini-2024",
    "choices": [{"index": 0, "message": {"role": "assistant", "content": "an island"},
                 "finish_reason": "stop"}],
    "usage": {"prompt_tokens": 11, "completion_tokens": 3, "total_tokens": 14},
}  # fmt: skip


def write_app(folder: Path, origin: str) -> Path:
    folder.mkdir()
    (folder / "app.py").write_text(APP)
    writer = {"sourceModel": "gpt-4o-mini", "connection": "host", "path": "v1/chat/completions"}
    manifest = {
        "endpoints": {"default": {"type": "graphql", "path": "/graphql", "auth": "none"}},
        "models": {"writer": writer},
        "connections": {"host": {"type": "http", "baseUrl": f"{origin}/"}},
    }
    (folder / "modus.json").write_text(json.dumps(manifest))
    return folder


def value_of(value) -> object:
    kind = value.WhichOneof("value")
    if kind == "array_value":
        return [value_of(item) for item in value.array_value.values]
    return getattr(value, kind)


async def test_one_trace_from_the_request_to_the_model(serve, serve_app, tmp_path: Path) -> None:
    spans, services = {}, set()

    async def collector(request: web.Request) -> web.Response:
        batch = ExportTraceServiceRequest.FromString(await request.read())
        for resource in batch.resource_spans:
            named = {each.key: value_of(each.value) for each in resource.resource.attributes}
            services.add(named["service.name"])
            for scope in resource.scope_spans:
                spans.update({span.name: span for span in scope.spans})
        return web.Response(content_type="application/x-protobuf")

    async def provider(request: web.Request) -> web.Response:
        return web.json_response(ANSWER)

    folder = write_app(tmp_path / "traced", await serve(provider))
    environ = {
        "OTEL_EXPORTER_OTLP_ENDPOINT": await serve(collector),
        "OTEL_SERVICE_NAME": "islands",
        "OTEL_BSP_SCHEDULE_DELAY": "3600000",  # so that only a graceful stop sends them
    }
    server = await asyncio.to_thread(serve_app, folder, environ)
    headers = {"traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}
    async with aiohttp.ClientSession(headers=headers) as client:
        query = {"query": '{ ask(prompt: "a secret wish") }'}
        async with client.post(server.url, json=query) as response:
            assert (await response.json())["data"] == {"ask": "an island"}
    server.process.send_signal(signal.SIGTERM)
    assert await asyncio.to_thread(server.process.wait, 60) == 0

    chain = ["POST /graphql", "field ask", "call ask", "think", "models.invoke", "chat gpt-4o-mini"]
    assert set(spans) == set(chain)
    assert services == {"islands"}
    parent = bytes.fromhex("b7ad6b7169203331")
    for name in chain:
        assert spans[name].parent_span_id == parent, name
        assert spans[name].trace_id.hex() == "0af7651916cd43dd8448eb211c80319c"
        parent = spans[name].span_id
    model = {each.key: value_of(each.value) for each in spans["chat gpt-4o-mini"].attributes}
    assert model == {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": "openai",
        "gen_ai.request.model": "gpt-4o-mini",
        "gen_ai.response.id": "chatcmpl-1",
        "gen_ai.response.model": "gpt-4o-mini-2024",
        "gen_ai.response.finish_reasons": ["stop"],
        "gen_ai.usage.input_tokens": 11,
        "gen_ai.usage.output_tokens": 3,
        "atoll.model": "writer",
        "atoll.connection": "host",
    }
    http = {each.key: value_of(each.value) for each in spans["POST /graphql"].attributes}
    assert http["http.response.status_code"] == 200
    texts = b"".join(span.SerializeToString() for name, span in spans.items() if name != "think")
    assert b"secret wish" not in texts  # but where the app itself said it
    assert b"an island" not in texts
