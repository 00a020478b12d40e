"""The app's own secrets: variables ``MODUS_APP_<NAME>`` of the host.

Credentials of connections are not among them: the host puts those in by itself.
"""

from __future__ import annotations

from typing import TypeVar, overload

from atoll.sdk import _host
from atoll.sdk.errors import HostError, SecretNotFound

__all__ = ["SecretNotFound", "get", "get_async"]

T = TypeVar("T")


class _Nothing:
    """No default is given."""


_NOTHING = _Nothing()


@overload
def get(name: str) -> str: ...
@overload
def get(name: str, default: T) -> str | T: ...
def get(name: str, default: object = _NOTHING) -> object:
    """The secret of that name: ``get("STRIPE_KEY")`` is ``MODUS_APP_STRIPE_KEY``.

    Ask inside of functions, so that it is not kept in the built app. Raises ``SecretNotFound`` if
    there is none and no default, and ``HostError`` if the manifest does not allow it.
    """
    try:
        return _host.call("secrets.get", {"name": name})
    except HostError as error:
        return _absent(error, default)


@overload
async def get_async(name: str) -> str: ...
@overload
async def get_async(name: str, default: T) -> str | T: ...
async def get_async(name: str, default: object = _NOTHING) -> object:
    try:
        return await _host.call_async("secrets.get", {"name": name})
    except HostError as error:
        return _absent(error, default)


def _absent(error: HostError, default: object) -> object:
    if error.code != "NO_SUCH_SECRET":
        raise error from None
    if default is _NOTHING:
        raise SecretNotFound(error.code, error.message, error.hint, error.details) from None
    return default
