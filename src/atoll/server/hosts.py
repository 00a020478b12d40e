"""Which ``Host`` headers the server answers to."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable
from typing import Final, TypeAlias

HostPolicy: TypeAlias = Callable[[str | None], bool]
"""Tells from the value of the ``Host`` header whether a request may be answered."""

# uri-host [ ":" port ], RFC 9110 §7.2
_HOST: Final = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._~%-]+)(?::\d*)?")


def host_name(header: str | None) -> str | None:
    """The host in a ``Host`` header, lower case and without port; None when there is none."""
    if header is None or (match := _HOST.fullmatch(header)) is None:
        return None
    return match[1].lower().removesuffix(".")


def any_host(header: str | None) -> bool:
    """For servers that others reach by whatever name."""
    return True


def loopback_only(bound: str | None = None) -> HostPolicy:
    """For a developer's machine: a web page whose own name resolves to this machine (DNS
    rebinding) must not reach the app through the developer's browser.

    Args:
        bound: the host given to ``--host``. It is answered to as well; of a wildcard address
            (``0.0.0.0``, ``::``) any IP address is, since an address cannot be rebound.
    """
    wildcard = bound in ("0.0.0.0", "::")  # noqa: S104 - compared, not bound
    extra = None if bound is None else bound.lower().strip("[]")

    def allows(header: str | None) -> bool:
        name = host_name(header)
        if name is None:
            return False
        if name == "localhost" or name.endswith(".localhost"):
            return True
        bare = name.strip("[]")
        if bare == extra:
            return True
        try:
            address = ipaddress.ip_address(bare)
        except ValueError:
            return False
        return wildcard or address.is_loopback

    return allows
