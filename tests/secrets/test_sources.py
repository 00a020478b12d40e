from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atoll.secrets import (
    DEFAULT_CHOICE,
    SecretProviderError,
    SecretSources,
    load_environment,
    make_providers,
)


class Given:
    """A provider in the process, which gives what it was told to."""

    def __init__(self, name: str, values: dict[str, str] | None = None, *, cheap: bool = True):
        self.name = name
        self.values = values or {}
        self.failure: Exception | None = None
        self.loads = 0
        self._cheap = cheap

    def load(self) -> dict[str, str]:
        self.loads += 1
        if self.failure is not None:
            raise self.failure
        return dict(self.values)

    def stamp(self) -> object:
        return tuple(self.values.items()) if self._cheap else None


def sources(folder: Path, environ: dict[str, str], *names: str) -> SecretSources:
    return SecretSources(make_providers(names or DEFAULT_CHOICE, folder, environ), environ)


SOME = st.dictionaries(
    st.sampled_from(["MODUS_A", "MODUS_B", "MODUS_C", "TZ"]), st.text("xyz", max_size=2)
)


@given(st.lists(SOME, max_size=4), SOME)
def test_the_first_provider_that_has_a_variable_wins(given_, environ) -> None:
    found = SecretSources([Given(f"p{i}", v) for i, v in enumerate(given_)], environ).load()
    for name in {*environ, *(name for values in given_ for name in values)}:
        having = [values[name] for values in given_ if name in values]
        if not name.startswith("MODUS_"):
            having += [environ[name]] if name in environ else []
        assert found.get(name) == (having[0] if having else None)


def test_by_default_the_process_wins_over_files(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("A=file\nTZ=file\nMODUS_A=file\nMODUS_B=file\nMODUS_ENV=dev\n")
    (tmp_path / ".env.dev").write_text("MODUS_A=of another environment\n")
    environ = {"MODUS_A": "", "TZ": "process", "MODUS_ENV": "qa"}
    found = sources(tmp_path, environ).load()
    assert found == load_environment(tmp_path, environ)
    assert found == {**environ, "A": "file", "MODUS_B": "file"}
    assert sources(tmp_path, environ, "dotenv", "env").load()["MODUS_A"] == "file"


def test_the_process_is_asked_for_secrets_only_if_chosen(tmp_path: Path) -> None:
    (tmp_path / "MODUS_A").write_text("1")
    (tmp_path / "MODUS_ENV").write_text("dev")
    environ = {"MODUS_B": "2", "TZ": "UTC", "ATOLL_LIMIT_CPU_SECONDS": "1", "MODUS_ENV": "qa"}
    found = sources(tmp_path, environ, f"dir:{tmp_path}").load()
    assert found == {"MODUS_A": "1", "MODUS_ENV": "qa"} | {
        name: environ[name] for name in ("TZ", "ATOLL_LIMIT_CPU_SECONDS")
    }


def test_where_a_variable_comes_from() -> None:
    first, second = (
        Given("first", {"MODUS_A": "1"}),
        Given("second", {"MODUS_A": "", "MODUS_B": ""}),
    )
    found = SecretSources([first, second], {"MODUS_C": "1"})
    found.load()
    assert [found.origin(f"MODUS_{name}") for name in "ABC"] == ["first", "second", None]


def test_a_provider_that_fails_at_the_start_stops_it() -> None:
    good, bad = Given("good", {"MODUS_A": "1"}), Given("bad")
    bad.failure = SecretProviderError("X", "it is broken")
    with pytest.raises(SecretProviderError, match="it is broken"):
        SecretSources([good, bad], {}).load()


def test_a_load_that_fails_later_keeps_what_there_was() -> None:
    provider = Given("p", {"MODUS_A": "1"})
    found = SecretSources([provider], {})
    found.load()
    provider.values, provider.failure = {"MODUS_A": "2"}, SecretProviderError("X", "broken")
    with pytest.raises(SecretProviderError):
        found.load()
    assert found.environ() == {"MODUS_A": "1"}


def test_a_refresh_says_whether_something_changed(caplog: pytest.LogCaptureFixture) -> None:
    provider = Given("p", {"MODUS_A": "hunter1", "TZ": "hunter1"})
    hidden = Given("q", {"MODUS_A": "hunter1"})
    found = SecretSources([provider, hidden], {})
    found.load()
    caplog.set_level(logging.DEBUG)
    assert not found.refresh(everything=True)
    assert caplog.records == []
    hidden.values = {"MODUS_A": "hunter2"}
    assert not found.refresh(everything=True)
    provider.values = {"MODUS_B": "hunter2"}
    assert found.refresh(everything=True)
    assert found.environ() == {"MODUS_A": "hunter2", "MODUS_B": "hunter2"}
    (record,) = caplog.records
    assert record.getMessage() == "Secrets changed."
    assert record.__dict__["fields"] == {"variables": ["MODUS_A", "MODUS_B"]}


def test_between_full_refreshes_only_what_changed_visibly_is_read() -> None:
    cheap, dear = Given("cheap", {"MODUS_A": "1"}), Given("dear", {"MODUS_B": "1"}, cheap=False)
    found = SecretSources([cheap, dear], {})
    found.load()
    assert not found.refresh(everything=False)
    assert (cheap.loads, dear.loads) == (1, 1)
    cheap.values, dear.values = {"MODUS_A": "2"}, {"MODUS_B": "2"}
    assert found.refresh(everything=False)
    assert found.environ() == {"MODUS_A": "2", "MODUS_B": "1"}
    assert found.refresh(everything=True)
    assert found.environ() == {"MODUS_A": "2", "MODUS_B": "2"}


def test_what_changes_while_it_is_loaded_is_seen_later() -> None:
    provider = Given("p", {"MODUS_A": "1"})
    load = provider.load

    def load_and_change() -> dict[str, str]:
        found = load()
        provider.values = {"MODUS_A": "2"}
        return found

    provider.load = load_and_change  # type: ignore[method-assign]
    found = SecretSources([provider], {})
    assert found.load() == {"MODUS_A": "1"}
    assert found.refresh(everything=False)
    assert found.environ() == {"MODUS_A": "2"}


def test_somebody_elses_providers_are_not_asked() -> None:
    provider = Given("dotenv", {"MODUS_A": "1"})
    found = SecretSources([provider], {})
    found.load()
    provider.values = {"MODUS_A": "2"}
    assert not found.refresh(everything=True, besides=("dotenv",))
    assert provider.loads == 1


@pytest.mark.parametrize(
    "failure",
    [SecretProviderError("SECRET_UNUSABLE", "it is broken"), RuntimeError("hunter2")],
    ids=["told", "unforeseen"],
)
def test_a_provider_that_fails_keeps_its_values_and_says_so_once(
    caplog: pytest.LogCaptureFixture, failure: Exception
) -> None:
    caplog.set_level(logging.DEBUG)
    broken, other = Given("broken", {"MODUS_A": "1"}), Given("other", {"MODUS_B": "1"})
    found = SecretSources([broken, other], {})
    found.load()
    broken.failure, other.values = failure, {"MODUS_B": "2"}
    assert found.refresh(everything=True)
    for _ in range(3):
        assert not found.refresh(everything=True)
    assert found.environ() == {"MODUS_A": "1", "MODUS_B": "2"}
    broken.failure, broken.values = None, {"MODUS_A": "2"}
    assert found.refresh(everything=True)
    assert [(record.levelname, record.getMessage()) for record in caplog.records] == [
        ("ERROR", "Secrets cannot be refreshed; the last ones stay."),
        ("INFO", "Secrets changed."),
        ("INFO", "Secrets can be refreshed again."),
        ("INFO", "Secrets changed."),
    ]
    fields = caplog.records[0].__dict__["fields"]
    assert fields["provider"] == "broken"
    assert "hunter2" not in str(fields)


def test_another_failure_is_said_too(caplog: pytest.LogCaptureFixture) -> None:
    provider = Given("p")
    found = SecretSources([provider], {})
    found.load()
    for reason in ("first", "first", "second"):
        provider.failure = SecretProviderError("X", reason)
        found.refresh(everything=True)
    assert len(caplog.records) == 2


def test_what_was_given_last_is_there_while_a_provider_takes_its_time() -> None:
    slow = Slow()
    sources = SecretSources([slow], {"HOME": "/h"})
    slow.may.set()
    sources.load()
    slow.may.clear()
    with ThreadPoolExecutor() as threads:
        refresh = threads.submit(sources.refresh, everything=True)
        try:
            assert slow.asked.wait(10)
            seen = threads.submit(sources.environ).result(10)
        finally:
            slow.may.set()
        assert seen == {"HOME": "/h", "MODUS_A": "1"}
        assert refresh.result(10)
    assert sources.environ()["MODUS_A"] == "2"


class Slow:
    """Gives another value each time, when it may."""

    name = "slow"

    def __init__(self) -> None:
        self.may, self.asked = Event(), Event()
        self.loads = 0

    def load(self) -> dict[str, str]:
        self.loads += 1
        if self.loads > 1:
            self.asked.set()
        assert self.may.wait(30)
        return {"MODUS_A": str(self.loads)}

    def stamp(self) -> None:
        return None
