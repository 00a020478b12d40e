"""An app under test."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from difflib import get_close_matches
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

from atoll.app.call import ANONYMOUS, Caller, Outcome
from atoll.app.matching import NoMatch, find_function, match_arguments
from atoll.guest.types import Function, Interface
from atoll.host.context import Services
from atoll.manifest import Manifest
from atoll.recording.library import Library
from atoll.recording.models import information
from atoll.recording.redaction import Redaction
from atoll.recording.services import SHORTEST_OF_TEST, taped
from atoll.recording.tape import Mode, Tape
from atoll.sdk._encoder import json_text
from atoll.testing.answering import Answering
from atoll.testing.background import Background
from atoll.testing.collections import CollectionsOfTest
from atoll.testing.connection_fake import FakeConnection
from atoll.testing.elements import Elements
from atoll.testing.errors import FunctionFailed, TestSetupError
from atoll.testing.faking import FakedDatabases, FakedHttp, FakedModels, FakedSecrets
from atoll.testing.logs import FunctionLogs
from atoll.testing.model_fake import FakeModel
from atoll.testing.runner import RUNNER, CallersThread, OwnThread

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Coroutine

    from atoll.graphql import GraphQLApi

F = TypeVar("F", bound="Answering[Any]")
T = TypeVar("T")


class RunningApp(Protocol):
    """What is tested: ``atoll.app.App``, or ``NativeApp``."""

    @property
    def manifest(self) -> Manifest: ...
    @property
    def interface(self) -> Interface: ...
    def call(
        self, function: Function, arguments: Mapping[str, Any], caller: Caller
    ) -> Coroutine[Any, Any, Outcome]: ...
    def stream(
        self, function: Function, arguments: Mapping[str, Any], caller: Caller
    ) -> AsyncGenerator[Any]: ...


class Outside:
    """What the calls of an app reach at the moment; ``own`` makes what they reach outside tests."""

    def __init__(self) -> None:
        self.own: Callable[[], Services] | None = None
        self.now: Services | None = None

    def __getattr__(self, name: str) -> Any:
        if self.now is None:
            raise AttributeError(name)
        return getattr(self.now, name)


@dataclass(slots=True)
class Loaded:
    """An app that is ready, for any number of tests."""

    app: RunningApp
    folder: Path
    mode: str
    outside: Outside
    background: Background
    api: GraphQLApi | None = None


class Fakes(dict[str, F], Generic[F]):
    """The app's models or connections, by the names that its manifest gives them."""

    def __init__(self, kind: str, names: Mapping[str, Any], make: Callable[[str], F]) -> None:
        super().__init__({name: make(name) for name in names})
        self._kind = kind

    def __missing__(self, name: str) -> F:
        close = get_close_matches(name, self, n=1)
        known = f"did you mean {close[0]!r}?" if close else f"it has {', '.join(self) or 'none'}"
        raise TestSetupError(f"modus.json has no {self._kind} named {name!r}: {known}")


class AppUnderTest:
    """An app at work in a test.

    ``models``, ``connections`` and ``secrets`` say what its functions reach; what none of them
    answers is replayed from recordings.
    """

    def __init__(self, loaded: Loaded, recordings: Path, mode: Mode) -> None:
        self._loaded = loaded
        self._app = loaded.app
        manifest = loaded.app.manifest
        self.models: Fakes[FakeModel] = Fakes(
            "model", manifest.models, lambda name: _fake_model(manifest, name)
        )
        self.connections: Fakes[FakeConnection] = Fakes(
            "connection", manifest.connections, FakeConnection
        )
        self.secrets: dict[str, str] = {}
        """The app's own secrets, by the names that functions use."""
        self._logs = FunctionLogs()
        self._logs.attach()
        self.recordings = recordings
        self._record = mode
        self._caller = ANONYMOUS
        self._collections = CollectionsOfTest(loaded.app)
        self._tape = self._reach(recordings, mode)

    def __repr__(self) -> str:
        return f"<app in {self._loaded.folder}, {self._loaded.mode}>"

    @property
    def logs(self) -> list[tuple[str, str]]:
        """Level and text of each line that functions logged, and printed if they run in the
        sandbox."""
        return self._logs.lines

    @property
    def mode(self) -> str:
        """``native`` or ``sandbox``."""
        return self._loaded.mode

    def call(self, function: str, /, **arguments: Any) -> Any:
        """Call a function by its name in the source or in the API; its result as JSON data.

        Arguments are JSON data too, or values of Python that have such a form: a dataclass is an
        object. Names are written as in the source or in the API.

        Raises:
            FunctionFailed: it failed.
            NoRecording: it asked for something that has neither an answer nor a recording, whatever
                the function made of that.
        """
        found, given = self._prepare_call(function, arguments)
        return self._value(found, self._wait(self._app.call(found, given, self._caller)))

    async def call_async(self, function: str, /, **arguments: Any) -> Any:
        """The same for tests that are coroutines."""
        found, given = self._prepare_call(function, arguments)
        outcome = await self._await(self._app.call(found, given, self._caller))
        return self._value(found, outcome)

    def stream(self, function: str, /, **arguments: Any) -> Elements:
        """Call a function that streams: iterate over its elements, by ``for`` or ``async for``.

        Use it in a ``with`` (or ``async with``) to leave before its end.
        """
        found, given = self._prepare(function, arguments)
        if not found.streams:
            raise TestSetupError(f"{found.export} does not stream", "use app.call")
        return self._elements(found, self._app.stream(found, given, self._caller))

    def graphql(
        self,
        query: str,
        /,
        variables: Mapping[str, Any] | None = None,
        *,
        operation_name: str | None = None,
    ) -> dict[str, Any]:
        """Ask the app's API; the response as its clients get it: ``data``, ``errors``."""
        body = self._wait(self._execute(query, variables, operation_name))
        self._check()
        return body

    async def graphql_async(
        self,
        query: str,
        /,
        variables: Mapping[str, Any] | None = None,
        *,
        operation_name: str | None = None,
    ) -> dict[str, Any]:
        body = await self._await(self._execute(query, variables, operation_name))
        self._check()
        return body

    def subscribe(self, query: str, /, variables: Mapping[str, Any] | None = None) -> Elements:
        """Ask the app's API for a subscription: iterate over the responses as clients get them."""
        return self._elements(None, self._responses(query, variables))

    @contextmanager
    def caller(
        self, *, claims: Mapping[str, Any] | None = None, time_zone: str | None = None
    ) -> Iterator[None]:
        """Who calls within the block: the claims of the bearer token, an IANA time zone."""
        before, self._caller = self._caller, Caller(claims, time_zone)
        try:
            yield
        finally:
            self._caller = before

    @contextmanager
    def recording(self, folder: Path | str, mode: Mode | None = None) -> Iterator[Path]:
        """Replay from another folder of recordings within the block, and record there if that is
        asked for: relative to the app's folder; ``mode`` as ``--atoll-record`` has it."""
        place = self._loaded.folder / folder
        before = self._tape, self._loaded.outside.now
        self._tape = self._reach(place, mode or self._record)
        try:
            yield place
        finally:
            self._tape, self._loaded.outside.now = before

    def close(self) -> None:
        """End the test's use of the app."""
        self._logs.detach()
        self._loaded.outside.now = None
        self._collections.end(self._loaded.background)

    def _reach(self, recordings: Path, mode: Mode) -> Tape:
        """Let calls reach the fakes of this test, and a tape."""
        outside, manifest = self._loaded.outside, self._app.manifest
        redaction = Redaction()
        tape = Tape(Library(recordings), mode, redaction)
        own = outside.own() if mode != "none" and outside.own is not None else None
        rest = taped(tape, manifest)(own)
        outside.now = Services(
            FakedModels(self.models, rest.models),
            FakedHttp(self.connections, manifest, rest.http),
            FakedDatabases(self.connections, manifest, rest.databases),
            FakedSecrets(
                self.secrets,
                rest.secrets,
                lambda name, value: redaction.learn(name, value, shortest=SHORTEST_OF_TEST),
            ),
            self._collections,
        )
        return tape

    def _prepare(self, name: str, arguments: Mapping[str, Any]) -> tuple[Function, dict[str, Any]]:
        values: dict[str, Any] = json.loads(json_text(arguments))
        try:
            function = find_function(self._app.interface, name)
            return function, match_arguments(function, values)
        except NoMatch as error:
            raise TestSetupError(error.message, error.hint) from None

    def _prepare_call(
        self, name: str, arguments: Mapping[str, Any]
    ) -> tuple[Function, dict[str, Any]]:
        function, given = self._prepare(name, arguments)
        if function.streams:
            raise TestSetupError(f"{function.export} streams", "use app.stream")
        return function, given

    async def _execute(
        self, query: str, variables: Mapping[str, Any] | None, operation_name: str | None
    ) -> dict[str, Any]:
        from atoll.graphql import GraphQLRequest

        given = None if variables is None else json.loads(json_text(variables))
        request = GraphQLRequest(query, given, operation_name)
        response = await self._api().execute(request, self._caller)
        body: dict[str, Any] = json.loads(json_text(response.body))
        return body

    async def _responses(
        self, query: str, variables: Mapping[str, Any] | None
    ) -> AsyncGenerator[Any]:
        from atoll.graphql import GraphQLRequest, GraphQLResponse

        given = None if variables is None else json.loads(json_text(variables))
        opened = await self._api().open(GraphQLRequest(query, given), self._caller)
        if isinstance(opened, GraphQLResponse):
            yield json.loads(json_text(opened.body))
            return
        try:
            async for response in opened:
                yield json.loads(json_text(response.body))
        finally:
            await opened.aclose()

    def _elements(self, function: Function | None, elements: AsyncGenerator[Any]) -> Elements:
        failed = partial(self._failed, function)
        return Elements(self._loaded.background, elements, self._check, failed)

    def _api(self) -> GraphQLApi:
        if self._loaded.api is None:
            self._loaded.api = make_api(self._app)
        return self._loaded.api

    def _wait(self, work: Coroutine[Any, Any, T]) -> T:
        """The result of work on the host's loop; native functions run here meanwhile."""
        if _in_a_loop():  # where a function could not have one of its own
            return self._loaded.background.wait(_on_own_thread(work))
        thread = CallersThread()
        token = RUNNER.set(thread)
        try:
            return thread.wait(self._loaded.background.start(work))
        finally:
            RUNNER.reset(token)

    async def _await(self, work: Coroutine[Any, Any, T]) -> T:
        return await asyncio.wrap_future(self._loaded.background.start(_on_own_thread(work)))

    def _value(self, function: Function, outcome: Outcome) -> Any:
        self._check()
        if outcome.failed:
            raise self._failed(function, outcome.errors)
        return outcome.value

    def _failed(self, function: Function | None, errors: Any) -> FunctionFailed:
        """The error of a call, with its cause as far as that is known.

        Raises what is for the test runner: Ctrl-C, or ``pytest.skip``.
        """
        raised = getattr(self._app, "raised", None)
        if raised is not None and not isinstance(raised, (Exception, SystemExit)):
            raise raised
        error = FunctionFailed("" if function is None else function.export, errors)
        error.__cause__ = raised
        return error

    def _check(self) -> None:
        """Fail the test for what its functions may have made light of."""
        fakes: list[Answering[Any]] = [*self.models.values(), *self.connections.values()]
        for fake in fakes:
            if fake.broken:
                raise fake.broken.pop(0)
        if self._tape.problems:
            raise self._tape.problems.pop(0)


def make_api(app: Any) -> GraphQLApi:
    """The API of an app, as its deployment has it, without who may reach it by a token."""
    from atoll.auth.access import Access
    from atoll.graphql import GraphQLApi, QueryLimits
    from atoll.graphql.ticks import built_in_subscriptions

    manifest: Manifest = app.manifest
    return GraphQLApi(
        app,
        hidden=manifest.embedders,
        limits=QueryLimits.of(manifest.graphql),
        subscriptions=built_in_subscriptions(manifest.graphql),
        guard=Access(manifest.access) if manifest.access.restricts else None,
    )


def _fake_model(manifest: Manifest, name: str) -> FakeModel:
    about = information(manifest, name)
    return FakeModel(name, about.interface, about.full_name)


def _in_a_loop() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


async def _on_own_thread(work: Coroutine[Any, Any, T]) -> T:
    RUNNER.set(OwnThread())
    return await work
