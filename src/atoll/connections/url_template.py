"""Secrets inside a URL, as of a database.

The original puts a secret in as it is, so that a password with a ``/`` or an ``@`` breaks the URL,
and its users encode such passwords themselves. Here both work: a secret that is not validly
percent-encoded is encoded.
"""

from __future__ import annotations

import re
from urllib.parse import quote

from atoll.secrets import Secrets
from atoll.secrets.template import split_template

_PLAIN = re.compile(r"(?:[A-Za-z0-9._~!$&'()*,;=-]|%[0-9A-Fa-f]{2})*")
_AUTHORITY_END = re.compile(r"(?:\{\{.*?\}\}|[^/?#])*")


def render_url(template: str, connection: str, secrets: Secrets) -> str:
    """``template`` with the secrets of ``connection``.

    They are percent-encoded where they stand in the user info, the path or the query. A secret that
    is the whole URL, its scheme or its host, is put in as it is.
    """
    scheme, separator, rest = template.partition("://")
    if not separator or "{{" in scheme:
        return secrets.render(template, connection)
    end = _AUTHORITY_END.match(rest)
    authority = rest[: end.end()] if end else ""
    user_info, at, host = authority.rpartition("@")
    parts = (
        scheme + separator,
        _encoded(user_info, connection, secrets),
        at,
        secrets.render(host, connection),
        _encoded(rest[len(authority) :], connection, secrets),
    )
    return "".join(parts)


def _encoded(template: str, connection: str, secrets: Secrets) -> str:
    parts = []
    for text, is_template in split_template(template):
        if is_template:
            text = secrets.render(text, connection)
            if not _PLAIN.fullmatch(text):
                text = quote(text, safe="", errors="surrogateescape")
        parts.append(text)
    return "".join(parts)
