"""All keys that are in use at one time, and the tokens that they have verified."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from atoll.auth.keys import VerificationKey

MAX_VERIFIED: Final = 1_000
"""Tokens that are remembered."""
MAX_REMEMBERED: Final = 4 << 10
"""Characters of one of them: the claims take several times as much memory."""


@dataclass(frozen=True, slots=True)
class Verified:
    """What is known of a token whose signature and times were found to be right."""

    claims: Mapping[str, Any]
    expires: float | None
    """When it is no longer accepted, in seconds since 1970."""


class Keyring:
    """A set of keys, which never changes: other keys make another one.

    So nothing that a key has verified outlives the key.

    Args:
        given: the operator's own keys. A token may name one of them by its name.
        published: keys of providers, which tokens name by their ``kid``.
    """

    def __init__(
        self, given: Sequence[VerificationKey] = (), published: Sequence[VerificationKey] = ()
    ) -> None:
        self.keys = (*given, *published)
        self._given = tuple(given)
        self._named = {key.name: key for key in given}
        self._published: dict[str | None, list[VerificationKey]] = {}
        for key in published:
            self._published.setdefault(key.id, []).append(key)
        self._verified: OrderedDict[bytes, Verified] = OrderedDict()

    def candidates(self, id: str | None) -> Sequence[VerificationKey]:
        """The keys that may have signed a token with this ``kid``.

        Those without an id of their own may have signed any.
        """
        if id is None:
            return self.keys
        named = self._named.get(id)
        given = self._given if named is None else (named,)
        unnamed = self._published.get(None, ())
        return (*given, *self._published.get(id, ()), *unnamed)

    def knows(self, id: str | None) -> bool:
        """Whether one of the keys is the one of that ``kid``."""
        return id is not None and (id in self._named or id in self._published)

    def remembered(self, token: str, now: float) -> Verified | None:
        """A token that was verified before and is still accepted."""
        found = self._verified.get(_digest(token))
        if found is None or (found.expires is not None and now >= found.expires):
            return None
        return found

    def remember(self, token: str, verified: Verified) -> None:
        if len(token) <= MAX_REMEMBERED:
            self._verified[_digest(token)] = verified
        if len(self._verified) > MAX_VERIFIED:
            self._verified.popitem(last=False)


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode(errors="surrogatepass")).digest()
