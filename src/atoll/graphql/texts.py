"""Query texts, parsed and validated once and then remembered: by the text, or by its template."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

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

    size: int
    """Characters that it counts as."""
    document: Document | None = None
    """Stands for all of them; None when only one was seen so far."""


class Texts:
    """The texts of one API, bounded by number and by size, oldest use first out.

    Used from one event loop only.
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
        self._max_entries = max_entries
        self._max_total_text = max_total_text
        self._texts: OrderedDict[str, Known] = OrderedDict()
        self._texts_size = 0
        self._templates: OrderedDict[Key, _Template] = OrderedDict()
        self._templates_size = 0

    def __len__(self) -> int:
        return len(self._texts)

    def only(self, text: str) -> Prepared | None:
        """The operation of a known text, if that is a query and all there is in it."""
        known = self._texts.get(text)
        if known.__class__ is not Document:
            return None
        self._texts.move_to_end(text)
        return known.only

    def find(self, text: str) -> tuple[Known, Sequence[str]]:
        """What a query text is, and the literals in it that the document leaves open."""
        known = self._texts.get(text)
        if known is not None:
            self._texts.move_to_end(text)
            return known, _NONE
        template = template_of(text)
        if template is not None:
            key, literals = template
            entry = self._templates.get(key)
            if entry is not None and entry.document is not None and not entry.document.is_unfit:
                self._templates.move_to_end(key)
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
            self._remember(text, known)
        return known

    def _remember(self, text: str, known: Known) -> None:
        if len(text) > min(MAX_ENTRY_TEXT, self._max_total_text):
            return
        self._texts[text] = known
        self._texts_size += len(text)
        while len(self._texts) > self._max_entries or self._texts_size > self._max_total_text:
            oldest, forgotten = self._texts.popitem(last=False)
            self._texts_size -= len(oldest)
            if isinstance(forgotten, Document):
                forgotten.forget()

    def _seen(self, template: Template, document: Document) -> None:
        """Learn of a text with a template. From the second on, one document stands for all."""
        entry = self._templates.get(template[0])
        if entry is None:
            self._new_template(template, document)
        elif entry.document is None:
            entry.document = Document(
                document.text,
                document.node,
                self._planner,
                positions=positions(template),
                seen=True,
            )

    def _new_template(self, template: Template, document: Document) -> None:
        size = len(document.text)
        self._templates[template[0]] = _Template(size)
        self._templates_size += size
        while (
            len(self._templates) > self._max_entries or self._templates_size > self._max_total_text
        ):
            _, forgotten = self._templates.popitem(last=False)
            self._templates_size -= forgotten.size
            if forgotten.document is not None:
                forgotten.document.forget()
