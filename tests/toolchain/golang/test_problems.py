"""How complaints of the tool and of the compiler reach the author."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from atoll.toolchain.golang.problems import (
    MOST_ERRORS,
    Problem,
    compile_error,
    compiler_problems,
    error_of,
    warnings_of,
)

APP = Path("/home/ada/fruit")
SAID = """\
# example.com/me/fruit
./main.go:4:9: cannot use "x" (untyped string constant) as int value in return statement
./main.go:9:15: not enough arguments in call to two
	have (number)
	want (int, int)
more/more.go:3: undefined: nope
/home/ada/fruit/main.go:12:1: missing return
/elsewhere/lib/lib.go:1:2: undefined: it
	too many errors
"""


def test_what_go_build_prints():
    found = compiler_problems(SAID, APP)
    assert [(p.file, p.line, p.column) for p in found] == [
        ("main.go", 4, 9),
        ("main.go", 9, 15),
        ("more/more.go", 3, None),
        ("main.go", 12, 1),
        ("/elsewhere/lib/lib.go", 1, 2),
    ]
    assert found[1].message == (
        "not enough arguments in call to two\nhave (number)\nwant (int, int)"
    )
    assert {p.code for p in found} == {"COMPILE_ERROR"}
    assert found[4].message == "undefined: it"


def test_all_errors_come_with_the_first():
    error = compile_error(SAID, APP)
    assert (error.code, error.location.line, len(error.more)) == ("COMPILE_ERROR", 4, 4)


def test_what_is_no_fault_of_the_author():
    said = "# fruit\n./atoll_generated.go:7:2: undefined: fruit\n"
    error = compile_error(said, APP, ["atoll_generated.go"])
    assert error.code == "COMPILER_FAILED"
    assert "atoll_generated.go:7:2" in error.traceback
    assert error.location is None


def test_what_has_no_place():
    error = compile_error("\nfatal: out of memory\n", APP)
    assert error.message == "the compiler gave up: fatal: out of memory"
    assert compile_error("", APP).message.endswith("it said nothing")


def test_what_has_no_place_is_told_without_its_package():
    error = compile_error("# fruit\nlink: relocation target fruit.One not defined\n", APP)
    assert error.message.endswith("gave up: link: relocation target fruit.One not defined")


def test_files_that_are_not_go():
    (found,) = compiler_problems("# fruit\n./add_wasm.s:2: unrecognized instruction\n", APP)
    assert (found.file, found.line, found.message) == (
        "add_wasm.s", 2, "unrecognized instruction",
    )  # fmt: skip


def test_problems_of_the_tool():
    problems = [
        Problem("TYPE_UNSUPPORTED", "a channel", "use a slice", "main.go", 3, 5, "Count", "c"),
        Problem("TYPE_UNSUPPORTED", "another", "use a slice", "main.go", 4, 5, "Count", "d"),
        Problem("GO_MOD_MISSING", "no go.mod", "go mod init"),
    ]
    error = error_of(problems)
    assert (error.code, error.hint, error.function, error.parameter) == (
        "TYPE_UNSUPPORTED", "use a slice", "Count", "c",
    )  # fmt: skip
    second, third = error.more
    assert second.hint is None
    assert (third.code, third.hint, third.location) == ("GO_MOD_MISSING", "go mod init", None)


def test_not_more_errors_than_one_can_read():
    error = error_of([Problem("COMPILE_ERROR", str(n)) for n in range(99)])
    assert len(error.more) == MOST_ERRORS - 1


def test_warnings():
    (warned,) = warnings_of([Problem("NO_FUNCTIONS", "none", None, "main.go", 1)])
    assert (warned.code, warned.location.file, warned.severity) == (
        "NO_FUNCTIONS", "main.go", "warning",
    )  # fmt: skip


@given(st.text())
def test_whatever_is_said_is_an_error(said):
    assert compile_error(said, APP).message
