"""What to do about complaints of the compiler that authors used to TypeScript meet."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import NamedTuple

import msgspec

from atoll.toolchain.assemblyscript.assets import PINNED, SDK
from atoll.toolchain.assemblyscript.importable import importable


class Diagnostic(msgspec.Struct):
    """What the compiler says, and where."""

    message: str
    code: int
    category: int
    file: str | None = None
    line: int | None = None
    column: int | None = None
    text: str = ""
    """Of that line."""

    @property
    def before(self) -> str:
        """The line up to the place."""
        return self.text[: (self.column or 1) - 1]

    @property
    def after(self) -> str:
        """The line from the place on."""
        return self.text[(self.column or 1) - 1 :]


class _Rule(NamedTuple):
    code: int
    says: str
    """What the message matches."""
    hint: str
    """May have parts of the message in it, as ``re`` writes them."""
    at: str = ""
    """What the text from the place on begins with."""
    behind: str = ""
    """What the text up to the place ends with."""


_WAITING = (
    "there is no async and no await: functions of the SDK, such as http.fetch, give their result"
    " when it is there"
)
_ASYNC = r"(export\s+(default\s+)?)?async\b"
_CLASS = "declare a class with these fields, and write its name"
_PART_BY_PART = "take the parts one by one: const a = point.a; const first = list[0];"
_DATE = (
    "a Date, such as `created` of a chat's output, is an object:"
    " <i64>(x.getTime() / 1000) is its time in seconds"
)
_NUMBER = "([iu](8|16|32|64|size)|f32|f64|bool)"
_STRING = "~lib/string/String"
_DATE_TYPE = "~lib/wasi_date/wasi_Date"
_LOOP = "write a loop over an index: for (let i = 0; i < list.length; i++)"

_RULES = (
    _Rule(1005, r"'\{' expected", _WAITING, at=_ASYNC),
    _Rule(1005, r"'\(' expected", _WAITING, at=r"(for\s+)?await\b"),
    _Rule(1109, "Expression expected", _WAITING, at=r"(await|async)\b"),
    _Rule(1110, "Type expected", _WAITING, at=r"async\b"),
    _Rule(1109, "Expression expected", "write: a !== null ? a : b", behind=r"\?", at=r"\?"),
    _Rule(1109, "Expression expected", "write: a !== null ? a.b : null", behind=r"\?", at=r"\."),
    _Rule(1110, "Type expected", _CLASS, at=r"\s*\{\s*\w+\??\s*:"),
    _Rule(1110, "Type expected", "use an array, or a class with a field for each", at=r"\s*\["),
    _Rule(
        1110, "Type expected",
        "types of parameters, results and of what begins without a value must be written:"
        " function f(x: i32): i32",
    ),
    _Rule(1003, "Identifier expected", "write the fields one by one", at=r"\{\s*\.\.\."),
    _Rule(1003, "Identifier expected", _PART_BY_PART, at=r"((const|let|var)\s*)?[\[{]"),
    _Rule(1003, "Identifier expected", "there are no generators: give an array", at=r"\s*\*"),
    _Rule(1155, "", _LOOP, at=r"\w*\s+in\b"),
    _Rule(100, "Iterators", f"{_LOOP}; a Map or Set has keys() and values(), which are arrays"),
    _Rule(
        100, "Closures",
        "a function cannot use variables of the one around it: write a loop, or pass what it needs",
    ),
    _Rule(
        100, "union types",
        "a type is one type, or it and null (string | null): write a class with a field for each,"
        " or an enum",
    ),
    _Rule(100, "Spread operator", "a.concat(b) makes an array of two"),
    _Rule(100, "Regular expressions", "use indexOf, includes, split, startsWith of the string"),
    _Rule(200, "from type '.*' to '(.*)'", r"convert it: <\1>(...)"),
    _Rule(215, "", "give it a default: x: string | null = null"),
    _Rule(219, "", "give it a default: x: string | null = null"),
    _Rule(
        2322, "'<object>' is not assignable to type 'auto'",
        "name its class: class Point { x: i32 = 0 } and const p: Point = { x: 1 };",
    ),
    _Rule(
        2322, rf"'{_NUMBER}' is not assignable to type '{_STRING}( \| null)?'",
        "write x.toString(), or `${x}`",
    ),
    _Rule(
        2322, rf"'{_STRING}' is not assignable to type '{_NUMBER}'",
        "read the number: i32.parse(text), or f64.parse(text)",
    ),
    _Rule(
        2322, r"'(.*) \| null' is not assignable to type '\1'",
        "check for null before, or write x! where it cannot be null",
    ),
    _Rule(2322, rf"'{_DATE_TYPE}' is not assignable to type '{_NUMBER}'", _DATE),
    _Rule(2365, rf"'{_DATE_TYPE}' and '{_NUMBER}'", _DATE),
    _Rule(2365, rf"'{_NUMBER}' and '{_DATE_TYPE}'", _DATE),
    _Rule(6054, r"\.([jt]s)\.ts'", r"leave .\1 away from its name"),
)  # fmt: skip

_WORDS = {
    "Buffer": "use Uint8Array or ArrayBuffer",
    "Promise": _WAITING,
    "Record": "write a class with these fields, or Map<string, string>",
    "RegExp": "there are no regular expressions: use the methods of strings",
    "any": "write the type that it has; json-as has JSON.Obj and JSON.Value for data of any form",
    "bigint": "write i64 or u64",
    "never": "write void",
    "object": "write the class that it has",
    "require": "write: import { name } from ...",
    "setInterval": "a call runs from its beginning to its end: there are no timers",
    "setTimeout": "a call runs from its beginning to its end: there are no timers",
    "undefined": "write null",
    "unknown": "write the type that it has",
}
"""Names that TypeScript or its environments have."""

_OF_NODE = frozenset(
    ("assert", "buffer", "child_process", "crypto", "events", "fs", "fs/promises", "http", "https",
     "net", "os", "path", "process", "stream", "timers", "url", "util", "worker_threads", "zlib")
)  # fmt: skip


def sentence(found: Diagnostic) -> str:
    """What is wrong. Of exports, with what follows for the app's API."""
    name = re.match(r"\w+", found.after)
    if found.code == 235 and name and re.search(r"\bfunction\s+$", found.before):
        return (
            f"{name[0]} is generic: it is not in the API;"
            " export a function without type parameters that calls it"
        )
    if found.code == 235 and name and re.search(r"\bnamespace\s+$", found.before):
        return (
            f"{name[0]} is a namespace: its functions are not in the API; export them outside of it"
        )
    return found.message.removeprefix("User-defined: ")


def hint_for(found: Diagnostic, dependencies: Collection[str] = ()) -> str | None:
    """What to do about it, if that can be told.

    Args:
        dependencies: the app's other packages.
    """
    for rule in _RULES:
        says = re.search(rule.says, found.message)
        if (
            found.code == rule.code
            and says is not None
            and re.match(rule.at, found.after)
            and re.search(rf"{rule.behind}$", found.before)
        ):
            return says.expand(rule.hint)
    if found.code == 2304 and (named := re.search(r"'([\w.]+)'", found.message)):
        name = named[1].partition(".")[0]
        return _WORDS.get(name) or importable().advice(name)
    if found.code == 2305 and (named := re.search("'~lib/(.*)' .* '(.*)'", found.message)):
        return _not_exported(named[1], named[2])
    if found.code == 6054 and (named := re.search(r"'~lib/(.*)\.ts' not found", found.message)):
        return _not_found(named[1], dependencies)
    return None


def _not_exported(module: str, name: str) -> str | None:
    like = importable().like(name, module)
    return importable().advice(name) or (f"did you mean {like}?" if like else None)


def _not_found(path: str, dependencies: Collection[str]) -> str | None:
    parts = path.split("/")
    package = "/".join(parts[: 2 if path.startswith("@") else 1])
    if path.removeprefix("node:") in _OF_NODE:
        return f"{path} is of Node.js, which functions do not run in; {SDK} has http, among others"
    if package in PINNED:
        like = importable().module_like(path)
        return f'did you mean "{like}"?' if like else f"{package} has no such file"
    if package in dependencies:
        return f"{package} has no such file; only packages with AssemblyScript sources can be used"
    return f'add "{package}" under dependencies in package.json'
