"""How calls end that do not return."""

from __future__ import annotations

import pytest

from atoll.engine import DeadlineExceeded, Limits, Trap
from atoll.guest.core.call import ERROR, FATAL, STDERR, STDOUT, WARNING
from atoll.guest.failure import GuestEnded, GuestFailure


@pytest.fixture(scope="module")
def app(run_app):
    return run_app("hostile")


@pytest.fixture(autouse=True)
async def well(app):
    """The next call works."""
    yield
    assert await app.call("fine") == ["all", "is", "well"]


RUNTIME = "runtime error: "
LINES = "first line\nsecond line\n\n\tgoroutine 7 is no trace\npanic: nor is this"


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ("text", "a text"),
        ("lines", LINES),
        ("empty", ""),
        ("nothing", "panic called with nil argument"),
        ("error", "an error"),
        ("wrapped", "outer: trouble number 7"),
        ("custom", "trouble number 42"),
        ("stringer", "it says hello"),
        ("number", "12.5"),
        ("angry", "panic while printing panic value: even its text"),
        ("nil", RUNTIME + "invalid memory address or nil pointer dereference"),
        ("index", RUNTIME + "index out of range [5] with length 1"),
        ("slice", RUNTIME + "slice bounds out of range [6:5]"),
        ("divide", RUNTIME + "integer divide by zero"),
        ("map", "assignment to entry in nil map"),
        ("assertion", "interface conversion: interface {} is string, not int"),
        ("closed", "close of closed channel"),
        ("negative", RUNTIME + "makeslice: len out of range"),
        ("again", "first [recovered]\npanic: again: first"),
        ("deferred", "first\npanic: second"),
        ("goexit", "no goroutines (main called runtime.Goexit) - deadlock!"),
        ("mutex", "sync: unlock of unlocked mutex"),
    ],
)
async def test_a_panic_is_a_failure_with_its_text(app, how, message):
    with pytest.raises(GuestFailure) as raised:
        await app.call("panic", how=how)
    assert (raised.value.kind, raised.value.type) == ("exception", "")
    # Newer versions of Go say "runtime error: " before a nil panic.
    said = raised.value.message.removeprefix("runtime error: ") if how == "nothing" else None
    assert message == (said or raised.value.message)
    assert app.logs == []
    if how not in ("goexit", "mutex", "angry"):
        assert "main.Panic" in raised.value.traceback
        assert "hostile/panics.go:" in raised.value.traceback


async def test_values_without_a_text_are_named_by_their_type(app):
    with pytest.raises(GuestFailure, match=r"^\(main\.Point\) 0x"):
        await app.call("panic", how="struct")


async def test_a_panic_that_is_raised_again(app):
    with pytest.raises(GuestFailure, match=r"^the same \[recovered"):
        await app.call("panic", how="repanic")


async def test_a_panic_behind_half_a_line(app):
    with pytest.raises(GuestFailure, match=r"^behind it$") as raised:
        await app.call("panic", how="half")
    assert "panics.go" in raised.value.traceback
    assert app.logs == [(STDERR, "half a linepanic: behind it")]


async def test_a_panic_that_is_logged_as_well(app):
    with pytest.raises(GuestFailure) as raised:
        await app.call("panic", how="logpanic")
    assert raised.value.message == "a panicking log"
    [(level, line)] = app.logs
    assert level == STDERR
    assert line.endswith(" a panicking log")


async def test_a_recovered_panic_is_none(app):
    assert await app.call("panic", how="recovered") == ""
    assert app.logs == [(STDOUT, "recovered from harmless")]


async def test_words_that_look_like_a_panic(app):
    assert await app.call("panic", how="printed") == "no panic"
    assert app.logs == [(FATAL, "only printed"), (FATAL, "and printed again")]


@pytest.mark.parametrize("wait", [True, False])
async def test_a_panic_in_another_goroutine(app, wait):
    with pytest.raises(GuestFailure, match=r"^in a goroutine$") as raised:
        await app.call("panicElsewhere", wait=wait)
    assert "created by main.PanicElsewhere" in raised.value.traceback


@pytest.mark.parametrize("status", [1, 2, 3, 254, 255, 256])
async def test_ending_with_a_status(app, status):
    with pytest.raises(GuestEnded) as raised:
        await app.call("exit", status=status)
    assert raised.value.status == status
    assert app.logs == [(STDERR, "before the end")]


async def test_ending_without_a_fault(app):
    assert await app.call("exit", status=0) is None
    assert app.logs == [
        (STDERR, "before the end"),
        (WARNING, "Function ended prematurely with exit code 0."),
    ]


async def test_ending_while_a_panic_goes_up(app):
    with pytest.raises(GuestEnded) as raised:
        await app.call("exitAfterFailure", status=4)
    assert raised.value.status == 4


async def test_a_fatal_log_ends_the_call(app):
    with pytest.raises(GuestEnded) as raised:
        await app.call("panic", how="log")
    assert raised.value.status == 1
    assert [line[20:] for line in app.lines] == ["a fatal log"]


async def test_a_stack_without_end(app):
    with pytest.raises(Trap, match="overflowed its call stack"):
        await app.call("stackOverflow", n=0)
    assert await app.call("deep", n=5000) == 5000


# Before any function is called --------------------------------------------------------------------


async def ready(app, how, **more):
    return await app.invoke("ready", {"text": "a"}, environment={"CLAIMS": how}, **more)


@pytest.mark.parametrize("how", ["", "sleep", "goroutine"])
async def test_what_happens_before_a_call_does_no_harm(app, how):
    assert await ready(app, how) == "A"


async def test_the_host_can_be_called_before_any_function(app):
    assert await ready(app, "secret") == "Asecret of KEY"
    assert await ready(app, "log") == "A"
    assert app.logs == [(WARNING, "starting"), (ERROR, "starting badly")]


async def test_failures_before_a_call_are_the_calls(app):
    with pytest.raises(GuestFailure, match=r"^not ready$") as raised:
        await ready(app, "panic")
    assert "start.go" in raised.value.traceback
    with pytest.raises(GuestFailure, match="all goroutines are asleep"):
        await ready(app, "deadlock")
    with pytest.raises(GuestEnded) as ended:
        await ready(app, "exit 3")
    assert ended.value.status == 3
    assert await ready(app, "exit 0") is None


async def test_a_start_without_end_is_stopped(app):
    with pytest.raises(DeadlineExceeded):
        await ready(app, "loop", limits=Limits(cpu=0.2))
