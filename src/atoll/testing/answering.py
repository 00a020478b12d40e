"""What fakes have in common: answers that a test prepares, and requests that it looks at."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Generic, Self, TypeVar

from atoll.host.errors import HostError

R = TypeVar("R")


class TestBroken(HostError):
    """A test's own answer failed an assertion: the function is told, and the test fails of it."""

    __test__ = False

    def __init__(self, error: BaseException) -> None:
        super().__init__("TEST_FAILED", f"an answer of the test failed: {error}")


def host_error(error: Exception, code: str) -> HostError:
    """What a function learns of an exception that a test raises for it."""
    known = getattr(error, "code", None), getattr(error, "message", None)
    if all(isinstance(text, str) for text in known):  # an error of the SDK
        hint, details = getattr(error, "hint", None), getattr(error, "details", None)
        return HostError(str(known[0]), str(known[1]), hint, details or None)
    return HostError(code, str(error))


class Rule(Generic[R]):
    """Answers for the requests that contain a text. ``answers`` and ``fails`` prepare them."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._prepared: Sequence[Any] = ()
        self._given = 0

    @property
    def prepared(self) -> bool:
        return bool(self._prepared)

    def answers(self, *answers: Any) -> Self:
        """Give these answers, one for each request; the last one again and again."""
        if not answers:
            raise TypeError("answers() needs at least one answer")
        self._prepared, self._given = answers, 0
        return self

    def fails(self, code: str, message: str = "", *, hint: str | None = None) -> Self:
        """Fail every request, as the host does: ``fails("TIMEOUT")``."""
        return self.answers(HostError(code, message or f"failed with {code}", hint))

    def next(self) -> Any:
        answer = self._prepared[min(self._given, len(self._prepared) - 1)]
        self._given += 1
        return answer


class Answering(Rule[R]):
    """One model or connection."""

    def __init__(self, kind: str, name: str) -> None:
        super().__init__("")
        self.kind = kind
        self.name = name
        self.requests: list[R] = []
        """What was asked, in order."""
        self.broken: list[BaseException] = []
        """Assertions of a test that failed in an answer."""
        self._rules: list[Rule[R]] = []

    def __repr__(self) -> str:
        asked = "1 request" if len(self.requests) == 1 else f"{len(self.requests)} requests"
        return f"<{self.kind} {self.name!r}: {asked}>"

    @property
    def faked(self) -> bool:
        """Whether there is an answer of the test for any of its requests."""
        return self.prepared or any(rule.prepared for rule in self._rules)

    def when(self, text: str) -> Rule[R]:
        """Answers for requests that contain a text; of several, the one that was made last:
        ``app.connections["db"].when("from people").answers([...])``."""
        rule = Rule[R](text)
        self._rules.insert(0, rule)
        return rule

    def takes(self, request: R) -> bool:
        """Whether the test has an answer to a request."""
        return self._rule(request) is not None

    def answer(self, request: R, given: Any) -> Any:
        """The test's answer. Callables are called with ``given``; exceptions are raised."""
        rule = self._rule(request)
        assert rule is not None
        answer = rule.next()
        if isinstance(answer, BaseException):
            raise answer
        if not callable(answer):
            return answer
        try:
            return answer(given)
        except Exception as error:
            if not isinstance(error, AssertionError):
                raise
            self.broken.append(error)
            raise TestBroken(error) from error
        except BaseException as error:  # pytest.fail, pytest.skip
            self.broken.append(error)
            raise TestBroken(error) from error

    def matches(self, request: R, text: str) -> bool:
        """Whether a request contains a text."""
        return text in str(request)

    def _rule(self, request: R) -> Rule[R] | None:
        for rule in self._rules:
            if rule.prepared and self.matches(request, rule.text):
                return rule
        return self if self.prepared else None
