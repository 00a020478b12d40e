"""Texts and bodies in recordings: as JSON where they are JSON, as text, or in base64.

A content is a member of its owner: ``body`` holds JSON, ``bodyText`` text, ``bodyBase64`` bytes.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from typing import Any

from atoll.recording import json_form

Form = dict[str, Any]


def of_text(name: str, text: str) -> Form:
    """The member for a text."""
    try:
        return {name: json_form.loads(text)}
    except ValueError:
        return {f"{name}Text": text}


def of_bytes(name: str, data: bytes) -> Form:
    """The member for bytes; none if there are none."""
    if not data:
        return {}
    try:
        return of_text(name, data.decode())
    except UnicodeDecodeError:
        return {f"{name}Base64": base64.b64encode(data).decode()}


def to_bytes(name: str, form: Mapping[str, Any]) -> bytes:
    """The bytes that ``of_bytes`` was given; JSON without its spaces. Raises ValueError."""
    if name in form:
        return json_form.dumps(form[name]).encode()
    text = form.get(f"{name}Text")
    if isinstance(text, str):
        return text.encode("utf-8", "replace")
    encoded = form.get(f"{name}Base64")
    if isinstance(encoded, str):
        try:
            return base64.b64decode(encoded, validate=True)
        except binascii.Error:
            raise ValueError(f"{name}Base64 is not base64") from None
    if text is not None or encoded is not None:
        raise ValueError(f"{name} is neither JSON, nor text, nor base64")
    return b""


def to_text(name: str, form: Mapping[str, Any]) -> str:
    """The text that ``of_text`` was given; JSON without its spaces. Raises ValueError."""
    if name in form:
        return json_form.dumps(form[name])
    text = form.get(f"{name}Text")
    if not isinstance(text, str):
        raise ValueError(f"it has no {name}")
    return text


def of_chunk(data: bytes) -> str | Form:
    """A piece of a body, which may end within a character."""
    try:
        return data.decode()
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(data).decode()}


def to_chunk(form: Any) -> bytes:
    """Raises ValueError."""
    if isinstance(form, str):
        return form.encode("utf-8", "replace")
    encoded = form.get("base64") if isinstance(form, dict) else None
    if not isinstance(encoded, str):
        raise ValueError("a chunk is neither text nor base64")
    try:
        return base64.b64decode(encoded, validate=True)
    except binascii.Error:
        raise ValueError("a chunk is not base64") from None
