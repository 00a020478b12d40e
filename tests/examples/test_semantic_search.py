"""examples/semantic-search: its queries, its excerpt, and the script that makes all of it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from atoll.app.app import App
from atoll.collections.types import Text
from atoll.graphql import GraphQLApi, GraphQLRequest
from atoll.manifest import load_manifest
from atoll.models.local.install import install

EXAMPLE = Path(__file__).parents[2] / "examples" / "semantic-search"
PAGE = (EXAMPLE / "README.md").read_text(encoding="utf-8")
EXCERPT = [
    json.loads(line)
    for line in (EXAMPLE / "glosses" / "excerpt.jsonl").read_text(encoding="utf-8").splitlines()
]
# Two lines of WordNet as it comes, and one of its licence.
DATA = {
    "noun": "  1 This software and database is being provided to you\n"
    "00001740 03 n 01 entity 0 003 ~ 00001930 n 0000 | that which is perceived  \n",
    "verb": "02758033 43 v 02 pour 1 rain_cats_and_dogs 0 001 @ 1 v 0000 01 + 01 00 | to rain\n",
    "adj": "00004171 00 s 01 dying(p) 0 001 & 00003939 a 0000 | eagerly desirous \n",
    "adv": "",
}


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


async def test_the_queries_are_answered_as_the_page_says(load_python: Any, tmp_path: Path) -> None:
    install("all-minilm-l6-v2")
    manifest = load_manifest(EXAMPLE / "modus.json")
    app = App("semantic-search", load_python(EXAMPLE), manifest, {}, folder=tmp_path)
    try:
        weather = [each for each in EXCERPT if each["metadata"]["topic"] == "weather"]
        texts = [Text(w["key"], w["text"], tuple(w["labels"]), w["metadata"]) for w in weather]
        await app.collections.store("glosses", "", texts)
        api = GraphQLApi(app, hidden=manifest.embedders)
        find, add = blocks("graphql")
        variables = json.loads(re.search(r"variables `(.*?)`", PAGE)[1])  # type: ignore[index]
        answer = await api.execute(GraphQLRequest(find, variables))
        [shown] = blocks("jsonc")
        assert answer.body["data"] == json.loads(shown)
        answer = await api.execute(GraphQLRequest(add))
        assert answer.body["data"] == {"addWord": "petrichor-noun"}
        found = await app.collections.search("glosses", [""], "", "scent of a wet earth", 1)
        assert found[0].metadata == {"words": ["petrichor"], "topic": "weather"}
    finally:
        await app.close()


def test_the_excerpt_has_texts_of_each_part_of_speech() -> None:
    assert len({each["key"] for each in EXCERPT}) == len(EXCERPT) == 1000
    parts = Counter(label for each in EXCERPT for label in each["labels"])
    assert parts.keys() == {"noun", "verb", "adjective", "adverb"}
    licence = (EXAMPLE / "glosses" / "LICENSE").read_text(encoding="utf-8")
    assert "WordNet 3.0 Copyright 2006 by Princeton University.  All rights reserved." in licence


def test_the_script_reads_wordnet_as_it_comes_in_a_package(tmp_path: Path) -> None:
    package = tmp_path / "wordnet-base_3.0_all.deb"
    package.write_text("not a package")
    tools = tmp_path / "bin"
    tools.mkdir()
    unpack = "\n".join(
        f"cat > \"$3/usr/share/wordnet/data.{name}\" <<'END'\n{text.rstrip(chr(10))}\nEND"
        if text
        else f': > "$3/usr/share/wordnet/data.{name}"'
        for name, text in DATA.items()
    )
    # As much of dpkg-deb as is needed, since not every machine has it.
    (tools / "dpkg-deb").write_text(f'#!/bin/sh\nmkdir -p "$3/usr/share/wordnet"\n{unpack}\n')
    (tools / "dpkg-deb").chmod(0o755)
    done = subprocess.run(
        [sys.executable, EXAMPLE / "glosses" / "get_glosses.py", package],
        env={**os.environ, "PATH": f"{tools}{os.pathsep}{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    noun, verb, adjective = map(json.loads, done.stdout.splitlines())
    assert noun == {
        "key": "00001740n",
        "text": "that which is perceived",
        "labels": ["noun"],
        "metadata": {"words": ["entity"], "topic": "top"},
    }
    assert verb["metadata"] == {"words": ["pour", "rain cats and dogs"], "topic": "weather"}
    assert (adjective["key"], adjective["metadata"]["words"]) == ("00004171s", ["dying"])
