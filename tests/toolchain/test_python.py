from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from atoll.engine import Engine, Err, Limits, Ok
from atoll.guest.component.outline import component_outline
from atoll.guest.component.program import ComponentGuest
from atoll.guest.metadata import MetadataError, read_metadata
from atoll.guest.types import Scalar
from atoll.toolchain import Base, BuildError, PythonBuilder
from atoll.toolchain.base import loading
from atoll.toolchain.dependencies import Dependencies
from atoll.toolchain.python import load_error

WriteApp = Callable[..., Path]

HELLO = '''\
"""A greeting."""


def hello(name: str = "world") -> str:
    """Greet somebody.

    Args:
        name: whom.
    """
    return f"Hello, {name}!"
'''


async def refuse(name: str, payload: str) -> Ok | Err:
    raise AssertionError(f"unexpected host call {name}")


async def invoke(guest: ComponentGuest, function: str, arguments: str) -> Ok | Err:
    lines: list[str] = []
    async with guest.instantiate(
        Limits(), environment={}, on_call=refuse, on_log=lambda _, line: lines.append(line)
    ) as execution:
        return await execution.invoke(function, arguments)


async def failure(builder: PythonBuilder, folder: Path) -> BuildError:
    with pytest.raises(BuildError) as raised:
        await builder.build(folder)
    assert str(folder) not in raised.value.message
    return raised.value


async def test_a_build_describes_and_runs_its_functions(
    app: WriteApp, builder: PythonBuilder, engine: Engine, base: Base
) -> None:
    build = await builder.build(app(HELLO))
    assert read_metadata(build.wasm) == build.metadata
    assert build.metadata.base == base.code.identity
    (hello,) = build.metadata.interface.functions
    assert (hello.name, hello.doc, hello.file, hello.line) == (
        "hello",
        "Greet somebody.",
        "app.py",
        4,
    )
    assert (hello.parameters[0].type, hello.parameters[0].doc) == (Scalar("String"), "whom.")
    guest = ComponentGuest.load(engine, build.wasm, form="split", cached=False)
    assert await invoke(guest, "hello", '{"name":"Atoll"}') == Ok('"Hello, Atoll!"')
    assert await invoke(guest, "hello", "{}") == Ok('"Hello, world!"')


async def test_the_same_source_gives_the_same_bytes_anywhere(
    app: WriteApp, builder: PythonBuilder, tmp_path: Path
) -> None:
    """Two other processes, with other hash seeds, time zones and folders."""
    source = HELLO + (
        "\nimport random, time, uuid, os, secrets\n"
        "VALUES = random.random(), time.time(), uuid.uuid4(), os.urandom(8), secrets.token_hex()\n"
        "NAMES = {name: hash(name) for name in {'a', 'b', 'c'}}\n"
        "print(VALUES, NAMES)\n"
    )
    here = await builder.build(app(source))
    program = (
        "import asyncio, hashlib, sys; from pathlib import Path; from atoll.engine import Engine;"
        "from atoll.toolchain import build_python;"
        "wasm = asyncio.run(build_python(Path(sys.argv[1]), engine=Engine())).wasm;"
        "print(hashlib.sha256(wasm).hexdigest())"
    )
    hashes = {hashlib.sha256(here.wasm).hexdigest()}
    for seed, zone in (("1", "Asia/Tokyo"), ("2", "America/Lima")):
        folder = tmp_path / f"elsewhere{seed}" / "deeper"
        folder.mkdir(parents=True)
        (folder / "app.py").write_text(source)
        environment = {**os.environ, "PYTHONHASHSEED": seed, "TZ": zone}
        done = subprocess.run(
            [sys.executable, "-c", program, folder],
            env=environment,
            capture_output=True,
            check=True,
            text=True,
            timeout=120,
        )
        hashes.add(done.stdout.strip())
    assert len(hashes) == 1


async def test_another_entry_and_other_modules(
    app: WriteApp, builder: PythonBuilder, engine: Engine
) -> None:
    folder = app(
        None,
        {
            "shop/main.py": "from shop.prices import price\nfrom lib import tax\n"
            "def total(n: int) -> int:\n    return tax.add(price(n))",
            "shop/prices.py": "def price(n):\n    return 3 * n",
            "lib/tax.py": "def add(n):\n    return n + 1",
            "pyproject.toml": '[tool.atoll]\nentry = "shop.main"',
        },
    )
    build = await builder.build(folder)
    guest = ComponentGuest.load(engine, build.wasm, form="split", cached=False)
    assert await invoke(guest, "total", '{"n":2}') == Ok("7")
    assert build.metadata.interface.functions[0].file == "shop/main.py"


async def test_what_modules_print_while_imported_is_kept(
    app: WriteApp, builder: PythonBuilder
) -> None:
    build = await builder.build(
        app("print('one')\nimport sys\nsys.stderr.write('two\\n')\n" + HELLO)
    )
    assert build.output == ((0, "one"), (1, "two"))


async def test_a_flood_of_output_is_cut_off(app: WriteApp, builder: PythonBuilder) -> None:
    build = await builder.build(app("for n in range(5000):\n    print('x' * 99)\n" + HELLO))
    assert sum(len(line) + 1 for _, line in build.output) <= loading.MAX_OUTPUT


async def test_standalone_is_a_component_without_a_base(
    app: WriteApp, builder: PythonBuilder, engine: Engine, tmp_path: Path
) -> None:
    build = await builder.build(app(HELLO), standalone=True)
    assert build.metadata.kind == "component"
    assert build.metadata.base is None
    assert "invoke" in component_outline(build.wasm).exports
    # Loaded as if on a machine that has never seen a base.
    guest = ComponentGuest.load(engine, build.wasm, cache=tmp_path)
    assert await invoke(guest, "hello", "{}") == Ok('"Hello, world!"')


@pytest.mark.parametrize(
    ("source", "code", "message", "line"),
    [
        ("def f(x: int) -> int:\n    return x +", "SYNTAX_ERROR", "invalid syntax", 2),
        ("\nimport nowhere", "MODULE_NOT_FOUND", "there is no module nowhere", 2),
        ("def g(x):\n    return 1 / x\n\n\ng(0)", "IMPORT_FAILED", "division by zero", 2),
        ("def f(x: complex) -> int:\n    return 1", "UNSUPPORTED_TYPE", "complex", 1),
        ("import time\ntime.sleep(9)", "HOST_CALL_AT_BUILD", "sys.sleep is not available", 2),
        ("import sys\nsys.exit(3)", "IMPORT_FAILED", "SystemExit", 2),
        ("open('data.txt')", "IMPORT_FAILED", "files are not available", 1),
        ("x = bytearray(900 << 20)", "IMPORT_FAILED", "MemoryError", 1),
        ("def f():\n    return f()\nf()", "IMPORT_FAILED", "RecursionError", 2),
        ("x = 1", "NO_FUNCTIONS", "exports no functions", 1),
    ],
)
async def test_mistakes_have_a_place_in_the_authors_file(
    app: WriteApp, builder: PythonBuilder, source: str, code: str, message: str, line: int
) -> None:
    error = await failure(builder, app(source))
    assert error.code == code
    assert message in error.message
    assert error.location is not None
    assert (error.location.file, error.location.line) == ("app.py", line)


async def test_an_unsupported_type_names_function_and_parameter(
    app: WriteApp, builder: PythonBuilder
) -> None:
    error = await failure(
        builder, app("def f(x: complex) -> int:\n    return 1\ndef g(y) -> int: ...")
    )
    assert (error.function, error.parameter) == ("f", "x")
    assert error.hint is not None
    (other,) = error.more
    assert (other.code, other.parameter) == ("MISSING_HINT", "y")


async def test_modules_that_never_end(
    app: WriteApp, builder: PythonBuilder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loading, "LIMITS", Limits(cpu=0.5, wall=20))
    error = await failure(builder, app("while True:\n    pass"))
    assert error.code == "BUILD_TIMEOUT"
    assert "0.5 seconds" in error.message


async def test_modules_that_end_the_guest(app: WriteApp, builder: PythonBuilder) -> None:
    error = await failure(builder, app("import os\nos._exit(1)"))
    assert error.code == "IMPORT_FAILED"


async def test_a_failed_build_leaves_the_builder_usable(
    app: WriteApp, builder: PythonBuilder
) -> None:
    await failure(builder, app("x +"))
    assert (await builder.build(app(HELLO))).metadata.interface.functions


@pytest.mark.parametrize("report", ["", "[]", "{}", '{"code":1}', "[" * 10_000, '{"code":"X"}'])
def test_a_report_that_makes_no_sense_is_an_error_like_others(report: str) -> None:
    assert load_error(report, Dependencies()).code == "IMPORT_FAILED"


@pytest.mark.parametrize(
    "description", ["garbage", "[" * 100_000, "[1]", "9" * 5000, '{"version":1}', ""]
)
async def test_an_app_that_forges_its_description(
    description: str, app: WriteApp, builder: PythonBuilder
) -> None:
    source = f"""
import atoll_exports

class Forged:
    problems = []
    functions = {{}}
    description = {description!r}

atoll_exports.Collector.collect = lambda self: Forged
"""
    with pytest.raises((BuildError, MetadataError)) as raised:
        await builder.build(app(source))
    assert raised.value.code in ("IMPORT_FAILED", "METADATA_INVALID")
