"""An app that is being served, and how it learns of changed secrets."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from atoll.app.app import App
from atoll.secrets import SecretSources, SecretsRefresher, refresh_seconds
from atoll.server.deployment import Deployment


@dataclass(frozen=True, slots=True)
class Served:
    """An app and its deployment, which owns it."""

    app: App
    deployment: Deployment

    def take_over(self, environ: Mapping[str, str]) -> None:
        """Work with other secrets from now on; calls under way may see old or new ones.

        Keys of tokens that are of no use are not taken over; the log says so.
        """
        if self.app.secrets.update(environ):
            self.deployment.reconfigure_auth(environ)


def following_secrets(
    sources: SecretSources, current: Callable[[], Served | None], *, besides: Collection[str] = ()
) -> SecretsRefresher:
    """Keep the secrets of what is served up to date, in this context.

    Args:
        sources: loaded before.
        current: gives what is served at the moment, if anything is.
        besides: names of providers whose changes are followed otherwise.

    Raises SecretProviderError: the environment has no usable time between refreshes.
    """

    def on_change(environ: dict[str, str]) -> None:
        served = current()
        if served is not None:
            served.take_over(environ)

    return SecretsRefresher(sources, on_change, refresh_seconds(os.environ), besides=besides)
