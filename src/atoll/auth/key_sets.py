"""Key sets of identity providers, fetched, and fetched again when it is time."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from typing import Final

from atoll.auth.fetch import FetchFailed, fetch
from atoll.auth.jwk import InvalidKeySet, read_key_set
from atoll.auth.keys import VerificationKey
from atoll.auth.settings import KeyEndpoint

COOLDOWN: Final = 15.0
"""Seconds between two fetches from one endpoint, whatever keys tokens ask for."""
PATIENCE: Final = 5.0
"""Seconds for which a request waits for keys that are being fetched."""
FIRST_RETRY: Final = 2.0
"""Seconds after a fetch that failed; doubled each time."""
LAST_RETRY: Final = 300.0

log = logging.getLogger("atoll.auth")


class KeySet:
    """The keys of one endpoint. Those of the last fetch that succeeded are in use."""

    def __init__(self, endpoint: KeyEndpoint, refresh: float, changed: Callable[[], None]) -> None:
        self.endpoint = endpoint
        self.keys: tuple[VerificationKey, ...] = ()
        self._refresh = refresh
        self._changed = changed
        self._begun = 0.0
        self._fetching: asyncio.Task[bool] | None = None
        self._keeping: asyncio.Task[None] | None = None
        self._skipped: tuple[str, ...] = ()

    def start(self) -> None:
        """Fetch the keys, and go on doing so. Needs a running event loop."""
        if self._keeping is None:
            self._fetch_now()
            self._keeping = asyncio.get_running_loop().create_task(self._keep())

    def look_again(self) -> asyncio.Task[bool] | None:
        """The fetch that is going on, or a new one unless the last was a moment ago."""
        if self._fetching is not None and self._fetching.done():
            if asyncio.get_running_loop().time() - self._begun < COOLDOWN:
                return None
            self._fetch_now()
        return self._fetching

    def tasks(self) -> list[asyncio.Task[bool] | asyncio.Task[None]]:
        return [task for task in (self._keeping, self._fetching) if task is not None]

    def _fetch_now(self) -> asyncio.Task[bool]:
        if self._fetching is None or self._fetching.done():
            loop = asyncio.get_running_loop()
            self._begun = loop.time()
            self._fetching = loop.create_task(self._fetch())
        return self._fetching

    async def _keep(self) -> None:
        retry = FIRST_RETRY
        while True:
            if await asyncio.shield(self._fetch_now()):
                retry = FIRST_RETRY
                await asyncio.sleep(self._refresh)
            else:
                await asyncio.sleep(min(retry, self._refresh))
                retry = min(2 * retry, LAST_RETRY)

    async def _fetch(self) -> bool:
        """Whether there are keys as the endpoint has them now."""
        fields: dict[str, object] = {"endpoint": self.endpoint.name, "host": self.endpoint.host}
        try:
            found = read_key_set(self.endpoint.name, await fetch(self.endpoint.url))
        except (FetchFailed, InvalidKeySet) as error:
            fields |= {"reason": str(error), "keys_in_use": len(self.keys)}
            log.warning("Public keys could not be fetched.", extra={"fields": fields})
            return False
        except Exception:
            log.exception("Fetching public keys failed.", extra={"fields": fields})
            return False
        if found.skipped and found.skipped != self._skipped:
            skipped = {**fields, "skipped": list(found.skipped)}
            log.info("Some published keys are of no use here.", extra={"fields": skipped})
        self._skipped = found.skipped
        if not found.keys:
            message = "An endpoint publishes no key that verifies tokens."
            log.warning(message, extra={"fields": fields})
        if found.keys != self.keys:
            self.keys = found.keys
            log.info("Public keys fetched.", extra={"fields": {**fields, "keys": len(self.keys)}})
            self._changed()
        return True


class KeySets:
    """The key sets of one app. Of one event loop.

    Args:
        changed: called when there are other keys.
    """

    def __init__(self, changed: Callable[[], None]) -> None:
        self._changed = changed
        self._sets: list[KeySet] = []
        self._ending: set[asyncio.Task[bool] | asyncio.Task[None]] = set()
        self._refresh = 0.0

    def __bool__(self) -> bool:
        return bool(self._sets)

    @property
    def keys(self) -> tuple[VerificationKey, ...]:
        return tuple(key for each in self._sets for key in each.keys)

    def configure(self, endpoints: Sequence[KeyEndpoint], refresh: float) -> None:
        """Have these endpoints from now on; keys of those that stay, stay. `start` comes next."""
        kept = {each.endpoint: each for each in self._sets if refresh == self._refresh}
        before, self._refresh = self._sets, refresh
        self._sets = []
        for endpoint in endpoints:
            known = kept.pop(endpoint, None)
            if known is None:
                known = KeySet(endpoint, refresh, self._changed)
                known.keys = next((b.keys for b in before if b.endpoint == endpoint), ())
            self._sets.append(known)
        self._end([each for each in before if each not in self._sets])

    def start(self) -> None:
        """Begin to fetch what has not begun. Does nothing while no event loop runs."""
        try:
            asyncio.get_running_loop()
        except RuntimeError:
            return
        for each in self._sets:
            each.start()

    async def look_again(self) -> None:
        """Wait, not for long, for keys that are being fetched or may be fetched now."""
        self.start()
        tasks = [task for each in self._sets if (task := each.look_again()) is not None]
        if tasks:
            # None of them is cancelled with the request that waits.
            await asyncio.wait(tasks, timeout=PATIENCE)

    async def close(self) -> None:
        self._end(self._sets)
        self._sets = []
        if self._ending:
            await asyncio.wait(self._ending)

    def _end(self, sets: Sequence[KeySet]) -> None:
        for each in sets:
            for task in each.tasks():
                if not task.done():
                    task.cancel()
                    self._ending.add(task)
                    task.add_done_callback(self._ending.discard)
