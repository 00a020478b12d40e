from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from atoll.manifest import Manifest, ManifestError, Problem, load_manifest, parse_manifest
from atoll.manifest.manifest import MAX_BYTES

CASES = json.loads(Path(__file__).with_name("cases.json").read_text("utf-8"))

Check = Callable[..., tuple[Problem, ...]]
Read = Callable[..., Manifest]

FULL = """
// The whole of it.
{
  "$schema": "https://schema.hypermode.com/modus.json",
  "endpoints": {
    "default": { "type": "graphql", "path": "/graphql", "auth": "bearer-token" },
    "open": { "type": "graphql", "path": "/open", "auth": "none" },
  },
  "models": {
    "writer": { "sourceModel": "gpt-4o-mini", "connection": "openai", "path": "chat/completions" },
    "small": { "connection": "local", "sourceModel": "tiny" },
  },
  "connections": {
    "openai": {
      "type": "http",
      "baseUrl": "https://api.openai.com/v1/",
      "headers": { "Authorization": "Bearer {{API_KEY}}" },
      "queryParameters": { "v": "2" },
    },
    "db": { "type": "postgresql", "connString": "postgresql://u:{{PASSWORD}}@h/db" },
  },
  "limits": { "memoryMb": 512, "cpuSeconds": 0.5, "concurrency": 10.0 },
  "cors": ["https://app.example.com"],
  "errors": "messages",
  "graphql": { "introspection": false, "maxDepth": 8, "costs": { "askWriter": 100 } },
}
"""


@pytest.mark.parametrize("case", CASES, ids=[case["about"] for case in CASES])
def test_case(case: dict[str, Any], check: Check) -> None:
    found = []
    for problem in check(case["manifest"]):
        assert problem.location is not None
        assert problem.location.file == "modus.json"
        place = f"{problem.location.line}:{problem.location.column}"
        found.append([problem.severity, problem.code, place, problem.message, problem.hint])
    assert found == case["problems"]


def test_reads_everything(read: Read) -> None:
    manifest = read(FULL, strict=True)
    assert {name: (e.path, e.auth) for name, e in manifest.endpoints.items()} == {
        "default": ("/graphql", "bearer-token"),
        "open": ("/open", "none"),
    }
    assert list(manifest.models) == ["writer", "small"]
    assert list(manifest.connections) == ["openai", "db"]
    assert manifest.limits.memory_mb == 512
    assert manifest.limits.cpu_seconds == 0.5
    assert manifest.limits.concurrency == 10
    assert type(manifest.limits.concurrency) is int
    assert manifest.limits.wall_seconds == 120
    assert manifest.cors == ("https://app.example.com",)
    assert manifest.errors == "messages"
    assert not manifest.graphql.introspection
    assert manifest.graphql.max_depth == 8
    assert manifest.graphql.costs == {"askWriter": 100}
    assert manifest.warnings == ()
    assert str(manifest.models["writer"].location) == "modus.json:10:5"


def test_an_empty_manifest_has_the_defaults(read: Read) -> None:
    assert read("{}") == Manifest()
    assert read("{}").errors == "masked"
    assert read("{}").cors == ()


def test_keys_of_other_letter_case_are_read(read: Read) -> None:
    manifest = read({"Endpoints": {"e": {"TYPE": "graphql", "Path": "/g", "AUTH": "none"}}})
    assert manifest.endpoints["e"].path == "/g"
    assert [problem.code for problem in manifest.warnings] == ["LETTER_CASE"] * 4


def test_strict_turns_warnings_into_errors(read: Read) -> None:
    source = {"model": {}, "connections": {"a": {"type": "http", "baseUrl": "https://a"}}}
    assert len(read(source).warnings) == 2
    with pytest.raises(ManifestError) as caught:
        read(source, strict=True)
    assert [problem.severity for problem in caught.value.problems] == ["error", "error"]


def test_the_error_carries_all_problems_and_shows_the_first_error(read: Read) -> None:
    with pytest.raises(ManifestError) as caught:
        read({"zzz": 1, "connections": {"a": {"type": "redis"}, "b": {}}})
    error = caught.value
    assert str(error) == error.message
    assert error.message == "unknown type [redis] for connection [a] (and 2 more problems)"
    assert error.code == "UNKNOWN_TYPE"
    assert str(error.location) == "modus.json:1:42"
    assert [problem.severity for problem in error.problems] == ["error", "error", "warning"]


def test_load_names_the_file_as_the_user_does(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.chdir(tmp_path)
    Path("modus.json").write_bytes(b'\xef\xbb\xbf{"zzz": 1}')
    manifest = load_manifest(Path("modus.json"))
    assert manifest.path == Path("modus.json")
    assert str(manifest.warnings[0]) == (
        'modus.json:1:2: Unknown key "zzz" in the manifest; it is ignored.'
    )


def test_a_missing_file_is_an_empty_manifest(tmp_path: Path) -> None:
    assert load_manifest(tmp_path / "modus.json", strict=True) == Manifest()


def test_a_folder_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(ManifestError, match=r"cannot be read: is a directory\.") as caught:
        load_manifest(tmp_path)
    assert caught.value.code == "UNREADABLE"


def test_a_file_in_another_encoding_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "modus.json"
    file.write_bytes('{\n"models": {"é": 1}}'.encode("latin-1"))
    with pytest.raises(ManifestError, match="is not UTF-8") as caught:
        load_manifest(file)
    assert caught.value.hint == "Save the file in UTF-8."
    assert caught.value.location is not None
    assert caught.value.location.line == 2


def test_a_huge_file_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "modus.json"
    file.write_bytes(b" " * (MAX_BYTES + 1))
    with pytest.raises(ManifestError, match="is larger than 1 MiB") as caught:
        load_manifest(file)
    assert caught.value.code == "TOO_LARGE"


def test_problems_never_repeat_secrets(check: Check) -> None:
    secret = "hunter2"
    problems = check(
        {
            "connections": {
                "a": {"type": "http", "baseUrl": f"x{secret}", "headers": {"A": f"{secret}\n"}},
                "b": {"type": "mysql", "connString": secret},
                "c": {"type": "neo4j", "dbUri": secret, "username": secret, "password": [secret]},
            }
        }
    )
    assert len(problems) >= 5
    for problem in problems:
        assert secret not in f"{problem.message}{problem.hint}"


def test_a_manifest_is_local_only_without_such_a_connection(read: Read) -> None:
    model = {"models": {"m": {"connection": "local", "sourceModel": "x", "path": "p"}}}
    inside = read(model)
    outside = read(
        {**model, "connections": {"local": {"type": "http", "baseUrl": "http://localhost:1/"}}}
    )
    assert inside.is_local(inside.models["m"])
    assert not outside.is_local(outside.models["m"])


def test_parse_uses_the_given_path() -> None:
    with pytest.raises(ManifestError) as caught:
        parse_manifest("{", path=Path("app/modus.json"))
    assert str(caught.value.location) == "app/modus.json:1:2"
