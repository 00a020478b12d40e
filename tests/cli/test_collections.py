"""``atoll collections``, on the store of a real app whose embedder counts letters."""

from __future__ import annotations

import csv
import json
import os
import pty
import shutil
import signal
import subprocess
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from atoll.collections.sqlite import SqliteBackend
from atoll.collections.types import Shape

SOURCE = """import { collections } from "@hypermode/modus-sdk-as";

export function find(text: string): string[] {
  const found = collections.search("docs", "letters", text, 1);
  return found.objects.map<string>((one) => one.key);
}

export function keep(text: string): string {
  return collections.upsert("docs", text, text).status;
}

export function embed(texts: string[]): f32[][] {
  const vectors: f32[][] = [];
  for (let i = 0; i < texts.length; i++) {
    if (texts[i].includes("unembeddable")) throw new Error("cannot embed that");
    const vector = new Array<f32>(4).fill(0);
    for (let j = 0; j < texts[i].length; j++) vector[texts[i].charCodeAt(j) % 4] += 1;
    vectors.push(vector);
  }
  return vectors;
}
"""
LETTERS = {"letters": {"embedder": "embed", "distance": "cosine"}}
MANIFEST = {
    "endpoints": {"default": {"type": "graphql", "path": "/graphql", "auth": "none"}},
    "collections": {"docs": {"searchMethods": LETTERS}, "drafts": {"searchMethods": LETTERS}},
}


def vector_of(text: str) -> list[float]:
    """As the embedder makes it."""
    counts = [0.0] * 4
    for character in text:
        counts[ord(character) % 4] += 1
    return counts


@pytest.fixture(scope="module")
def built(
    command: Path, quiet_environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """The app, built. Tests do not change it."""
    folder = tmp_path_factory.mktemp("built") / "library"
    for arguments in (["new", "library", "--language", "assemblyscript"], ["build", "library"]):
        done = subprocess.run(
            [command, *arguments],
            cwd=folder.parent,
            env=quiet_environment,
            capture_output=True,
            timeout=300,
        )
        assert done.returncode == 0, done.stderr
        if arguments[0] == "new":
            (folder / "assembly" / "index.ts").write_text(SOURCE)
            (folder / "modus.json").write_text(json.dumps(MANIFEST))
    return folder


@pytest.fixture
def library(built: Path, tmp_path: Path) -> Path:
    """The app for one test, with an empty store."""
    folder = tmp_path / "library"
    shutil.copytree(built, folder, symlinks=True)
    return folder


def write(path: Path, *entries: dict[str, Any] | str) -> Path:
    """A file of JSON Lines."""
    lines = (entry if isinstance(entry, str) else json.dumps(entry) for entry in entries)
    path.write_text("".join(f"{line}\n" for line in lines))
    return path


def numbered(count: int, prefix: str = "text") -> list[dict[str, Any]]:
    return [{"key": f"k{n}", "text": f"{prefix} {n}", "n": n} for n in range(count)]


@pytest.fixture
def load(run: Any, library: Path):
    """Imports a file, and gives the figures."""

    def load(file: Path, *options: str, collection: str = "docs") -> dict[str, Any]:
        arguments = ["--collection", collection, "--app", library, "--json", *options]
        done = run("collections", "import", file, *arguments)
        assert done.returncode == 0, done.stderr
        figures: dict[str, Any] = json.loads(done.stdout)
        return figures

    return load


@pytest.fixture
def stored(run: Any, library: Path):
    """All texts of a collection, in their order, as they are exported."""

    def stored(collection: str = "docs", *options: str, env: Any = None) -> list[dict[str, Any]]:
        done = run("collections", "export", collection, "--app", library, *options, env=env)
        assert done.returncode == 0, done.stderr
        return [json.loads(line) for line in done.stdout.splitlines()]

    return stored


@pytest.fixture
def stats(run: Any, library: Path):
    """What the commands tell of a collection."""

    def stats(collection: str = "docs") -> dict[str, Any]:
        done = run("collections", "stats", collection, "--json", cwd=library)
        assert done.returncode == 0, done.stderr
        (found,) = json.loads(done.stdout)
        return found

    return stats


def test_five_thousand_lines_are_embedded_and_stored(run, load, stored, stats, library, tmp_path):
    entries = numbered(5000)
    file = write(tmp_path / "texts.jsonl", *entries)
    figures = load(file)
    assert figures.pop("seconds") > 0
    assert figures == {
        "collection": "docs",
        "stored": 5000,
        "replaced": 0,
        "unchanged": 0,
        "repeated": 0,
        "skipped": 0,
    }
    found = stored("docs", "--vectors")
    assert len(found) == 5000
    for one in found:
        n = one["metadata"]["n"]
        assert (one["key"], one["text"]) == (f"k{n}", f"text {n}")
        assert one["vectors"] == {"letters": vector_of(one["text"])}
    told = stats()
    assert told["texts"] == 5000
    assert told["namespaces"] == {"": 5000}
    assert told["inManifest"] is True
    (method,) = told["methods"]
    assert (method["method"], method["embedder"], method["state"]) == (
        "letters",
        "embed",
        "serving",
    )
    assert (method["dimension"], method["distance"]) == (4, "cosine")
    assert (method["vectors"], method["missing"]) == (5000, 0)

    # Once more: nothing is to be done. Then with changes.
    assert load(file)["unchanged"] == 5000
    changed = write(tmp_path / "changed.jsonl", *numbered(10, "other"), *entries[10:20])
    again = load(changed)
    assert (again["stored"], again["replaced"], again["unchanged"]) == (10, 10, 10)
    assert len(stored()) == 5000
    texts = run("collections", "stats", cwd=library).stdout
    assert "docs  5,000 texts" in texts
    assert "5,000 vectors by embedder embed, 4 numbers each" in texts
    assert "  letters: serving, cosine distance\n" in texts
    assert "    compared one by one" in texts.splitlines()
    heading, docs, drafts = run("collections", cwd=library).stdout.splitlines()
    assert heading.split() == ["COLLECTION", "TEXTS", "NAMESPACES", "SEARCH", "METHODS"]
    assert docs.split() == ["docs", "5,000", "1", "letters"]
    assert drafts.split() == ["drafts", "0", "0", "letters"]


def test_looking_at_nothing_makes_nothing(run, fails, library: Path):
    assert run("collections", cwd=library).returncode == 0
    assert run("collections", "stats", cwd=library).returncode == 0
    assert run("collections", "reindex", cwd=library).returncode == 0
    assert "NO_SUCH_COLLECTION" in fails("collections", "export", "docs", cwd=library).stderr
    assert "NO_SUCH_COLLECTION" in fails("collections", "drop", "docs", cwd=library).stderr
    assert not (library / ".atoll").exists()


def test_a_bad_line_ends_it_when_what_is_before_is_stored(fails, load, stored, library, tmp_path):
    entries = numbered(700)
    file = write(tmp_path / "texts.jsonl", *entries[:600], '{"key": "bad"}', *entries[600:])
    said = fails("collections", "import", file, "--collection", "docs", "--app", library).stderr
    assert f'{file}: line 601 has no "text"' in said
    assert "--skip-bad" in said
    assert "stopped: 600 texts stored in collection docs" in said
    assert said.index("error") < said.index("stopped: ")
    assert "importing: 0 %, begun with 500 texts\n" in said
    assert len(stored()) == 600
    figures = load(file, "--skip-bad")
    assert (figures["stored"], figures["unchanged"], figures["skipped"]) == (100, 600, 1)
    assert len(stored()) == 700


def test_bad_lines_that_are_passed_over_are_told(run, library, tmp_path):
    bad = ["{", '{"text": 1}', '{"text": "a", "vector": []}', '{"text": "a\\u0000"}']
    file = write(tmp_path / "texts.jsonl", {"text": "good"}, *bad, *["[]"] * 30, {"text": "fine"})
    done = run(
        *("collections", "import", file, "--collection", "docs", "--app", library, "--skip-bad"),
    )
    assert done.returncode == 0, done.stderr
    assert "line 2 is no JSON" in done.stderr
    assert 'line 3 has "text" that is a number' in done.stderr
    assert "line 5 cannot be stored: a text has the character U+0000" in done.stderr
    assert done.stderr.count("line ") == 20
    assert "14 more of these" in done.stderr
    assert "2 texts stored in collection docs, 34 bad;" in done.stderr


def test_of_lines_with_one_key_the_last_one_counts(run, stored, library, tmp_path):
    file = write(
        tmp_path / "texts.jsonl",
        *({"key": "same", "text": f"text {n}"} for n in range(3)),
        *numbered(1200),
        {"key": "same", "text": "the last"},
    )
    done = run("collections", "import", file, "--collection", "docs", "--app", library)
    assert 'lines 1 and 2 have the same key, "same": the last one counts' in done.stderr
    assert 'lines 2 and 3 have the same key, "same": the last one counts' in done.stderr
    found = {one["key"]: one["text"] for one in stored()}
    assert found["same"] == "the last"
    assert len(found) == 1201


def test_given_vectors_are_stored_as_they_are(fails, load, stored, library, tmp_path):
    entries = [
        {"key": "a", "text": "unembeddable a", "vector": [0.1, -2, 3e-20, 4]},
        {"key": "b", "text": "unembeddable b", "vectors": {"letters": [1, 2, 3, 4]}},
        {"key": "c", "text": "c"},
    ]
    load(write(tmp_path / "texts.jsonl", *entries))
    found = {one["key"]: one["vectors"]["letters"] for one in stored("docs", "--vectors")}
    assert found == {
        "a": pytest.approx([0.1, -2, 3e-20, 4], rel=1e-7),
        "b": [1, 2, 3, 4],
        "c": vector_of("c"),
    }
    for entry, reason in (
        ({"text": "x", "vector": [1, 2, 3]}, "a vector of 3 numbers, and those of search method"),
        ({"text": "x", "vectors": {"other": [1]}}, "search method [other], which collection"),
    ):
        file = write(tmp_path / "bad.jsonl", {"key": "a", "text": "new"}, entry)
        done = fails("collections", "import", file, "--collection", "docs", "--app", library)
        assert "line 2 has a vector of" in done.stderr
        assert reason in done.stderr


def test_the_first_vector_says_how_many_numbers_the_others_have(fails, stored, library, tmp_path):
    entries = [{"key": "a", "text": "a", "vector": [1, 2, 3, 4]}, {"text": "b", "vector": [1, 2]}]
    file = write(tmp_path / "texts.jsonl", *entries)
    said = fails("collections", "import", file, "--collection", "docs", "--app", library).stderr
    assert "line 2 has a vector of 2 numbers, and those of search method [letters]" in said
    assert [one["vectors"]["letters"] for one in stored("docs", "--vectors")] == [[1, 2, 3, 4]]


def test_vectors_of_another_model_can_be_left_out(run, fails, load, stored, library, tmp_path):
    entries = [{"key": f"k{n}", "text": f"text {n}", "vector": [1, 2, n]} for n in range(3)]
    file = write(tmp_path / "texts.jsonl", *entries)
    into = ("--collection", "docs", "--app", library)
    said = fails("collections", "import", file, *into).stderr
    assert "DIMENSION_MISMATCH" in said
    assert "--no-vectors" in said.split("hint:")[1]
    load(write(tmp_path / "own.jsonl", {"key": "own", "text": "own"}))
    said = fails("collections", "import", file, *into).stderr
    assert "line 1 has a vector of 3 numbers" in said
    assert "--no-vectors" in said.split("hint:")[1]
    said = fails("collections", "import", write(tmp_path / "bad.jsonl", "{"), *into).stderr
    assert "--no-vectors" not in said
    done = run("collections", "import", file, *into, "--no-vectors")
    assert "3 texts stored" in done.stderr
    assert "unchanged" not in done.stderr
    done = run("collections", "import", file, *into, "--no-vectors")
    assert "3 unchanged" in done.stderr
    assert "keeps its vectors" in done.stderr
    assert "`atoll collections reindex docs --embed`" in done.stderr
    assert {one["key"]: one["vectors"]["letters"] for one in stored("docs", "--vectors")} == {
        text["key"]: vector_of(text["text"]) for text in (*entries, {"key": "own", "text": "own"})
    }


@pytest.mark.parametrize("name", ["copy.jsonl", "copy.csv"])
@pytest.mark.parametrize("options", [(), ("--vectors",)])
def test_empty_texts_go_out_and_in(run, load, stored, library, tmp_path, name, options):
    load(write(tmp_path / "texts.jsonl", {"key": "empty", "text": ""}, {"key": "a", "text": "a"}))
    copy = tmp_path / name
    done = run("collections", "export", "docs", "-o", copy, *options, "--app", library)
    assert done.returncode == 0, done.stderr
    assert load(copy, collection="drafts")["stored"] == 2
    assert {one["key"]: one for one in stored("drafts", "--vectors")} == {
        one["key"]: one for one in stored("docs", "--vectors")
    }


def test_given_vectors_that_are_stored_already_are_unchanged(run, load, library, tmp_path):
    entries = [{"key": "a", "text": "a", "vector": [1, 2, 3, 0.1]}, {"key": "b", "text": "b"}]
    file = write(tmp_path / "texts.jsonl", *entries)
    assert load(file)["stored"] == 2
    assert load(file)["unchanged"] == 2
    done = run("collections", "import", file, "--collection", "docs", "--app", library)
    assert done.stderr.splitlines()[-1].startswith("0 texts stored in collection docs, 2 unchanged")
    assert "a second" not in done.stderr
    other = {**entries[0], "vector": [1, 2, 3, 0.2]}
    one = write(tmp_path / "one.jsonl", other)
    done = run("collections", "import", one, "--collection", "docs", "--app", library)
    assert "importing: 0 %, begun with 1 text\n" in done.stderr
    assert "1 text stored in collection docs (1 of them replaced)" in done.stderr


def test_a_namespace_that_never_was_is_not_exported(fails, load, stored, library, tmp_path):
    load(write(tmp_path / "texts.jsonl", {"text": "a", "namespace": "faq"}))
    kept = tmp_path / "kept.jsonl"
    kept.write_text("before")
    options = ("--namespace", "faq", "--namespace", "nobody", "-o", kept)
    said = fails("collections", "export", "docs", *options, "--app", library).stderr
    assert "NO_SUCH_NAMESPACE" in said
    assert "nobody" in said
    assert "it has: faq" in said
    assert kept.read_text() == "before"
    assert len(stored("docs", "--namespace", "faq")) == 1
    assert stored("docs", "--namespace", "") == []  # it is there always


def test_texts_that_nobody_embeds_are_told_with_what_does_it(run, load, stats, library, tmp_path):
    load(write(tmp_path / "texts.jsonl", *numbered(3)))
    backend = SqliteBackend(library / ".atoll" / "collections")
    try:
        begun = backend.start_generation(
            "docs", "letters", Shape(2), embedder="embed", probe=b"other", build=""
        )
        said = run("collections", "stats", cwd=library).stdout
        assert "3 texts are still to be embedded (0 %)" in said
        assert "nobody embeds just now: `atoll serve` or `atoll dev` goes on with it" in said
        assert [one["embedding"] for one in stats()["methods"]] == [False, False]
        said = run("collections", "reindex", cwd=library).stderr
        assert "docs is being embedded anew for search method letters: 0 of 3 texts" in said
        assert "`atoll collections reindex --embed`" in said
        lock = backend.lock(f"embed {begun.id}")
        assert lock is not None
        said = run("collections", "stats", cwd=library).stdout
        assert "3 texts are still to be embedded (0 %)" in said
        assert "nobody" not in said
        assert [one["embedding"] for one in stats()["methods"]] == [False, True]
        said = run("collections", "reindex", "docs", cwd=library).stderr
        assert "0 of 3 texts so far; a server is at it" in said
        lock.release()
    finally:
        backend.close()
    assert run("collections", "reindex", "docs", "--embed", cwd=library).returncode == 0
    assert [one["state"] for one in stats()["methods"]] == ["serving"]
    assert "still to be embedded" not in run("collections", "reindex", cwd=library).stderr


def test_an_embedder_that_fails_is_told_with_the_lines(fails, stored, library, tmp_path):
    entries = numbered(1500)
    entries[1200]["text"] = "unembeddable"
    file = write(tmp_path / "texts.jsonl", *entries)
    said = fails("collections", "import", file, "--collection", "docs", "--app", library).stderr
    assert "EMBEDDER_FAILED" in said
    assert "lines 1001 to 1500 could not be stored" in said
    assert "stopped: 1,000 texts stored" in said
    assert said.index("error") < said.index("stopped: ")
    assert len(stored()) == 1000


def test_csv_goes_in_and_out(run, load, stored, library, tmp_path):
    file = tmp_path / "texts.csv"
    with file.open("w", newline="", encoding="utf-8-sig") as opened:
        rows = csv.writer(opened)
        rows.writerow(["id", "text", "labels", "namespace", "year", "place"])
        rows.writerow(["1", 'He said "hi",\nand left.', "a; b", "", "1999", "Köln"])
        rows.writerow(["2", "second", "", "faq", "", "1999"])
    load(file, "--key-field", "id", "--number", "year")
    expected = [
        {
            "key": "1",
            "text": 'He said "hi",\nand left.',
            "labels": ["a", "b"],
            "metadata": {"year": 1999, "place": "Köln"},
        },
        {"key": "2", "text": "second", "namespace": "faq", "metadata": {"place": "1999"}},
    ]
    assert sorted(stored(), key=lambda one: one["key"]) == expected
    assert stored("docs", "--namespace", "faq") == expected[1:]
    copy = tmp_path / "copy.csv"
    done = run("collections", "export", "docs", "--vectors", "-o", copy, "--app", library)
    assert "exported 2 texts" in done.stderr
    load(copy, collection="drafts")
    copied, original = (
        sorted(stored(name, "--vectors"), key=lambda one: one["key"]) for name in ("drafts", "docs")
    )
    assert copied == original
    assert [file.name for file in tmp_path.glob(".copy*")] == []


def test_an_export_that_fails_leaves_the_file_as_it_was(fails, load, library, tmp_path):
    load(write(tmp_path / "texts.jsonl", {"text": "a"}))
    done = fails("collections", "export", "docs", "-o", tmp_path / "no" / "x", "--app", library)
    assert "NOT_WRITABLE" in done.stderr
    kept = tmp_path / "kept.jsonl"
    kept.write_text("before")
    fails("collections", "export", "gone", "-o", kept, "--app", library)
    assert kept.read_text() == "before"


def test_two_imports_at_once_both_count(start, stored, library, tmp_path):
    files = [
        write(
            tmp_path / f"{name}.jsonl",
            *({"key": f"{name}{n}", "text": f"{name} {n}"} for n in range(3000)),
            *numbered(500, name),
        )
        for name in ("left", "right")
    ]
    running = [
        start("collections", "import", file, "--collection", "docs", "--app", library)
        for file in files
    ]
    for process in running:
        said = process.communicate(timeout=200)[1]
        assert process.returncode == 0, said
    found = stored("docs", "--vectors")
    assert len(found) == len({one["key"] for one in found}) == 6500
    assert all(one["vectors"]["letters"] == vector_of(one["text"]) for one in found)


def test_a_server_writes_meanwhile_and_finds_what_is_imported(
    start, follow, ask, free_port, load, stored, library, tmp_path
):
    follow(start("serve", library, "--port", str(free_port))).wait_for("Listening")
    kept = []
    over = threading.Event()

    def keep() -> None:
        while not over.is_set():
            text = f"kept {len(kept)}"
            answer = ask(free_port, f'{{ keep(text: "{text}") }}')
            assert answer["data"] == {"keep": "success"}
            kept.append(text)

    with ThreadPoolExecutor(1) as pool:
        keeping = pool.submit(keep)
        try:
            assert load(write(tmp_path / "texts.jsonl", *numbered(3000)))["stored"] == 3000
        finally:
            over.set()
        keeping.result(60)
    assert kept
    assert {one["key"] for one in stored()} == {f"k{n}" for n in range(3000)} | set(kept)
    load(write(tmp_path / "one.jsonl", {"key": "one", "text": "aaaaaaaaaaaaaaaaaaa"}))
    assert ask(free_port, '{ find(text: "aaa") }')["data"] == {"find": ["one"]}


def test_an_interrupted_import_is_done_by_repeating_it(
    command, quiet_environment, load, stored, library, tmp_path
):
    entries = numbered(4000)
    file = write(tmp_path / "texts.jsonl", *entries)
    process = subprocess.Popen(
        [command, "collections", "import", "-", "--collection", "docs", "--app", library],
        env=quiet_environment,
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    assert process.stdin is not None
    try:
        # The rest never comes.
        process.stdin.write("".join(f"{json.dumps(one)}\n" for one in entries[:2000]).encode())
        process.stdin.flush()
        end = time.monotonic() + 120
        database = library / ".atoll" / "collections" / "store.db"
        while not database.exists() or len(stored()) < 500:
            assert time.monotonic() < end
            time.sleep(0.1)
        process.send_signal(signal.SIGINT)
        # Its input is open still: it does not wait for it.
        process.wait(60)
        assert process.stderr is not None
        said = process.stderr.read().decode()
    finally:
        process.kill()
        process.wait()
        process.stdin.close()
        assert process.stderr is not None
        process.stderr.close()
    assert process.returncode == 130, said
    assert "Traceback" not in said
    assert "interrupted: at least " in said
    at_least = int(said.split("at least ")[1].split(" ")[0].replace(",", ""))
    assert 500 <= at_least <= len(stored()) <= 2000
    figures = load(file)
    assert figures["stored"] + figures["unchanged"] == 4000
    assert figures["unchanged"] >= at_least
    assert {one["key"] for one in stored()} == {one["key"] for one in entries}


def test_what_is_wrong_is_told_before_anything_is_built(fails, run, app: Path, tmp_path):
    (app / "modus.json").write_text(json.dumps(MANIFEST))
    (app / "app.py").write_text("this is no Python")
    good = write(tmp_path / "good.jsonl", {"text": "a"})

    def failing(*arguments: str | Path) -> str:
        said: str = fails("collections", "import", *arguments, cwd=app).stderr
        return said

    assert "NO_SUCH_COLLECTION" in failing(good, "--collection", "dosc")
    assert "it has: docs, drafts" in failing(good, "--collection", "dosc")
    assert "UNREADABLE" in failing(tmp_path / "no.jsonl", "--collection", "docs")
    assert "is a directory" in failing(tmp_path, "--collection", "docs").lower()
    latin = tmp_path / "utf16.jsonl"
    latin.write_text("text", encoding="utf-16")
    assert "iconv" in failing(latin, "--collection", "docs")
    table = tmp_path / "table.csv"
    table.write_text("key;text\n1;a\n")
    assert 'no column "text"' in failing(table, "--collection", "docs")
    assert "NO_APP" in failing(good, "--collection", "docs", "--app", tmp_path / "no")
    assert "NO_MANIFEST" in failing(good, "--collection", "docs", "--app", tmp_path)
    assert "a namespace has 300" in failing(good, "--collection", "docs", "--namespace", "n" * 300)
    assert run("collections", "import", good, cwd=app).returncode == 2
    for wrong in (
        ("--delimiter", "ab", "--format", "csv"),
        ("--delimiter", ";"),
        ("--number", "year"),
        ("--key-field", "text"),
        ("--text-field", "vector"),
    ):
        done = run("collections", "import", good, "--collection", "docs", *wrong, cwd=app)
        assert done.returncode == 2, wrong
    assert not (app / "build").exists()


def test_a_collection_is_dropped_if_confirmed(run, fails, load, stored, library, tmp_path):
    load(write(tmp_path / "texts.jsonl", *numbered(20)))
    load(write(tmp_path / "texts.jsonl", *numbered(3)), collection="drafts")
    manifest = {**MANIFEST, "collections": {"docs": {"searchMethods": LETTERS}}}
    (library / "modus.json").write_text(json.dumps(manifest))
    assert "(not in modus.json)" in run("collections", cwd=library).stdout
    assert "--yes" in fails("collections", "drop", "drafts", cwd=library).stderr
    assert len(stored("drafts")) == 3
    done = run("collections", "drop", "drafts", "--yes", cwd=library)
    assert done.returncode == 0, done.stderr
    assert "deleted 3 texts of collection drafts" in done.stderr
    assert "NO_SUCH_COLLECTION" in fails("collections", "stats", "drafts", cwd=library).stderr
    assert len(stored("docs")) == 20


def test_reindexing_indexes_all_and_embedding_makes_all_vectors_anew(
    run, fails, load, stored, stats, library, tmp_path
):
    few = write(tmp_path / "few.jsonl", *({**one, "vector": [1, 1, 1, 1]} for one in numbered(9)))
    load(few)
    done = run("collections", "reindex", cwd=library)
    assert "0 vectors are indexed; 9 are few enough to be compared one by one" in done.stderr

    entries = numbered(10_000)
    load(write(tmp_path / "texts.jsonl", *({**one, "vector": [1, 1, 1, 1]} for one in entries)))
    done = run("collections", "reindex", "docs", cwd=library)
    assert done.returncode == 0, done.stderr
    assert "10,000 vectors are indexed (" in done.stderr
    (method,) = stats()["methods"]
    assert method["indexed"] - method["removed"] == 10_000
    assert method["indexBytes"] > 0
    said = run("collections", "stats", cwd=library).stdout
    assert "    10,000 of 10,000 indexed, " in said
    assert " (hnsw of f32)" in said

    done = run("collections", "reindex", "docs", "--embed", cwd=library)
    assert done.returncode == 0, done.stderr
    assert "embedded collection docs for search method letters" in done.stderr
    (method,) = stats()["methods"]
    assert (method["vectors"], method["missing"], method["indexed"]) == (10_000, 0, 10_000)
    found = stored("docs", "--vectors")
    assert all(one["vectors"]["letters"] == vector_of(one["text"]) for one in found)

    assert "NO_SUCH_COLLECTION" in fails("collections", "reindex", "gone", cwd=library).stderr
    options = ("--embed", "--method", "gone")
    said = fails("collections", "reindex", "docs", *options, cwd=library).stderr
    assert "NO_SUCH_SEARCH_METHOD" in said
    assert run("collections", "reindex", "--method", "letters", cwd=library).returncode == 2


def test_a_terminal_shows_a_bar(command, quiet_environment, library, tmp_path):
    file = write(tmp_path / "texts.jsonl", *numbered(3000))
    mine, theirs = pty.openpty()
    process = subprocess.Popen(
        [command, "collections", "import", file, "--collection", "docs", "--app", library],
        env={**quiet_environment, "TERM": "xterm", "COLUMNS": "100"},
        stdin=subprocess.DEVNULL,
        stderr=theirs,
    )
    os.close(theirs)
    said = bytearray()

    def read() -> None:
        while True:
            try:
                part = os.read(mine, 4096)
            except OSError:  # Linux's end of a terminal
                return
            if not part:
                return
            said.extend(part)

    reader = threading.Thread(target=read)
    reader.start()
    assert process.wait(120) == 0
    reader.join(30)
    os.close(mine)
    text = said.decode()
    assert "importing" in text
    assert "100%" in text
    assert "texts, " in text
    assert "3,000 texts stored" in text


# As databases of the original have them (reference section 5.6).
OF_MODUS = """
CREATE TABLE collection_texts (
    id bigserial PRIMARY KEY, collection text NOT NULL, namespace text NOT NULL DEFAULT '',
    key text NOT NULL, text text NOT NULL, labels text[],
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE collection_vectors (
    id bigserial PRIMARY KEY, text_id bigint REFERENCES collection_texts ON DELETE CASCADE,
    search_method text NOT NULL, vector real[] NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);
INSERT INTO collection_texts (collection, namespace, key, text, labels) VALUES
    ('docs', '', 'a', 'first', '{x,y}'), ('docs', 'faq', 'b', 'second', NULL),
    ('docs', '', 'c', 'third', '{}'), ('forgotten', '', 'd', 'fourth', NULL);
INSERT INTO collection_texts (collection, key, text)
    SELECT 'docs', 'n' || n, 'number ' || n FROM generate_series(1, 1200) n;
INSERT INTO collection_vectors (text_id, search_method, vector) VALUES
    (1, 'letters', '{0.1,2,3,4}'), (1, 'gone', '{1,2}'), (2, 'letters', '{4,3,2,1}');
"""


def test_collections_of_modus_are_adopted(run, fails, stored, library, postgresql):
    name = postgresql.new_database()
    url = postgresql.url_of(name)
    env = {"MODUS_DB": url, "MODUS_USE_MODUSDB": "true"}
    said = fails("collections", "adopt", cwd=library, env=env).stderr
    assert "has no table collection_texts" in said
    postgresql.execute(OF_MODUS, database=name)
    before = postgresql.execute("SELECT * FROM collection_texts", database=name)
    for unchanged in (0, 1203):  # it can be repeated
        done = run("collections", "adopt", "--json", cwd=library, env=env)
        assert done.returncode == 0, done.stderr
        assert "no collection named forgotten" in done.stderr
        (figures,) = json.loads(done.stdout)
        assert (figures["stored"], figures["unchanged"]) == (1203 - unchanged, unchanged)
        found = stored("docs", "--vectors", env=env)
        assert len(found) == 1203
        by_key = {one["key"]: one for one in found}
        assert by_key["a"] == {
            "key": "a",
            "text": "first",
            "labels": ["x", "y"],
            "vectors": {"letters": pytest.approx([0.1, 2, 3, 4], rel=1e-7)},
        }
        assert by_key["b"]["namespace"] == "faq"
        assert by_key["b"]["vectors"] == {"letters": [4, 3, 2, 1]}
        assert by_key["c"]["vectors"] == {"letters": vector_of("third")}
        assert by_key["n1200"]["vectors"] == {"letters": vector_of("number 1200")}
    assert postgresql.execute("SELECT * FROM collection_texts", database=name) == before

    assert (
        "NO_SUCH_COLLECTION"
        in fails("collections", "adopt", "forgotten", cwd=library, env=env).stderr
    )
    assert "NO_SUCH_COLLECTION" in fails("collections", "adopt", "no", cwd=library, env=env).stderr


def test_what_modus_embedded_otherwise_can_be_embedded_by_the_app(
    run, fails, stored, library, postgresql
):
    name = postgresql.new_database()
    env = {"MODUS_DB": postgresql.url_of(name), "MODUS_USE_MODUSDB": "true"}
    postgresql.execute(OF_MODUS, database=name)
    sql = "UPDATE collection_vectors SET vector = '{1,2}' WHERE search_method = 'letters'"
    postgresql.execute(sql, database=name)
    said = fails("collections", "adopt", cwd=library, env=env).stderr
    assert "DIMENSION_MISMATCH" in said
    assert "--embed" in said.split("hint:")[1]
    done = run("collections", "adopt", "--embed", cwd=library, env=env)
    assert done.returncode == 0, done.stderr
    found = stored("docs", "--vectors", env=env)
    assert len(found) == 1203
    assert all(one["vectors"] == {"letters": vector_of(one["text"])} for one in found)


def test_all_of_it_works_on_postgresql_as_well(run, library, tmp_path, pgvector):
    name = pgvector.new_database()
    (library / ".env").write_text(f"MODUS_DB='{pgvector.url_of(name)}'\n")

    def done(*arguments: str | Path) -> str:
        ended = run("collections", *arguments, cwd=library)
        assert ended.returncode == 0, ended.stderr
        return ended.stdout if ended.stdout else ended.stderr

    file = write(tmp_path / "texts.jsonl", *numbered(1200))
    assert "1,200 texts stored" in done("import", file, "--collection", "docs")
    assert "1,200 unchanged" in done("import", file, "--collection", "docs")
    assert "vectors are indexed" in done("reindex")
    (docs, _) = json.loads(done("stats", "--json"))
    assert (docs["texts"], docs["methods"][0]["vectors"]) == (1200, 1200)
    found = [json.loads(line) for line in done("export", "docs", "--vectors").splitlines()]
    assert {one["key"]: one["vectors"]["letters"] for one in found} == {
        one["key"]: vector_of(one["text"]) for one in numbered(1200)
    }
    assert "deleted 1,200 texts" in done("drop", "docs", "--yes")
    # The tables of Modus may be in the same database.
    pgvector.execute(OF_MODUS, database=name)
    assert "1,203 texts stored" in done("adopt")
    assert "1,203 unchanged" in done("adopt")
    assert len(done("export", "docs").splitlines()) == 1203
    assert not (library / ".atoll").exists()


def test_adopting_says_what_is_wrong_without_credentials(fails, library):
    assert "NO_DATABASE" in fails("collections", "adopt", cwd=library).stderr
    env = {"MODUS_DB": "postgresql://u:s3cret@127.0.0.1:1/d", "MODUS_USE_MODUSDB": "true"}
    said = fails("collections", "adopt", cwd=library, env=env).stderr
    assert "127.0.0.1:1" in said
    assert "s3cret" not in said


@pytest.mark.parametrize("name", ["list", "stats", "import", "export", "reindex", "drop", "adopt"])
def test_every_command_has_examples(run, name: str):
    done = run("collections", name, "--help")
    assert done.returncode == 0
    assert "atoll collections" in done.stdout.split("Examples:")[1]
