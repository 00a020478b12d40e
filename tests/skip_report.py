"""A pytest plugin: a table of the skipped tests, and what would make them run.

With ``ATOLL_TEST_ALL`` set (``scripts/test --all``) a skip that ``skips.toml`` does not list
fails the run.
"""

from __future__ import annotations

import os
import tomllib
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

LIST = Path(__file__).with_name("skips.toml")


@dataclass(frozen=True)
class Skip:
    test: str
    reason: str


@dataclass(frozen=True)
class Allowed:
    pattern: str
    reason: str

    def covers(self, skip: Skip) -> bool:
        return fnmatchcase(skip.test, self.pattern)


def read_list(path: Path) -> tuple[Allowed, ...]:
    """Read the skips that are accepted; an entry without a reason is refused."""
    entries = tomllib.loads(path.read_text(encoding="utf-8")).get("skip", [])
    allowed = []
    for entry in entries:
        if set(entry) != {"test", "reason"} or not entry["reason"].strip():
            raise pytest.UsageError(f"{path.name}: an entry has `test` and `reason`: {entry}")
        allowed.append(Allowed(entry["test"], entry["reason"]))
    return tuple(allowed)


class SkipReport:
    def __init__(self, allowed: tuple[Allowed, ...], *, strict: bool) -> None:
        self.allowed = allowed
        self.strict = strict
        self.skips: list[Skip] = []

    @property
    def unlisted(self) -> list[Skip]:
        return [s for s in self.skips if not any(entry.covers(s) for entry in self.allowed)]

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self._note(report)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        self._note(report)

    def _note(self, report: pytest.TestReport | pytest.CollectReport) -> None:
        if report.skipped and not hasattr(report, "wasxfail"):
            reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else "no reason"
            self.skips.append(Skip(report.nodeid, reason.removeprefix("Skipped: ")))

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if self.strict and self.unlisted and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if not self.skips:
            return
        write = terminalreporter.write_line
        terminalreporter.section("skipped tests")
        by_reason: dict[str, list[Skip]] = {}
        for skip in self.skips:
            by_reason.setdefault(skip.reason, []).append(skip)
        for reason, skips in sorted(by_reason.items()):
            write(f"{len(skips):4}  {reason}")
            for test in sorted({skip.test.split("::")[0] for skip in skips}):
                write(f"      {test}")
        if not self.strict:
            write("To install what is missing and run them: ./scripts/test --all")
            return
        for skip in self.unlisted:
            write(f"error: {skip.test} was skipped, and tests/skips.toml does not list it")


def pytest_configure(config: pytest.Config) -> None:
    strict = bool(os.environ.get("ATOLL_TEST_ALL"))
    config.pluginmanager.register(SkipReport(read_list(LIST), strict=strict), "atoll-skips")
