"""A function's request on its way to one model: defaults, and another name for a fallback."""

from __future__ import annotations

import json
from collections.abc import Mapping

import msgspec

from atoll.manifest import Model

_members = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode


def adapted(model: Model, asked: Model, body: bytes) -> bytes:
    """``body``, valid JSON for ``asked``, as ``model`` is to get it: otherwise byte for byte.

    Fields that it lacks come from the model's ``defaults``. Where ``model`` stands in for
    ``asked`` and the request names that, it names ``model`` instead.
    """
    defaults = model.settings.defaults
    if not defaults and model is asked:
        return body
    try:
        members = _members(body)
    except msgspec.ValidationError:  # JSON, but no object
        return body
    except msgspec.DecodeError:  # half of a surrogate pair, which the quick decoder refuses
        found = _slowly(body)
        if found is None:
            return body
        members = found
    changed = False
    if model is not asked and model.source_model and _names(members.get("model"), asked):
        members["model"] = _raw(json.dumps(model.source_model))
        changed = True
    added = {name: _raw(text) for name, text in defaults.items() if name not in members}
    if not changed:
        return _with(body, added) if added else body
    return b"{" + _written({**members, **added}) + b"}"


def _slowly(body: bytes) -> dict[str, msgspec.Raw] | None:
    found = json.loads(body)
    if not isinstance(found, dict):
        return None
    return {name: _raw(json.dumps(value)) for name, value in found.items()}


def _with(body: bytes, added: dict[str, msgspec.Raw]) -> bytes:
    """Members at the end of an object's text, the rest of which stays as it is."""
    before = body.rstrip()[:-1].rstrip()
    more = _written(added) + b"}"
    return before + (more if before.lstrip() == b"{" else b"," + more)


def _written(members: Mapping[str, msgspec.Raw]) -> bytes:
    """Without the braces; names may have halves of surrogate pairs, as texts may."""
    return b",".join(
        _text(json.dumps(name, ensure_ascii=False)) + b":" + bytes(value)
        for name, value in members.items()
    )


def _names(value: msgspec.Raw | None, model: Model) -> bool:
    try:
        name = None if value is None else json.loads(bytes(value))
    except ValueError:
        return False
    return isinstance(name, str) and name.lower() == model.source_model.lower()


def _raw(text: str) -> msgspec.Raw:
    return msgspec.Raw(_text(text))


def _text(text: str) -> bytes:
    return text.encode(errors="backslashreplace")
