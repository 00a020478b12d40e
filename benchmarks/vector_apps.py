"""Functions that search a collection, asked through GraphQL in the benchmark's own process."""

from __future__ import annotations

import asyncio
import json
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
from glosses import DIMENSION
from vector_stores import COLLECTION, METHOD, manifest

from atoll.app.app import App
from atoll.app.call import ANONYMOUS
from atoll.app.limits import engine_config
from atoll.collections.sqlite import SqliteBackend
from atoll.engine import Engine
from atoll.graphql import GraphQLApi, GraphQLRequest
from atoll.guest.component.program import ComponentGuest
from atoll.guest.load import load_guest
from atoll.toolchain.assemblyscript import AssemblyScriptBuilder
from atoll.toolchain.python import build_python

ASSEMBLYSCRIPT = f"""
import {{ collections }} from "@hypermode/modus-sdk-as";

export function embed(texts: string[]): f32[][] {{
  const vectors: f32[][] = [];
  for (let i = 0; i < texts.length; i++) {{
    const vector = new Array<f32>({DIMENSION}).fill(0);
    vector[0] = 1;
    vectors.push(vector);
  }}
  return vectors;
}}

export function nearest(
  vector: f32[],
  limit: i32,
): collections.CollectionSearchResultObject[] {{
  return collections.searchByVector("{COLLECTION}", "{METHOD}", vector, limit, true).objects;
}}
"""
PYTHON = f"""
from atoll.sdk import collections

found = collections.get("{COLLECTION}")


def embed(texts: list[str]) -> list[list[float]]:
    return [[1.0] + [0.0] * {DIMENSION - 1} for _ in texts]


def nearest(vector: list[float], limit: int) -> list[collections.Match]:
    return found.search_by_vector(vector, limit=limit)
"""
QUERY = """
query ($vector: [Float!]!, $limit: Int!) { nearest(vector: $vector, limit: $limit) { key text } }
"""


def manifest_text(kept: str = "f32") -> str:
    """Of the app as a server has it."""
    endpoint = {"type": "graphql", "path": "/graphql", "auth": "none"}
    methods = {METHOD: {"embedder": "embed", "index": {"quantization": kept}}}
    collections = {COLLECTION: {"searchMethods": methods}}
    return json.dumps({"endpoints": {"default": endpoint}, "collections": collections})


def write(language: str, folder: Path) -> None:
    """The app's source."""
    if language == "Python":
        (folder / "app.py").write_text(PYTHON)
        return
    (folder / "assembly").mkdir()
    (folder / "assembly" / "index.ts").write_text(ASSEMBLYSCRIPT)
    (folder / "asconfig.json").write_text('{"entries": ["assembly/index.ts"]}')
    (folder / "package.json").write_text('{"name": "bench", "version": "0.1.0"}')


class GraphQL:
    """A query of GraphQL with the vector as its variable, to its answer in JSON."""

    efforts = ()

    def __init__(self, language: str) -> None:
        self._language = language
        self._runner = asyncio.Runner()

    def open(self, folder: Path) -> None:
        self._runner.run(self._open(folder))

    async def _open(self, folder: Path) -> None:
        engine = Engine(engine_config(manifest().limits))
        with tempfile.TemporaryDirectory() as name:
            source = Path(name)
            write(self._language, source)
            guest: Any
            if self._language == "Python":
                wasm = (await build_python(source, engine=engine)).wasm
                guest = ComponentGuest.load(engine, wasm, form="whole", cached=False)
            else:
                built = await AssemblyScriptBuilder().build(source, release=True)
                guest = load_guest(engine, built.wasm)
        app = App("bench", guest, manifest(), {}, backend=lambda: SqliteBackend(folder))
        self._api = GraphQLApi(app, hidden=app.manifest.embedders)

    def search(self, vector: Any, limit: int) -> Sequence[int]:
        variables = {"vector": vector.tolist(), "limit": limit}
        answer = self._runner.run(self._api.execute(GraphQLRequest(QUERY, variables), ANONYMOUS))
        msgspec.json.encode(answer.body)
        return [int(each["key"]) for each in answer.body["data"]["nearest"]]
