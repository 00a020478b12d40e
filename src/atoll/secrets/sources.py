"""The variables that an app gets, from the providers that the operator chose."""

from __future__ import annotations

import logging
import threading
from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass, field

from atoll.secrets.provider import PREFIX, SecretProvider, SecretProviderError

_logger = logging.getLogger(__name__)


@dataclass(slots=True)
class _Held:
    """What a provider gave last; ``failure`` is why it has given nothing since."""

    provider: SecretProvider
    values: Mapping[str, str] = field(default_factory=dict, repr=False)
    stamp: Hashable | None = None
    failure: str | None = None


class SecretSources:
    """Providers, of which the first that has a variable wins. Of any thread.

    Settings of the process that are no secrets (all but ``MODUS_...``) are there in any case;
    ``MODUS_ENV`` is the process's, since ``.env`` files are chosen by it.

    Args:
        providers: the first one first.
        environ: the process's variables.
    """

    def __init__(self, providers: Sequence[SecretProvider], environ: Mapping[str, str]) -> None:
        self._process = environ
        self._held = [_Held(provider) for provider in providers]
        self._lock = threading.Lock()
        self._current = self._merged()

    def load(self) -> dict[str, str]:
        """The variables, from all providers anew.

        Raises SecretProviderError when one of them cannot be loaded, and keeps what there was.
        """
        with self._lock:
            loaded = []
            for held in self._held:
                stamp = held.provider.stamp()  # before: what changes meanwhile is seen later
                loaded.append(_Held(held.provider, held.provider.load(), stamp))
            self._held = loaded
            self._current = self._merged()
            return dict(self._current)

    def refresh(self, *, everything: bool, besides: Collection[str] = ()) -> bool:
        """Ask providers again, and say whether a variable changed.

        One that fails keeps what it gave last; that is logged once, and once more when it is back.

        Args:
            everything: ask every one, not only those that can tell cheaply that something changed.
            besides: names of providers that are not asked.
        """
        with self._lock:
            before = self._current
            for held in self._held:
                if held.provider.name not in besides:
                    _refresh(held, everything=everything)
            after = self._current = self._merged()
        changed = sorted(n for n in {*before, *after} if before.get(n) != after.get(n))
        if changed:
            secret = [name for name in changed if name.startswith(PREFIX)]
            _logger.info("Secrets changed.", extra={"fields": {"variables": secret[:50]}})
        return bool(changed)

    def environ(self) -> dict[str, str]:
        """The variables as they were given last. Never waits for a provider that is being asked."""
        return dict(self._current)

    def origin(self, variable: str) -> str | None:
        """The name of the provider whose value of ``variable`` counts; None if none has one."""
        with self._lock:
            return next((h.provider.name for h in self._held if variable in h.values), None)

    def _merged(self) -> dict[str, str]:
        merged = {n: v for n, v in self._process.items() if not n.startswith(PREFIX)}
        for held in reversed(self._held):
            merged.update(held.values)
        merged.pop("MODUS_ENV", None)
        if "MODUS_ENV" in self._process:
            merged["MODUS_ENV"] = self._process["MODUS_ENV"]
        return merged


def _refresh(held: _Held, *, everything: bool) -> None:
    name = held.provider.name
    stamp = held.provider.stamp()
    if not everything and (stamp is None or stamp == held.stamp):
        return
    held.stamp = stamp
    more = {}
    try:
        held.values = held.provider.load()
    except SecretProviderError as error:
        failure = error.message
        details = {"code": error.code, "location": error.location, "hint": error.hint}
        more = {key: str(value) for key, value in details.items() if value is not None}
    except Exception as error:
        # What it says may hold a value.
        failure = f"{name} failed ({type(error).__name__})"
    else:
        if held.failure is not None:
            held.failure = None
            _logger.info("Secrets can be refreshed again.", extra={"fields": {"provider": name}})
        return
    if failure != held.failure:
        held.failure = failure
        fields = {"provider": name, "reason": failure, **more}
        _logger.error("Secrets cannot be refreshed; the last ones stay.", extra={"fields": fields})
