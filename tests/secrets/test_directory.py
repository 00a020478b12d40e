from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atoll.secrets import SecretProviderError
from atoll.secrets.directory import MAX_BYTES, DirectoryProvider

# What a file's name may be made of that is no secret's, beside what may be.
NAMES = st.text(
    st.characters(exclude_characters="/\0", exclude_categories=["Cs"]), min_size=1, max_size=40
)
SUFFIXES = st.from_regex(r"\A[A-Za-z0-9_.-]{1,40}\Z")
VALUES = st.text(st.characters(exclude_categories=["Cs"])).filter(lambda v: not v.endswith("\r"))


def load(folder: Path) -> dict[str, str]:
    return dict(DirectoryProvider(folder).load())


def mount(folder: Path, version: str, files: dict[str, str]) -> None:
    """Put files in place, all at once, as Kubernetes does."""
    data = folder / f"..{version}"
    data.mkdir()
    for name, value in files.items():
        (data / name).write_text(value)
    (folder / "..new").symlink_to(data.name)
    (folder / "..new").rename(folder / "..data")
    for name in files:
        if not (folder / name).is_symlink():
            (folder / name).symlink_to(Path("..data", name))


@given(st.dictionaries(SUFFIXES.map("MODUS_".__add__), VALUES, max_size=4))
def test_every_file_is_a_variable(tmp_path_factory: pytest.TempPathFactory, files: dict[str, str]):
    folder = tmp_path_factory.mktemp("secrets")
    for name, value in files.items():
        (folder / name).write_bytes(value.encode() + b"\n")
    assert load(folder) == files


@given(NAMES)
def test_files_of_other_names_are_left_alone(
    tmp_path_factory: pytest.TempPathFactory, name: str
) -> None:
    folder = tmp_path_factory.mktemp("secrets")
    if name not in (".", "..") and len(name.encode()) < 200:
        (folder / f"x{name}").write_text("1")
        (folder / f"MODUS_ {name}").write_text("1")
    assert load(folder) == {}


@pytest.mark.parametrize(
    ("content", "value"),
    [
        (b"", ""),
        (b"\n", ""),
        (b"a", "a"),
        (b"a\n", "a"),
        (b"a\r\n", "a"),
        (b"a\n\n", "a\n"),
        (b"a\r", "a\r"),
        (b" a b ", " a b "),
        (b"-----BEGIN-----\nx\n-----END-----\n", "-----BEGIN-----\nx\n-----END-----"),
        ("pä$$\u2028".encode(), "pä$$\u2028"),
    ],
)
def test_the_content_without_one_newline_is_the_value(tmp_path: Path, content: bytes, value: str):
    (tmp_path / "MODUS_A").write_bytes(content)
    assert load(tmp_path) == {"MODUS_A": value}


def test_a_mount_of_kubernetes(tmp_path: Path) -> None:
    mount(tmp_path, "2026_01", {"MODUS_A": "1", "MODUS_B": "2"})
    provider = DirectoryProvider(tmp_path)
    assert provider.load() == {"MODUS_A": "1", "MODUS_B": "2"}
    before = provider.stamp()
    assert provider.stamp() == before
    mount(tmp_path, "2026_02", {"MODUS_A": "3", "MODUS_B": "4"})
    assert provider.stamp() != before
    assert provider.load() == {"MODUS_A": "3", "MODUS_B": "4"}


def test_files_that_change_meanwhile_are_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mount(tmp_path, "1", {"MODUS_A": "old", "MODUS_B": "old"})
    provider = DirectoryProvider(tmp_path)
    read, reads = provider._value, []

    def value(path: Path) -> str:
        found = read(path)
        reads.append(path.name)
        if len(reads) == 1:
            mount(tmp_path, "2", {"MODUS_A": "new", "MODUS_B": "new"})
        return found

    monkeypatch.setattr(provider, "_value", value)
    assert provider.load() == {"MODUS_A": "new", "MODUS_B": "new"}
    assert len(reads) == 4


def test_what_the_stamp_sees(tmp_path: Path) -> None:
    provider = DirectoryProvider(tmp_path / "later")
    stamps = [provider.stamp()]

    def changed() -> bool:
        stamps.append(provider.stamp())
        return stamps[-1] != stamps[-2]

    file = tmp_path / "later" / "MODUS_A"
    file.parent.mkdir()
    assert changed()
    file.write_text("1")
    assert changed()
    file.write_text("1 and more")
    assert changed()
    assert not changed()
    (tmp_path / "other").write_text("as long as")
    (tmp_path / "other").rename(file)
    assert changed()
    (file.parent / "README").write_text("none of ours")
    assert not changed()
    file.unlink()
    assert changed()


def failure(folder: Path) -> SecretProviderError:
    with pytest.raises(SecretProviderError) as caught:
        load(folder)
    assert "hunter2" not in f"{caught.value!r} {caught.value.hint} {caught.value.__cause__!r}"
    return caught.value


def test_a_directory_that_is_none(tmp_path: Path) -> None:
    missing = failure(tmp_path / "none")
    assert missing.code == "SECRETS_UNREADABLE"
    assert str(tmp_path / "none") in missing.message
    assert "no such file" in missing.message
    (tmp_path / "file").write_text("hunter2")
    assert "not a directory" in failure(tmp_path / "file").message


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda path: path.write_bytes(b"hunter2\xff"), "is not UTF-8 text"),
        (lambda path: path.write_bytes(b"hunter2" * MAX_BYTES), "is larger than 1 MiB"),
        (lambda path: path.mkdir(), "is not a file"),
        (lambda path: os.mkfifo(path), "is not a file"),
        (lambda path: path.symlink_to(path.parent / "gone"), "no such file"),
        (lambda path: path.symlink_to(path.name), "too many levels of symbolic links"),
    ],
    ids=["binary", "large", "directory", "pipe", "dangling", "circular"],
)
def test_a_file_that_is_of_no_use(tmp_path: Path, make, reason: str) -> None:
    make(tmp_path / "MODUS_A")
    error = failure(tmp_path)
    assert error.code == "SECRET_UNUSABLE"
    assert str(tmp_path / "MODUS_A") in error.message
    assert reason in error.message


def test_the_largest_file(tmp_path: Path) -> None:
    (tmp_path / "MODUS_A").write_bytes(b"x" * MAX_BYTES)
    assert len(load(tmp_path)["MODUS_A"]) == MAX_BYTES


def test_warnings_are_given_once(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    provider = DirectoryProvider(tmp_path)
    provider.load()
    (tmp_path / "MODUS_A").write_text("hunter2")
    (tmp_path / "MODUS_A").chmod(0o666)
    (tmp_path / "MODUS_A b\n").write_text("hunter2")
    tmp_path.chmod(0o777)
    for _ in range(3):
        provider.load()
    assert caplog.messages == [
        f"No file in {tmp_path} has a name that begins with MODUS_.",
        f"Every user of this machine may change {tmp_path}, which holds secrets.",
        f"Every user of this machine may change {tmp_path / 'MODUS_A'}, which holds secrets.",
        f"The file MODUS_A b\\n in {tmp_path} is left out: no variable has that name.",
    ]


def test_a_mount_that_is_writable_but_sticky_is_as_kubernetes_makes_it(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "MODUS_A").write_text("1")
    tmp_path.chmod(0o1777)
    load(tmp_path)
    assert caplog.messages == []
