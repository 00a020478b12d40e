"""Secrets in the URL of a database reach it as they are, whatever characters they have."""

from __future__ import annotations

from urllib.parse import quote, unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atoll.connections.url_template import render_url
from atoll.secrets import Secrets

SECRETS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1)


def rendered(template: str, **values: str) -> str:
    return render_url(
        template, "db", Secrets({f"MODUS_DB_{name}": text for name, text in values.items()})
    )


@given(SECRETS)
def test_a_password_arrives_whole(password: str) -> None:
    url = rendered("postgresql://ann:{{PASSWORD}}@h:1/d", PASSWORD=password)
    parts = urlsplit(url)
    # One that looks percent-encoded is taken for it, as users of the original encode theirs.
    assert parts.password is not None
    assert unquote(parts.password) in (password, unquote(password))
    assert (parts.username, parts.hostname, parts.port, parts.path) == ("ann", "h", 1, "/d")


@given(SECRETS)
def test_an_encoded_password_stays_as_it_is(password: str) -> None:
    encoded = quote(password, safe="")
    url = rendered("mysql://ann:{{PASSWORD}}@h/d", PASSWORD=encoded)
    assert url == f"mysql://ann:{encoded}@h/d"


@pytest.mark.parametrize(
    ("template", "values", "url"),
    [
        ("{{URL}}", {"URL": "postgres://a:b@h/d?x=y"}, "postgres://a:b@h/d?x=y"),
        ("postgres://{{HOST}}/d", {"HOST": "h:5432"}, "postgres://h:5432/d"),
        ("postgres://u@{{HOST}}:{{PORT}}/d", {"HOST": "h", "PORT": "1"}, "postgres://u@h:1/d"),
        ("postgres://h/{{NAME}}", {"NAME": "my db"}, "postgres://h/my%20db"),
        ("dgraph://h:1?bearertoken={{T}}", {"T": "a+b&c"}, "dgraph://h:1?bearertoken=a%2Bb%26c"),
        ("postgres://{{U}}:{{P}}@h", {"U": "a:b", "P": "c@d/e?f#g"},
         "postgres://a%3Ab:c%40d%2Fe%3Ff%23g@h"),
        ("postgres://u:a@b@h/d", {}, "postgres://u:a@b@h/d"),
        ("postgres://u:{{ P }}@h/d", {"P": "100%"}, "postgres://u:100%25@h/d"),
        ("postgres://u:{{P}}@h/d", {"P": "{{U}}"}, "postgres://u:%7B%7BU%7D%7D@h/d"),
        ("no url", {}, "no url"),
        ("", {}, ""),
    ],
)  # fmt: skip
def test_places_of_secrets(template: str, values: dict[str, str], url: str) -> None:
    assert rendered(template, **values) == url
