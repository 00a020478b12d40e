"""How much and how fast a model may be asked: its rate limit and its token budget."""

from __future__ import annotations

import time

from atoll.connections.rate import RateLimit
from atoll.manifest import Model, TokenBudget
from atoll.models.errors import ModelError
from atoll.models.invocation import Usage

_CHARACTERS_OF_TOKEN = 4
"""About so many, where a host does not count."""


class Spending:
    """The tokens of one model in the span that is running, in this process."""

    def __init__(self, name: str, budget: TokenBudget) -> None:
        self._name = name
        self._budget = budget
        self._span = -1
        self._spent = 0

    def require(self) -> None:
        """Raises ModelError when nothing is left: what is under way may go over the budget."""
        now = time.time()
        self._turn(now)
        if self._spent < self._budget.tokens:
            return
        seconds = self._budget.seconds
        left = (self._span + 1) * seconds - now
        raise ModelError(
            "MODEL_BUDGET_SPENT",
            f"the token budget of model [{self._name}] is spent: {self._spent} of "
            f"{self._budget.tokens} in {seconds:g} s",
            f'it begins anew in {max(left, 0):.0f} s; "budget" of the model in modus.json has it',
        )

    def spend(self, tokens: int) -> None:
        self._turn(time.time())
        self._spent += tokens

    def _turn(self, now: float) -> None:
        span = int(now // self._budget.seconds)
        if span != self._span:
            self._span, self._spent = span, 0


class Policy:
    """What stands before the invocations of one model."""

    def __init__(self, model: Model) -> None:
        settings = model.settings
        self._name = model.name
        self._rate = RateLimit(settings.rate) if settings.rate else None
        self._spending = Spending(model.name, settings.budget) if settings.budget else None

    @property
    def counts(self) -> bool:
        """Whether it matters how many tokens are spent."""
        return self._spending is not None

    async def admit(self, deadline: float) -> None:
        """Wait until an invocation may begin.

        Args:
            deadline: of ``time.monotonic``.

        Raises:
            ModelError: the budget is spent, or the turn would come too late.
        """
        if self._spending is not None:
            self._spending.require()
        rate = self._rate
        if rate is None:
            return
        start = rate.start_of(rate.waiting)
        if start > max(deadline, time.monotonic()):
            requests, seconds = rate.settings.requests, rate.settings.seconds
            raise ModelError(
                "RATE_LIMITED",
                f"model [{self._name}] is asked at most {requests} times in {seconds:g} s, and the "
                f"turn of this request would have come in {start - time.monotonic():.3g} s, which "
                "is too late for it",
                'ask less often, or change "rateLimit" of the model in modus.json',
            )
        await rate.turn()

    def spent(self, usage: Usage | None, characters: int) -> None:
        """Count what an invocation took.

        Args:
            characters: of request and answer, for hosts that do not say.
        """
        if self._spending is not None:
            tokens = usage.total if usage else characters // _CHARACTERS_OF_TOKEN
            self._spending.spend(tokens)
