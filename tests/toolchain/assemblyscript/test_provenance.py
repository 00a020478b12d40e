"""What a module says of where it comes from."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from atoll.toolchain.assemblyscript.provenance import provenance
from atoll.toolchain.assemblyscript.settings import read_settings
from atoll.toolchain.errors import BuildError

FILES = {
    "assembly/index.ts": "export function one(): i32 { return 1 }\n",
    "package.json": '{"name": "@me/fruit", "version": "1.0.0"}',
}


@pytest.fixture
def folder(app: Callable[..., Path], monkeypatch: pytest.MonkeyPatch) -> Path:
    """An app that is in no repository."""
    found = app(files=FILES)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(found.parent))
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    return found


def told(folder: Path) -> dict[str, str]:
    return provenance(folder, read_settings(folder))


def git(folder: Path, *arguments: str) -> str:
    person = ["-c", "user.name=Ada", "-c", "user.email=ada@example.com"]
    done = subprocess.run(
        ["git", *person, *arguments], cwd=folder, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def test_an_app_in_no_repository(folder):
    found = told(folder)
    assert found["npm_package_name"] == "@me/fruit"
    assert found["npm_package_version"] == "1.0.0"
    assert len(found["ATOLL_BUILD_ID"]) == 20
    assert "ATOLL_GIT_REPO" not in found
    assert "ATOLL_GIT_COMMIT" not in found


def test_a_repository(folder):
    git(folder, "init", "-q")
    assert "ATOLL_GIT_COMMIT" not in told(folder)
    git(folder, "add", ".")
    git(folder, "commit", "-qm", "first")
    git(folder, "remote", "add", "origin", "https://ada:t0ken@example.com/me/fruit.git")
    found = told(folder)
    assert found["ATOLL_GIT_REPO"] == "https://example.com/me/fruit"
    assert found["ATOLL_GIT_COMMIT"] == git(folder, "rev-parse", "HEAD")


def test_a_folder_of_a_repository(folder):
    git(folder, "init", "-q")
    git(folder, "commit", "-qm", "first", "--allow-empty")
    inner = folder / "apps" / "inner"
    (inner / "assembly").mkdir(parents=True)
    (inner / "assembly" / "index.ts").write_text("")
    assert told(inner)["ATOLL_GIT_COMMIT"] == git(folder, "rev-parse", "HEAD")


def test_a_repository_that_only_this_machine_knows(folder):
    git(folder, "init", "-q")
    git(folder, "remote", "add", "origin", "/home/ada/secret/fruit.git")
    assert "ATOLL_GIT_REPO" not in told(folder)


def test_without_git(folder, monkeypatch):
    monkeypatch.setenv("PATH", str(folder))
    assert "ATOLL_GIT_COMMIT" not in told(folder)


def test_the_same_sources_say_the_same(folder):
    assert told(folder) == told(folder)


@pytest.mark.parametrize("name", ["assembly/index.ts", "assembly/more.ts", "package.json"])
def test_other_sources_have_another_id(folder, name):
    before = told(folder)["ATOLL_BUILD_ID"]
    text = FILES.get(name, "").replace("1", "2")
    (folder / name).write_text(text)
    assert told(folder)["ATOLL_BUILD_ID"] != before


def test_the_time_is_that_of_the_newest_source(folder):
    for name in FILES:
        os.utime(folder / name, (1_000_000_000, 1_000_000_000))
    os.utime(folder / "package.json", (1_700_000_000.25, 1_700_000_000.25))
    assert told(folder)["ATOLL_BUILD_TS"] == "2023-11-14T22:13:20.250Z"


def test_a_time_that_is_given(folder, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "0")
    assert told(folder)["ATOLL_BUILD_TS"] == "1970-01-01T00:00:00.000Z"


def committed(folder: Path) -> str:
    """The time of a first commit of the app."""
    git(folder, "init", "-q")
    git(folder, "add", ".")
    moment = "2001-02-03T04:05:06Z"
    with pytest.MonkeyPatch.context() as variables:
        variables.setenv("GIT_AUTHOR_DATE", "1999-01-01T00:00:00Z")
        variables.setenv("GIT_COMMITTER_DATE", moment)
        git(folder, "commit", "-qm", "first")
    return "2001-02-03T04:05:06.000Z"


def touch(folder: Path, seconds: int) -> None:
    for path in folder.rglob("*.*"):
        if ".git" not in path.parts:
            os.utime(path, (seconds, seconds))


def test_the_time_of_committed_sources_is_the_commits(folder):
    moment = committed(folder)
    assert told(folder)["ATOLL_BUILD_TS"] == moment
    touch(folder, 1_000_000_000)
    assert told(folder)["ATOLL_BUILD_TS"] == moment


def test_two_clones_say_the_same(folder, tmp_path):
    committed(folder)
    git(folder, "remote", "add", "origin", "https://example.com/me/fruit.git")
    clones = [tmp_path / "one", tmp_path / "two"]
    for seconds, clone in enumerate(clones, 1_000_000_000):
        git(folder, "clone", "-q", str(folder), str(clone))
        git(clone, "remote", "set-url", "origin", "https://example.com/me/fruit.git")
        touch(clone, seconds)
    assert told(clones[0]) == told(clones[1]) == told(folder)


@pytest.mark.parametrize("staged", [False, True])
@pytest.mark.parametrize("name", ["assembly/index.ts", "assembly/more.ts", "asconfig.json"])
def test_the_time_of_changed_sources_is_their_own(folder, name, staged):
    committed(folder)
    (folder / name).write_text("{}")
    if staged:
        git(folder, "add", ".")
    touch(folder, 1_700_000_000)
    found = told(folder)
    assert found["ATOLL_BUILD_TS"] == "2023-11-14T22:13:20.000Z"
    assert found["ATOLL_GIT_COMMIT"] == git(folder, "rev-parse", "HEAD")


def test_a_source_that_is_gone_is_a_change(folder):
    (folder / "assembly" / "more.ts").write_text("")
    committed(folder)
    (folder / "assembly" / "more.ts").unlink()
    touch(folder, 1_700_000_000)
    assert told(folder)["ATOLL_BUILD_TS"] == "2023-11-14T22:13:20.000Z"


def test_a_source_that_git_ignores_is_not_the_commits(folder):
    (folder / ".gitignore").write_text("made.ts\n")
    committed(folder)
    (folder / "assembly" / "made.ts").write_text("")
    touch(folder, 1_700_000_000)
    assert told(folder)["ATOLL_BUILD_TS"] == "2023-11-14T22:13:20.000Z"


def test_other_files_of_a_repository_do_not_matter(folder):
    (folder / "assembly" / "ünï.ts").write_text("")
    moment = committed(folder)
    (folder / "modus.json").write_text("{}")
    (folder / "README.md").write_text("new")
    assert told(folder)["ATOLL_BUILD_TS"] == moment


def test_git_is_read_only(folder):
    committed(folder)
    touch(folder, 1_700_000_000)
    index = (folder / ".git" / "index").read_bytes()
    told(folder)
    assert (folder / ".git" / "index").read_bytes() == index


@pytest.mark.parametrize("epoch", ["99999999999999999", "253402300800", "9" * 5000])
def test_a_time_that_no_calendar_has(folder, monkeypatch, epoch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", epoch)
    with pytest.raises(BuildError) as caught:
        told(folder)
    assert caught.value.code == "ENVIRONMENT_INVALID"
    assert caught.value.message.startswith("SOURCE_DATE_EPOCH is not a time")
    assert len(caught.value.message) < 500


def test_a_source_with_a_name_that_is_no_text(folder):
    before = told(folder)["ATOLL_BUILD_ID"]
    Path(os.fsdecode(os.fsencode(folder) + b"/assembly/\xff.ts")).write_text("")
    assert told(folder)["ATOLL_BUILD_ID"] != before


def test_a_given_time_goes_before_a_commits(folder, monkeypatch):
    committed(folder)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "0")
    assert told(folder)["ATOLL_BUILD_TS"] == "1970-01-01T00:00:00.000Z"
