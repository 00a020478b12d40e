from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atoll.host.errors import HostError
from atoll.recording import BadRecording, Library, content
from atoll.recording.difference import differences
from atoll.recording.request import Request


def request(text: str = "Hi", **more: Any) -> Request:
    input = {"messages": [{"role": "user", "content": text}], **more}
    return Request("model", "writer", {"operation": "invoke", "input": input})


def test_what_is_written_is_found_by_another(tmp_path: Path) -> None:
    Library(tmp_path).write(request(), [{"output": 1}, {"output": 2}])
    found = Library(tmp_path).find(request())
    assert found is not None
    assert found.answers == [{"output": 1}, {"output": 2}]
    assert Library(tmp_path).find(request("Ho")) is None


@pytest.mark.parametrize("depth", [97, 98, 100, 101])
def test_deep_json_is_found_again(tmp_path: Path, depth: int) -> None:
    text = "[" * depth + "]" * depth
    asked = Request("model", "writer", {"operation": "invoke", **content.of_text("input", text)})
    answers = [content.of_text("output", text), {"rows": [[content.of_text("value", text)]]}]
    Library(tmp_path).write(asked, answers)
    found = Library(tmp_path).find(asked)
    assert found is not None
    assert found.answers == answers


def test_a_file_is_named_after_what_is_asked_and_stays_the_same(tmp_path: Path) -> None:
    library = Library(tmp_path)
    asked = request("Write a *short* slogan for umbrellas, please, in the style of Ada")
    library.write(asked, [{"output": 1}])
    (file,) = (tmp_path / "models/writer").iterdir()
    assert file.name.startswith("write-a-short-slogan-for-umbrellas-pleas-")
    before = file.read_bytes()
    library.write(asked, [{"output": 1}])
    assert file.read_bytes() == before
    renamed = file.rename(file.with_name("mine.json"))
    again = Library(tmp_path)
    again.write(asked, [{"output": 2}])
    assert list(renamed.parent.iterdir()) == [renamed]


def test_two_recordings_of_one_request(tmp_path: Path) -> None:
    Library(tmp_path).write(request(), [{"output": 1}])
    (file,) = tmp_path.rglob("*.json")
    file.with_name("copy.json").write_bytes(file.read_bytes())
    with pytest.raises(BadRecording, match="has the same request"):
        Library(tmp_path).find(request())


@given(st.text())
def test_no_name_leads_out_of_the_folder(name: str) -> None:
    asked = Request("model", name, {"operation": "invoke", "input": {"prompt": name}})
    place = Path("/recordings") / asked.folder / asked.file
    assert place.resolve().is_relative_to("/recordings/models")
    assert len(place.parts) == 5
    assert all(len(part.encode()) < 120 for part in place.parts)


def test_headers_that_change_from_call_to_call_do_not_count() -> None:
    def asked(*headers: list[str]) -> Request:
        form = {"operation": "fetch", "method": "GET", "url": "http://h/", "headers": [*headers]}
        return Request("connection", "api", form)

    plain = asked(["Accept", "text/plain"])
    assert asked(["traceparent", "00-1"], ["accept", "text/plain"]).key == plain.key
    assert asked(["Accept", "text/html"]).key != plain.key
    assert asked().key == asked(["User-Agent", "x"]).key


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "models").write_text("a file")
    with pytest.raises(HostError, match=r"-\w{10}\.json cannot be written: ") as failed:
        Library(tmp_path).write(request(), [{"output": 1}])
    assert failed.value.code == "RECORDING_NOT_WRITTEN"


def test_secrets_are_kept_by_name(tmp_path: Path) -> None:
    Library(tmp_path).add_secret("B")
    library = Library(tmp_path)
    library.add_secret("A")
    assert Library(tmp_path).secrets == {"A", "B"}
    (tmp_path / "secrets.json").write_text('{"version": 1, "names": [1]}')
    with pytest.raises(BadRecording, match="not a list of strings"):
        Library(tmp_path).secrets  # noqa: B018 - reading it is the point


def test_the_nearest_recording_and_how_it_differs(tmp_path: Path) -> None:
    library = Library(tmp_path)
    library.write(request("Hi", temperature=1, seed=5), [{"output": 1}])
    library.write(request("Ho", temperature=0.5), [{"output": 1}])
    nearest = library.nearest(request("Hu", temperature=0.5))
    assert nearest is not None
    assert [str(each) for each in nearest.differences] == [
        'messages[0].content: recorded "Ho", asked "Hu"'
    ]
    assert library.nearest(Request("model", "other", {})) is None


def test_differences() -> None:
    def told(one: Any, other: Any) -> list[str]:
        return [str(each) for each in differences(one, other)]

    assert told({"a": [1, 2]}, {"a": [1, 3, 4], "b": None}) == [
        "a[1]: recorded 2, asked 3",
        "a[2]: recorded nothing, asked 4",
        "b: recorded nothing, asked null",
    ]
    assert told(1, 1.0) == []
    assert told({"a": "x" * 500 + "1"}, {"a": "x" * 500 + "2"}) == [
        f'a: recorded …{"x" * 40}1", asked …{"x" * 40}2"'
    ]
