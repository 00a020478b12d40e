"""Compiling an app's dependencies to bytecode, in the base, once per list of dependencies.

From source they would take seconds of every build. The result is JSON that the guest's
``atoll_dependencies`` writes and reads.
"""

from __future__ import annotations

import base64
import hashlib
import json
from pathlib import Path

from atoll.engine import ComponentProgram, DeadlineExceeded, EngineError, Limits, Ok
from atoll.engine.cache import default_cache_directory, private_directory
from atoll.toolchain.base.base import replace_file
from atoll.toolchain.base.bench import Bench
from atoll.toolchain.base.loading import BuildSurroundings, LoadFailed, load_app
from atoll.toolchain.dependencies import Dependencies
from atoll.toolchain.errors import BuildError
from atoll.toolchain.progress import Progress
from atoll.toolchain.pruning import prune, used

#: The largest packages take minutes.
LIMITS = Limits(memory=1 << 30, cpu=300.0, wall=600.0)
#: Results that the cache keeps, mostly below a megabyte each.
MAX_KEPT = 64
_MODULE = "atoll_app_dependencies"
_COMPILE = """\
from atoll_dependencies import compile_all
def compiled(bundle: str) -> str:
    return compile_all(bundle)
"""
_KEEP = """\
import atoll_dependencies
atoll_dependencies.keep({compiled!r})
def kept() -> bool:
    return True
"""


async def compile_dependencies(
    bench: Bench, dependencies: Dependencies, progress: Progress, cache: Path | None
) -> str:
    """A bundle that, loaded before an app, lets it import its dependencies.

    Raises BuildError, CacheUnwritable.
    """
    sources = _sources(dependencies)
    key = hashlib.sha256(f"{bench.base.key}\0{sources}".encode()).hexdigest()[:32]
    root = private_directory((cache or default_cache_directory()) / "python" / "compiled")
    file = root / f"{key}.json"
    try:
        compiled = file.read_text()
        used(file)
    except FileNotFoundError:
        progress.step("Compiling dependencies")
        compiled = await _compile(bench.program, sources)
        replace_file(file, compiled.encode())
        prune(root, "*.json", MAX_KEPT)
    return _bundle(_KEEP.format(compiled=compiled))


def _sources(dependencies: Dependencies) -> str:
    modules = {
        name: {
            "source": module.source,
            "path": f"site-packages/{module.path}",
            "package": module.package,
        }
        for name, module in dependencies.modules.items()
    }
    files = {
        f"site-packages/{path}": base64.b64encode(data).decode()
        for path, data in dependencies.files.items()
    }
    return json.dumps({"modules": modules, "files": files}, sort_keys=True, ensure_ascii=False)


def _bundle(source: str) -> str:
    module = {"source": source, "path": f"{_MODULE}.py", "package": False}
    return json.dumps({"modules": {_MODULE: module}, "entry": _MODULE})


async def _compile(program: ComponentProgram, sources: str) -> str:
    try:
        async with program.execute(LIMITS, BuildSurroundings()) as execution:
            await load_app(execution, _bundle(_COMPILE))
            reply = await execution.call(
                "invoke", "compiled", json.dumps({"bundle": sources}, ensure_ascii=False)
            )
    except LoadFailed as failed:
        raise _failed(failed.report) from None
    except DeadlineExceeded as error:
        raise _failed(f"they are too many (more than {error.seconds:g} seconds)") from error
    except EngineError as error:
        raise _failed(error.message) from error
    if not isinstance(reply, Ok):
        raise _failed(str(reply.value))
    return str(json.loads(reply.value))


def _failed(reason: str) -> BuildError:
    return BuildError(
        "DEPENDENCY_FAILED", f"the app's dependencies cannot be compiled: {reason[:500]}"
    )
