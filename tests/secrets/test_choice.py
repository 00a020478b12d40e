from __future__ import annotations

from pathlib import Path

import pytest

from atoll.secrets import (
    DEFAULT_CHOICE,
    SecretProviderError,
    chosen,
    make_providers,
    refresh_seconds,
)


@pytest.mark.parametrize(
    ("given", "variable", "names"),
    [
        ([], None, DEFAULT_CHOICE),
        ([], "", DEFAULT_CHOICE),
        ([], " , ", DEFAULT_CHOICE),
        ([], "dir:/a, env", ("dir:/a", "env")),
        (["dir:/a"], "env", ("dir:/a",)),
        (["dir:/a", "vault:kv/x,env", "env"], None, ("dir:/a", "vault:kv/x", "env")),
    ],
)
def test_the_option_wins_over_the_variable(given, variable, names) -> None:
    environ = {} if variable is None else {"ATOLL_SECRETS": variable}
    assert chosen(given, environ) == names


def test_every_provider_is_called_what_it_was_chosen_by(tmp_path: Path) -> None:
    names = ("dotenv", "env", "dir:/run/secrets", "vault:secret/my-app")
    assert tuple(provider.name for provider in make_providers(names, tmp_path, {})) == names


@pytest.mark.parametrize(
    "name", ["environment", "ENV", "env:x", "dir", "dir:", "vault:", "vault:x", "vault:x/", "a:b"]
)
def test_what_is_no_provider_is_an_error(tmp_path: Path, name: str) -> None:
    with pytest.raises(SecretProviderError) as caught:
        make_providers([name], tmp_path, {})
    assert caught.value.code == "UNKNOWN_SECRETS_PROVIDER"
    assert repr(name) in caught.value.message
    assert "dir:PATH" in str(caught.value.hint)


def test_the_time_between_refreshes() -> None:
    assert refresh_seconds({}) == refresh_seconds({"ATOLL_SECRETS_REFRESH_SECONDS": ""}) == 30
    assert refresh_seconds({"ATOLL_SECRETS_REFRESH_SECONDS": " 2.5 "}) == 2.5


@pytest.mark.parametrize("text", ["0", "-1", "nan", "inf", "often", "86401"])
def test_a_time_that_is_none_is_an_error(text: str) -> None:
    with pytest.raises(SecretProviderError, match="ATOLL_SECRETS_REFRESH_SECONDS must be"):
        refresh_seconds({"ATOLL_SECRETS_REFRESH_SECONDS": text})
