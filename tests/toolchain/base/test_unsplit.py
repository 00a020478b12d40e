from __future__ import annotations

import json

from atoll.engine import Engine, Err, Limits, Ok
from atoll.guest.component.program import ComponentGuest
from atoll.guest.metadata import METADATA_SECTION
from atoll.guest.wasm_encoding import custom_section
from atoll.toolchain.base.sources import base_sources
from atoll.toolchain.base.unsplit import build_unsplit


def bundle(source: str) -> str:
    module = {"source": source, "path": "app.py", "package": False}
    return json.dumps({"modules": {"app": module}, "entry": "app", "exports": None})


async def refuse(name: str, payload: str) -> Ok | Err:
    raise AssertionError(f"unexpected host call {name}")


async def test_an_app_runs_without_the_split(engine: Engine) -> None:
    """The way that is taken when the layout of componentize-py's output has changed."""
    source = (
        "print('hidden')\nimport random\ndef draw(n: int) -> float:\n    return n * random.random()"
    )
    component, description = await build_unsplit(base_sources(), bundle(source), engine)
    wasm = component + custom_section(METADATA_SECTION, description.encode())
    guest = ComponentGuest.load(engine, wasm, cached=False)
    assert [function.name for function in guest.interface.functions] == ["draw"]
    drawn = set()
    for _ in range(2):
        async with guest.instantiate(
            Limits(), environment={}, on_call=refuse, on_log=lambda *line: None
        ) as execution:
            reply = await execution.invoke("draw", '{"n":2}')
            assert isinstance(reply, Ok)
            drawn.add(reply.value)
    assert len(drawn) == 2
