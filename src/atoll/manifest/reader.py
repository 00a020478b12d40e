"""Reads one object of the manifest, key by key, and notes what is wrong with it.

The original runtime reads leniently: keys match in any letter case, unknown keys are ignored, null
means absent; only a value of the wrong JSON type is refused. So does this reader, with a warning
for each. An object of our own (``strict``) gets errors instead.
"""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Collection, Iterator, Mapping

from atoll.manifest.jsonc import ArrayNode, Member, Node, ObjectNode, ScalarNode
from atoll.manifest.location import Location
from atoll.manifest.problem import ProblemCode, ProblemLog

NAME = re.compile(r"[a-zA-Z0-9]+(?:-[a-zA-Z0-9]+)*")
NAME_LENGTH = 63


class ObjectReader:
    """Reads ``node``, which messages call ``what`` and which its owner names at ``location``."""

    def __init__(
        self,
        node: ObjectNode,
        what: str,
        log: ProblemLog,
        *,
        location: Location | None = None,
        strict: bool = False,
    ) -> None:
        self.node = node
        self.what = what
        self.location = location or node.location
        self._log = log
        self._report = log.error if strict else log.warning
        self._strict = strict
        self.known: list[str] = []
        """The keys that were asked for so far."""

    def ours(self) -> ObjectReader:
        """A strict reader of the same object, for the keys that the original does not have."""
        return ObjectReader(self.node, self.what, self._log, location=self.location, strict=True)

    def find(self, key: str) -> Member | None:
        """The member of that key in any letter case; the last one counts."""
        self.known.append(key)
        found = None
        for member in self.node.members:
            if member.key == key:
                found = member
            elif member.key.casefold() == key.casefold():
                found = member
                self._report(
                    ProblemCode.LETTER_CASE,
                    f'The key "{member.key}" of {self.what} is spelled "{key}".',
                    member.location,
                    f'Write "{key}".',
                )
        return found

    def value(self, key: str) -> Node | None:
        """The value of ``key``, or None when it is absent or null."""
        member = self.find(key)
        if member is None:
            return None
        if isinstance(member.value, ScalarNode) and member.value.value is None:
            self._report(
                ProblemCode.WRONG_TYPE,
                f'"{key}" of {self.what} is null.',
                member.value.location,
                "Leave the key out.",
            )
            return None
        return member.value

    def string(self, key: str) -> tuple[str, Location] | None:
        """The text of ``key`` and where it stands; another type is an error."""
        node = self.value(key)
        if node is None:
            return None
        if isinstance(node, ScalarNode) and isinstance(node.value, str):
            return node.value, node.location
        self.wrong_type(f'"{key}" of {self.what}', "a string", node)
        return None

    def text(self, key: str, *, required: bool = False) -> str:
        """The text of ``key``, or "" when it is absent; an empty one is a warning."""
        found = self.string(key)
        if found is None:
            if required and self.absent(key):
                self.missing(key)
            return ""
        value, location = found
        if not value:
            self._report(ProblemCode.INVALID_VALUE, f'"{key}" of {self.what} is empty.', location)
        return value

    def object(self, key: str) -> ObjectNode | None:
        """The object at ``key``; another type is an error."""
        node = self.value(key)
        if node is None or isinstance(node, ObjectNode):
            return node
        self.wrong_type(f'"{key}" of {self.what}', "an object", node)
        return None

    def strings(self, key: str, what: str) -> Iterator[tuple[Member, str]]:
        """The members of the object at ``key`` whose values must be strings."""
        node = self.object(key)
        for member in () if node is None else effective(node):
            value = member.value
            if not isinstance(value, ScalarNode) or not isinstance(value.value, str):
                self.wrong_type(f'{what} "{member.key}" of {self.what}', "a string", value)
                continue
            if not value.value:
                self._report(
                    ProblemCode.INVALID_VALUE,
                    f'{what} "{member.key}" of {self.what} is empty.',
                    value.location,
                )
            yield member, value.value

    def type(self, kind: str, name: str, known: tuple[str, ...]) -> str | None:
        """The ``type`` of an endpoint or connection; a missing or unknown one is an error.

        The messages are the original's.
        """
        found = self.string("type")
        if found is not None and found[0] in known:
            return found[0]
        if found is None and not self.absent("type") and not self._is_null("type"):
            return None  # reported as a wrong JSON type
        listed = " or ".join(f'"{item}"' for item in known)
        if found is None or not found[0]:
            self._log.error(
                ProblemCode.MISSING_TYPE,
                f"missing type for {kind} [{name}]",
                self.location,
                f'Add "type": {listed}.',
            )
        else:
            self._log.error(
                ProblemCode.UNKNOWN_TYPE,
                f"unknown type [{found[0]}] for {kind} [{name}]",
                found[1],
                did_you_mean(found[0], known) or f"Use {listed}.",
            )
        return None

    def _is_null(self, key: str) -> bool:
        folded = key.casefold()
        values = [m.value for m in self.node.members if m.key.casefold() == folded]
        return isinstance(values[-1], ScalarNode) and values[-1].value is None

    def absent(self, key: str) -> bool:
        folded = key.casefold()
        return all(member.key.casefold() != folded for member in self.node.members)

    def missing(self, key: str, hint: str | None = None) -> None:
        self._report(ProblemCode.MISSING_KEY, f'{self.what} has no "{key}".', self.location, hint)

    def wrong_type(self, subject: str, expected: str, node: Node) -> None:
        """An error in any case: the original refuses such a manifest, too."""
        self._log.error(
            ProblemCode.WRONG_TYPE,
            f"{subject} must be {expected}, not {describe(node)}.",
            node.location,
        )

    def finish(
        self, *, others: Collection[str] = (), hints: Mapping[str, str] | None = None
    ) -> None:
        """Report the keys that nobody asked for, except ``others``.

        ``hints`` has what to say about keys that are known in another place.
        """
        known = [*self.known, *others]
        folded = {key.casefold() for key in known}
        for member in self.node.members:
            if member.key.casefold() in folded:
                continue
            hint = (hints or {}).get(member.key) or did_you_mean(member.key, known)
            self._report(
                ProblemCode.UNKNOWN_KEY,
                f'Unknown key "{member.key}" in {self.what}'
                + ("." if self._strict else "; it is ignored."),
                member.location,
                hint or f"Known keys: {', '.join(known)}.",
            )


def entries(
    section: ObjectNode | None, kind: str, log: ProblemLog
) -> Iterator[tuple[str, ObjectReader]]:
    """The named objects of a section, such as all connections, with a reader for each."""
    for member in () if section is None else effective(section):
        name, value = member.key, member.value
        what = f"{kind} [{name}]"
        check_name(kind, member, log)
        reader = ObjectReader(ObjectNode((), value.location), what, log, location=member.location)
        if isinstance(value, ObjectNode):
            reader.node = value
        elif isinstance(value, ScalarNode) and value.value is None:
            log.warning(ProblemCode.WRONG_TYPE, f"{what} is null.", value.location)
        else:
            reader.wrong_type(what, "an object", value)
            continue
        yield name, reader


def effective(node: ObjectNode) -> tuple[Member, ...]:
    """The members that count: of a repeated key the last one, in the place of the first."""
    return tuple({member.key: member for member in node.members}.values())


def check_name(what: str, member: Member, log: ProblemLog) -> None:
    """Warn about a name that is not made of letters, digits and single hyphens."""
    name = member.key
    if len(name) > NAME_LENGTH:
        problem = f"longer than {NAME_LENGTH} characters"
    elif not NAME.fullmatch(name):
        problem = "not made of letters, digits and single hyphens between them"
    else:
        return
    log.warning(
        ProblemCode.INVALID_NAME,
        f"The name of {what} [{name}] is {problem}.",
        member.location,
        f'For example "{suggestion}".' if (suggestion := _valid_name(name)) else None,
    )


def did_you_mean(word: str, known: Collection[str]) -> str | None:
    """A hint with the known word nearest to ``word``, if one is near."""
    if len(known) > 200:  # comparing with each is slow, and a suggestion is only a courtesy
        return None
    folded = {candidate.casefold(): candidate for candidate in known}
    near = difflib.get_close_matches(word.casefold(), folded, n=1, cutoff=0.7)
    return f'Did you mean "{folded[near[0]]}"?' if near else None


def describe(node: Node) -> str:
    """What a node is, in words for an error message."""
    match node:
        case ObjectNode():
            return "an object"
        case ArrayNode():
            return "an array"
        case ScalarNode(None):
            return "null"
        case ScalarNode(str() as value):
            return "an empty string" if not value else "a string"
        case ScalarNode(value):
            return json.dumps(value)[:40]


def _valid_name(name: str) -> str:
    return "-".join(re.findall(r"[a-zA-Z0-9]+", name))[:NAME_LENGTH].strip("-")
