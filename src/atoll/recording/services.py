"""What calls reach, recorded and replayed."""

from __future__ import annotations

from collections.abc import Callable

from atoll.host.context import SecretService, Services
from atoll.manifest import Manifest
from atoll.recording.databases import TapedDatabases
from atoll.recording.http import TapedHttp
from atoll.recording.models import TapedModels
from atoll.recording.redaction import Redaction, placeholder
from atoll.recording.tape import Tape
from atoll.secrets import Secrets, required_secrets

SHORTEST_OF_TEST = 8
"""Characters of a secret that a test made up, which is replaced: ``test`` may stand anywhere."""


def taped(tape: Tape, manifest: Manifest) -> Callable[[Services | None], Services]:
    """Makes of an app's services those that ``tape`` records or replays.

    Given None, what it makes can only replay.
    """

    def wrap(own: Services | None) -> Services:
        learn = None if own is None else _learner(tape.redaction, manifest, own.secrets)
        return Services(
            TapedModels(tape, manifest, None if own is None else own.models, learn),
            TapedHttp(tape, manifest, None if own is None else own.http, learn),
            TapedDatabases(tape, manifest, None if own is None else own.databases, learn),
            TapedSecrets(tape, None if own is None else own.secrets),
            # The app's own, and what they hold is nobody else's answer.
            None if own is None else own.collections,
        )

    return wrap


def _learner(
    redaction: Redaction, manifest: Manifest, secrets: SecretService
) -> Callable[[], None]:
    """Learns the secrets of connections, which may change at any time."""
    required = required_secrets(manifest)

    def learn() -> None:
        if isinstance(secrets, Secrets):
            for each in required:
                redaction.learn(each.variable, secrets.variable(each.variable))

    return learn


class TapedSecrets:
    """The app's own secrets: recordings hold their names. Replayed, their values are those names,
    as a stand-in."""

    def __init__(self, tape: Tape, own: SecretService | None) -> None:
        self._tape = tape
        self._own = own

    def app(self, name: str) -> str | None:
        if self._own is None or self._tape.mode == "none":
            return placeholder(name) if name in self._tape.library.secrets else None
        value = self._own.app(name)
        if value:
            self._tape.redaction.learn(name, value)
            self._tape.library.add_secret(name)
        elif name in self._tape.library.secrets:
            return placeholder(name)
        return value
