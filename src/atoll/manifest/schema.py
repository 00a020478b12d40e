"""The JSON Schema of the manifest, for editors.

The loader does not read it: it explains better what is wrong, and starts faster. The tests hold
both to the same verdicts.
"""

from __future__ import annotations

from importlib import resources


def schema_text() -> str:
    """The schema, draft-07, as JSON text."""
    return resources.files("atoll.manifest").joinpath("schema.json").read_text("utf-8")
