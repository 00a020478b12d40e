"""Tests in plain Python: texts that have words in common count as near, and no model is needed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

import app
from atoll.sdk import UserError, testing


@pytest.fixture(autouse=True)
def dictionary() -> Iterator[testing.TestHost]:
    with testing.host(collections={"glosses": None}) as host:
        app.add_word(["omelet", "omelette"], "beaten eggs cooked until just set", "noun", "food")
        app.add_word(["quiche"], "a tart filled with eggs and cheese", "noun", "food")
        app.add_word(["fry"], "cook on a hot surface using fat", "verb", "change")
        app.add_word(["raw"], "not treated with heat to prepare it for eating", "adjective")
        yield host


def words(senses: list[app.Sense]) -> list[str]:
    return [sense.words[0] for sense in senses]


def test_the_nearest_comes_first() -> None:
    found = app.search("filled with cheese and eggs", limit=2)
    assert words(found) == ["quiche", "omelet"]
    assert found[0].score > found[1].score
    assert (found[0].part, found[0].topic) == ("noun", "food")


def test_a_part_of_speech_and_a_topic() -> None:
    assert words(app.search("cooked eggs", part="verb")) == ["fry"]
    assert words(app.search("cooked until set", topic="food", hybrid=True)) == ["omelet", "quiche"]
    assert app.search("eggs", part="verb", topic="food") == []


def test_similar_words_are_others() -> None:
    assert words(app.similar("omelette", limit=1)) == ["quiche"]
    with pytest.raises(UserError, match="does not have the word brunch"):
        app.similar("brunch")


def test_a_removed_word_is_gone() -> None:
    app.remove_word("quiche-noun")
    assert "quiche" not in words(app.search("a tart filled with eggs and cheese"))


def test_an_empty_question() -> None:
    with pytest.raises(UserError):
        app.search(" ")


def test_the_nearest_glosses_say_the_part_of_speech() -> None:
    assert app.classify("beaten eggs")[0].label == "noun"
