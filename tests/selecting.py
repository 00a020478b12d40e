"""Selections of results: written as JSON, drawn at random, and applied to whole values.

``conftest.py`` loads this file, and gives it as the fixture ``selecting``.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from hypothesis import strategies as st

from atoll.guest.selection import Selection, Wanted

_LONG = "x" * 300
_KEYS = ["a", "b", "c", "it's", '"', "\\", "{0}", "ä\U0001f600", "x" * 31, "x" * 32, _LONG]
_CONSTANTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20) | st.just(_LONG)


def selection_of(wanted: Mapping[str, Any] | None) -> Selection | None:
    """Of JSON: ``{"name": null, "again: name": null, "kind": "a constant"}``."""
    if wanted is None:
        return None
    found = []
    for entry, inside in wanted.items():
        key, _, field = entry.rpartition(": ")
        if isinstance(inside, str):
            found.append(Wanted(entry, None, None, inside))
        else:
            found.append(Wanted(key or field, field, selection_of(inside)))
    return tuple(found)


@st.composite
def selections(
    draw: Any, type: Any, fields_of: Callable[[Any], Mapping[str, Any] | None]
) -> Selection | None:
    """Any selection of a value of ``type``.

    Args:
        fields_of: the types of a type's fields by name (lists are looked through); None if it has
            no fields.
    """
    fields = fields_of(type)
    if fields is None:
        return None
    chosen = draw(st.lists(st.sampled_from([*sorted(fields), None]), max_size=6))
    if draw(st.integers(0, 9)) == 9:
        chosen += [None] * 14  # MessagePack has two ways to begin an object
    keys = st.sampled_from([*sorted(fields), *_KEYS, *map(str, range(20))])
    size = len(chosen)
    names = draw(st.lists(keys, unique=True, min_size=size, max_size=size))
    found = []
    for key, field in zip(names, chosen, strict=True):
        if field is None:
            found.append(Wanted(key, None, None, draw(_CONSTANTS)))
        else:
            found.append(Wanted(key, field, draw(selections(fields[field], fields_of))))
    return tuple(found)


def projected(value: Any, selection: Selection | None) -> Any:
    """What a selection makes of a whole value."""
    if selection is None or value is None:
        return value
    if isinstance(value, list):
        return [projected(each, selection) for each in value]
    return {
        key: constant if field is None else projected(value[field], inner)
        for key, field, inner, constant in selection
    }


def in_order(value: Any, selection: Selection | None) -> Any:
    """Objects as lists of their entries; those that are there as a whole have no order."""
    if selection is None or value is None:
        return json.dumps(value, sort_keys=True)
    if isinstance(value, list):
        return [in_order(each, selection) for each in value]
    inner = {wanted.key: wanted.selection for wanted in selection}
    return [(key, in_order(each, inner.get(key))) for key, each in value.items()]
