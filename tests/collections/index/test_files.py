from __future__ import annotations

import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from atoll.collections.index import files
from atoll.collections.index.files import Damaged, checked, checksum, read_trailer
from atoll.collections.index.source import SegmentRow


@pytest.fixture
def row(tmp_path: Path) -> SegmentRow:
    path = tmp_path / "1-1-aa.usearch"
    files.create(path)
    path.write_bytes(b"vectors" * 1000)
    files.append_trailer(path, {"version": 1})
    return SegmentRow(1, path.name, 0, 9, 9, path.stat().st_size, checksum(path))


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[3000] ^= 1
    path.write_bytes(content)


def truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-100])


def append(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b"more")


@pytest.mark.parametrize("damage", [flip, truncate, append, Path.unlink])
@pytest.mark.parametrize("known", [True, False])
def test_a_damaged_file_is_noticed(
    damage: Callable[[Path], None], known: bool, row: SegmentRow, tmp_path: Path
) -> None:
    if known:
        checked(tmp_path, row)

    damage(tmp_path / row.file)

    with pytest.raises(Damaged):
        checked(tmp_path, row)


def test_a_file_of_another_checksum_is_noticed_though_it_was_checked(
    row: SegmentRow, tmp_path: Path
) -> None:
    checked(tmp_path, row)

    with pytest.raises(Damaged):
        checked(tmp_path, row._replace(checksum="crc32:00000000"))


def test_a_file_is_read_as_a_whole_once(
    row: SegmentRow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked(tmp_path, row)
    monkeypatch.setattr(files, "checksum", lambda path: "read again")

    assert checked(tmp_path, row) == tmp_path / row.file


def test_a_file_that_was_just_written_is_not_read(
    row: SegmentRow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files.remember(tmp_path / row.file, row.checksum)
    monkeypatch.setattr(files, "checksum", lambda path: "read")

    assert checked(tmp_path, row) == tmp_path / row.file


def test_a_garbled_note_beside_the_file_does_no_harm(row: SegmentRow, tmp_path: Path) -> None:
    (tmp_path / f"{row.file}.ok").write_bytes(b"\xff\xfe")

    assert checked(tmp_path, row) == tmp_path / row.file


def test_files_are_their_owners_alone(row: SegmentRow, tmp_path: Path) -> None:
    checked(tmp_path, row)

    modes = {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}
    assert modes == {0o600}
    assert len(list(tmp_path.iterdir())) == 2


@pytest.mark.parametrize("content", [b"", b"short", b"x" * 100, b"\xff" * 8 + b"AtollSeg"])
def test_a_file_without_a_trailer_is_damaged(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)

    with pytest.raises(Damaged):
        read_trailer(path)


def test_names_are_not_used_twice() -> None:
    names = {files.new_name(1, 2, "usearch") for _ in range(100)}

    assert len(names) == 100
    assert all(name.startswith("1-2-") and name.endswith(".usearch") for name in names)
