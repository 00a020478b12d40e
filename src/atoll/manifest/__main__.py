"""``python -m atoll.manifest`` prints the JSON Schema of modus.json for an editor."""

from __future__ import annotations

from atoll.manifest.schema import schema_text

print(schema_text(), end="")
