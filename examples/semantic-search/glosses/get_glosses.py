"""Writes all 117,659 glosses of WordNet 3.0 as JSON lines, for `atoll collections import`.

    python glosses/get_glosses.py > wordnet.jsonl

They come from Debian's package wordnet-base: the installed one (/usr/share/wordnet), a .deb file
that is named, or else the one that `apt-get download` gives. LICENSE beside this file is WordNet's.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

INSTALLED = Path("/usr/share/wordnet")
PARTS = {"noun": "noun", "verb": "verb", "adj": "adjective", "adv": "adverb"}
"""What the files are called, and the labels of what is in them."""
# The names of lexicographers' files by their numbers; see lexnames(5WN).
TOPICS = (
    "all", "pert", "all", "top", "act", "animal", "artifact", "attribute", "body", "cognition",
    "communication", "event", "feeling", "food", "group", "location", "motive", "object", "person",
    "phenomenon", "plant", "possession", "process", "quantity", "relation", "shape", "state",
    "substance", "time", "body", "change", "cognition", "communication", "competition",
    "consumption", "contact", "creation", "emotion", "motion", "perception", "possession", "social",
    "stative", "weather", "ppl",
)  # fmt: skip


def glosses(folder: Path) -> Iterator[dict[str, Any]]:
    """The texts of a folder with WordNet's files, as an import takes them."""
    for name, part in PARTS.items():
        for line in (folder / f"data.{name}").read_text(encoding="utf-8").splitlines():
            if not line.startswith("  "):  # the licence
                yield read(line, part)


def read(line: str, part: str) -> dict[str, Any]:
    """A line of a data file; see wndb(5WN)."""
    head, _, gloss = line.partition(" | ")
    offset, topic, kind, count, *rest = head.split(" ")
    words = [word.partition("(")[0].replace("_", " ") for word in rest[: 2 * int(count, 16) : 2]]
    return {
        "key": offset + kind,
        "text": gloss.strip(),
        "labels": [part],
        "metadata": {"words": words, "topic": TOPICS[int(topic)]},
    }


def unpacked(package: Path, folder: Path) -> Path:
    subprocess.run(["dpkg-deb", "-x", package, folder], check=True)
    return folder / "usr" / "share" / "wordnet"


def downloaded(folder: Path) -> Path:
    done = subprocess.run(
        ["apt-get", "download", "wordnet-base"], cwd=folder, capture_output=True, text=True
    )
    packages = list(folder.glob("wordnet-base_*.deb"))
    if done.returncode or not packages:
        sys.exit(f"There is no {INSTALLED}, and apt-get cannot download it: {done.stderr.strip()}")
    return packages[0]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("package", type=Path, nargs="?", help="a wordnet-base_….deb")
    package = parser.parse_args().package
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if package is None and INSTALLED.is_dir():
            source = INSTALLED
        else:
            source = unpacked(package or downloaded(folder), folder / "files")
        for gloss in glosses(source):
            print(json.dumps(gloss, ensure_ascii=False))


if __name__ == "__main__":
    main()
