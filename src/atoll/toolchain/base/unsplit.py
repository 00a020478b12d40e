"""Building an app without the split: componentize-py runs the app's modules itself.

Slow (half a minute per build) and not reproducible, but it rests on nothing but componentize-py's
documented behaviour. It is for the day on which the layout of its output is not what the split
expects.
"""

from __future__ import annotations

from dataclasses import replace

from atoll.engine import ComponentProgram, Engine, EngineError
from atoll.guest.component.wasi import IMPORTS
from atoll.toolchain.base.componentize import componentize
from atoll.toolchain.base.loading import LIMITS, BuildSurroundings, load_app
from atoll.toolchain.base.sources import BaseSources
from atoll.toolchain.errors import BuildError

_ENTRY = "atoll_unsplit"
_WRAPPER = '''\
"""The guest runtime with an app already in it."""

from atoll_bundle import BUNDLE  # first: afterwards there are no files
import atoll_environment
import atoll_guest
import atoll_transport
from atoll.sdk import _host
from atoll.sdk.errors import HostError
from componentize_py_types import Err


class _NotAtBuild:
    def call(self, name, payload):
        raise HostError("NOT_AT_BUILD", f"{name} is not available while the app is being built")

    async def call_async(self, name, payload):
        return self.call(name, payload)

    def log(self, level, message):
        pass


# The imports of the world do not work yet while the component is made.
_transport = _host.install(_NotAtBuild())
atoll_environment.install(lambda: [])
_description = _failure = None
try:
    _description = atoll_guest.WitWorld().load_app(BUNDLE)
except Err as error:
    _failure = error.value
_host.install(_transport)
atoll_environment.install(atoll_transport.read_environment)
atoll_environment.forget()


class WitWorld(atoll_guest.WitWorld):
    def load_app(self, bundle):
        if _failure is not None:
            raise Err(_failure)
        return _description
'''


async def build_unsplit(sources: BaseSources, bundle: str, engine: Engine) -> tuple[bytes, str]:
    """A self-contained component with the app in it, and the app's description.

    Raises BuildError, LoadFailed.
    """
    files = {
        **sources.files,
        f"{_ENTRY}.py": _WRAPPER.encode(),
        "atoll_bundle.py": f"BUNDLE = {bundle!r}\n".encode(),
    }
    component = componentize(replace(sources, files=files), _ENTRY)
    program = ComponentProgram(engine, engine.compile_component(component, cached=False), IMPORTS)
    try:
        async with program.execute(LIMITS, BuildSurroundings()) as execution:
            return component, await load_app(execution, "")
    except EngineError as error:
        raise BuildError("IMPORT_FAILED", f"the app does not start: {error.message}") from error
