"""Query texts, parsed and validated once and then remembered: by the text, or by its template."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from atoll.graphql.bounded import Bounded
from atoll.graphql.documents import Loader
from atoll.graphql.operations import Document, Prepared
from atoll.graphql.plans.literals import Key, Template, positions, template_of
from atoll.graphql.plans.plan import Planner
from atoll.graphql.response import GraphQLResponse

MAX_ENTRIES: Final = 1024
MAX_TOTAL_TEXT: Final = 1_000_000
"""Characters of all remembered texts. Documents that have no plans are some 50 times as large."""
MAX_ENTRY_TEXT: Final = 64_000
"""Characters of one text; a longer one is handled each time anew."""

Known: TypeAlias = Document | GraphQLResponse
"""A document, or the answer to everybody who sends this text."""

_NONE: Final[Sequence[str]] = ()


@dataclass(slots=True)
class _Template:
    """What is known of the texts that share a template."""

    document: Document | None = None
    """Stands for all of them; None when only one was seen so far."""


class Texts:
    """The texts of one API. Used from one event loop only.

    Args:
        max_entries: texts, and templates, that are remembered.
        max_total_text: characters of all texts, and of one for each template.
    """

    def __init__(
        self,
        loader: Loader,
        planner: Planner,
        *,
        max_entries: int = MAX_ENTRIES,
        max_total_text: int = MAX_TOTAL_TEXT,
    ) -> None:
        self._load = loader
        self._planner = planner
        self._texts: Bounded[str, Known] = Bounded(max_entries, max_total_text, forget=_forget)
        self._templates: Bounded[Key, _Template] = Bounded(
            max_entries, max_total_text, forget=lambda entry: _forget(entry.document)
        )

    def __len__(self) -> int:
        return len(self._texts)

    def only(self, text: str) -> Prepared | None:
        """The operation of a known text, if that is a query and all there is in it."""
        known = self._texts.get(text)
        return known.only if known.__class__ is Document else None

    def find(self, text: str) -> tuple[Known, Sequence[str]]:
        """What a query text is, and the literals in it that the document leaves open."""
        known = self._texts.get(text)
        if known is not None:
            return known, _NONE
        template = template_of(text)
        if template is not None:
            key, literals = template
            entry = self._templates.get(key)
            if entry is not None and entry.document is not None and not entry.document.is_unfit:
                return entry.document, literals
        known = self.load(text)
        if template is not None and isinstance(known, Document):
            self._seen(template, known)
        return known, _NONE

    def load(self, text: str) -> Known:
        """What a query text is by itself."""
        known = self._texts.get(text)
        if known is None:
            node = self._load(text)
            known = (
                node if isinstance(node, GraphQLResponse) else Document(text, node, self._planner)
            )
            if len(text) <= MAX_ENTRY_TEXT:
                self._texts.put(text, known, len(text))
        return known

    def _seen(self, template: Template, document: Document) -> None:
        """Learn of a text with a template. From the second on, one document stands for all."""
        entry = self._templates.get(template[0])
        if entry is None:
            self._templates.put(template[0], _Template(), len(document.text))
        elif entry.document is None:
            entry.document = Document(
                document.text,
                document.node,
                self._planner,
                positions=positions(template),
                seen=True,
            )


def _forget(known: Known | None) -> None:
    if isinstance(known, Document):
        known.forget()
