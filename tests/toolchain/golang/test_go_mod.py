"""What is read of go.mod before Go has read it."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atoll.toolchain.golang.go_mod import GoMod, read_go_mod, release_of

WHOLE = """\
// A comment.
module example.com/me/fruit // and one more

go 1.24.1

toolchain go1.27.3

require (
	example.com/a v1.2.3
	"example.com/b" v0.1.0 // indirect
)

replace example.com/a => ../a

replace (
	example.com/b v0.1.0 => "./b c"
	example.com/c => example.com/fork v1.0.0
	example.com/d => `/abs//d` // where it is
)
"""


def read(folder: Path, text: str) -> GoMod:
    (folder / "go.mod").write_text(text)
    return read_go_mod(folder)


def test_a_whole_file(tmp_path):
    found = read(tmp_path, WHOLE)
    assert found.module == "example.com/me/fruit"
    assert found.release == (1, 24, 1)
    assert found.folders == ("../a", "./b c", "/abs//d")


@pytest.mark.parametrize(
    ("text", "module"),
    [
        ('module "a/b"', "a/b"),
        ("module (\n\ta/b\n)\n", "a/b"),
        ("\ufeffmodule a", ""),
        ("modul a", ""),
        ("module", ""),
        ("", ""),
        ("module a b", ""),
    ],
)
def test_names(tmp_path, text, module):
    assert read(tmp_path, text).module == module


def test_without_the_file(tmp_path):
    assert read_go_mod(tmp_path) == GoMod()
    (tmp_path / "go.mod").mkdir()
    assert read_go_mod(tmp_path) == GoMod()


@pytest.mark.parametrize(
    ("version", "release"),
    [("1.24", (1, 24, 0)), ("1.27rc1", (1, 27, 0)), ("1.27.3-x", (1, 27, 3)), ("tip", None)],
)
def test_releases(version, release):
    assert release_of(version) == release


@given(
    st.lists(st.sampled_from([*'"`()/ \n\t', "=>", "module", "replace", "go", "a", "//", "./b"]))
)
def test_whatever_it_holds_it_can_be_read(tmp_path_factory, parts):
    found = read(tmp_path_factory.mktemp("app"), "".join(parts))
    assert all(folder.startswith(("./", "../", "/")) for folder in found.folders)
