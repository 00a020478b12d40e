"""The guest's modules, imported into the tests' own Python: most of them need no sandbox."""

from __future__ import annotations

import asyncio
import json
import random
import secrets
import sys
import tempfile
import textwrap
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import pytest

import atoll.toolchain
from atoll.engine import Engine, Err, Limits, Ok
from atoll.guest.component.program import ComponentGuest
from atoll.host.calls import HostCalls
from atoll.host.context import CallLimits, Context
from atoll.host.errors import HostError
from atoll.host.streams import Streams
from atoll.toolchain.python import PythonBuilder

GUEST = Path(atoll.toolchain.__file__).with_name("guest_python")
if str(GUEST) not in sys.path:
    sys.path.insert(0, str(GUEST))


class Guest:
    """Loads apps and calls them, as the component's exports do."""

    def load(self, source: str, /, **modules: str) -> dict[str, Any]:
        """Load ``source`` as the entry module, and give its description."""
        import atoll_app

        sources = {"guest_app": source, **modules}
        bundle = {
            "modules": {
                name: {"source": textwrap.dedent(text), "path": f"{name}.py", "package": False}
                for name, text in sources.items()
            },
            "entry": "guest_app",
            "exports": None,
        }
        return json.loads(atoll_app.load(json.dumps(bundle)))

    def problem(self, source: str, /, **modules: str) -> dict[str, Any]:
        """Load an app that cannot be loaded, and give the first problem."""
        from atoll_problem import LoadFailed

        with pytest.raises(LoadFailed) as failed:
            self.load(source, **modules)
        return json.loads(failed.value.json())

    def invoke(self, function: str, /, **arguments: Any) -> Any:
        import atoll_app

        return json.loads(atoll_app.invoke(function, json.dumps(arguments)))

    def failure(self, function: str, /, **arguments: Any) -> dict[str, Any]:
        """Call a function that fails, and give the failure."""
        from atoll_failure import CallFailed

        with pytest.raises(CallFailed) as failed:
            self.invoke(function, **arguments)
        return json.loads(failed.value.json)


@pytest.fixture(autouse=True)
def modules_of_this_process() -> Iterator[None]:
    """What the guest forgets of modules, so that none is seeded twice, other tests still have."""
    yield
    sys.modules.update({module.__name__: module for module in (random, secrets, tempfile)})


@pytest.fixture
def guest() -> Iterator[Guest]:
    import gc

    import atoll_sources

    yield Guest()
    atoll_sources.remove()
    gc.unfreeze()


@dataclass
class Sandboxed:
    """An app in the real sandbox. Each call is an instance of its own."""

    program: ComponentGuest
    logs: list[tuple[int, str]] = field(default_factory=list)
    operations: list[str] = field(default_factory=list)

    async def call(
        self, function: str, /, environment: dict[str, str] | None = None, **arguments: Any
    ) -> Any:
        """The result, or the failure as a dictionary with a ``kind``."""
        host = HostCalls(Context(Parrot(), Streams(), CallLimits()))

        async def on_call(name: str, payload: str) -> Ok | Err:
            self.operations.append(name)
            succeeded, text = await host.call(name, payload)
            return Ok(text) if succeeded else Err(text)

        try:
            async with self.program.instantiate(
                Limits(),
                environment=environment or {},
                on_call=on_call,
                on_log=lambda level, message: self.logs.append((level, message)),
            ) as execution:
                reply = await execution.invoke(function, json.dumps(arguments))
        finally:
            await host.close()
        assert isinstance(reply.value, str)
        return json.loads(reply.value)


class Parrot:
    """A model that says what it was told; it is the same for all names but ``nobody``."""

    class Info(NamedTuple):
        name: str
        full_name: str
        interface: str = "openai"

    def info(self, name: str) -> Info:
        if name == "nobody":
            raise HostError("MODEL_NOT_FOUND", "Model nobody not found.")
        return self.Info(name, "Polly/Parrot")

    async def invoke(self, name: str, input: str) -> str:
        request = json.loads(input)
        await asyncio.sleep(0.05)
        text = f"{request['model']} {request['messages'][-1]['content']}"
        message = {"role": "assistant", "content": text}
        return json.dumps({"choices": [{"index": 0, "message": message}]})

    async def stream(self, name: str, input: str) -> AsyncIterator[str]:
        for word in input.split():
            yield word


@pytest.fixture(scope="session")
def engine() -> Iterator[Engine]:
    engine = Engine()
    yield engine
    engine.close()


@pytest.fixture(scope="session")
def builder(engine: Engine) -> PythonBuilder:
    return PythonBuilder(engine)


@pytest.fixture(scope="session")
def sandboxed(
    engine: Engine, builder: PythonBuilder, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str], Sandboxed]:
    """Build an app of one module, and put it into the sandbox."""

    def build(source: str) -> Sandboxed:
        folder = tmp_path_factory.mktemp("app")
        (folder / "app.py").write_text(source, encoding="utf-8")
        built = asyncio.run(builder.build(folder))
        return Sandboxed(ComponentGuest.load(engine, built.wasm, form="split", cached=False))

    return build
