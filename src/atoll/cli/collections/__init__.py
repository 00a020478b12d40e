"""``atoll collections``: named stores of texts, from outside of functions."""

from __future__ import annotations

from atoll.cli.collections.adoption import adopt
from atoll.cli.collections.exporting import export_texts
from atoll.cli.collections.group import collections
from atoll.cli.collections.importing import import_texts
from atoll.cli.collections.listing import list_collections, show_stats
from atoll.cli.collections.upkeep import drop, reindex

__all__ = ["collections"]

collections.command("list")(list_collections)
collections.command("stats")(show_stats)
collections.command("import")(import_texts)
collections.command("export")(export_texts)
for command in (reindex, drop, adopt):
    collections.command()(command)
