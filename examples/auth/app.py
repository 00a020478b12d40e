"""Functions for everybody, for those who are signed in, and for administrators.

Who may call which of them says modus.json; nothing here has to check it again.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from atoll.sdk import auth


@dataclass
class Profile:
    """What the caller's token says of the caller."""

    sub: str
    role: str = "reader"
    teams: list[str] = field(default_factory=list)


def say_hello(name: str = "World") -> str:
    """Greet anybody."""
    return f"Hello, {name}!"


def my_profile() -> Profile:
    """Tell callers who they are."""
    return auth.claims(Profile)


def delete_account(name: str) -> str:
    """Pretend to delete an account."""
    return f"{auth.claims(Profile).sub} deleted the account of {name}."
