"""One invocation as a row of the table ``inferences``."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import NamedTuple

from atoll.history.database import Value
from atoll.history.program import Program
from atoll.history.redaction import Rules
from atoll.history.stored import NOTHING, as_text, store
from atoll.history.tables import NAMES
from atoll.models.invocation import KEPT_OF_STREAM, ModelInvocation

_LONGEST_NAME = 1000
_LARGEST_INT = (1 << 31) - 1
_LARGEST_BIGINT = (1 << 63) - 1


class Entry(NamedTuple):
    """An invocation that is to be stored, and how."""

    invocation: ModelInvocation
    program: Program
    rules: Rules
    limit: int
    """Bytes of its input, and of its output."""

    @property
    def size(self) -> int:
        """About how much memory it takes."""
        return 1000 + len(self.invocation.input) + len(self.invocation.output or "")


def row_of(entry: Entry, *, plain: bool = False) -> tuple[Value, ...]:
    """The values of ``tables.NAMES``; which build it was of is for whoever writes it to say.

    ``plain``: with input and output as JSON strings, for a database that does not take them as the
    JSON that they are, such as one whose numbers have a hundred thousand digits.
    """
    asked = entry.invocation
    if plain:
        input = as_text(asked.input, entry.rules, entry.limit)
        output = NOTHING
        if asked.output is not None:
            output = as_text(asked.output, entry.rules, entry.limit)
    else:
        input = store(asked.input, entry.rules, entry.limit)
        output = store(asked.output, entry.rules, entry.limit, stream=asked.streamed)
    model, usage = asked.model, asked.usage
    values: dict[str, Value] = {
        "id": asked.id,
        "model_hash": model.hash,
        "input": input.text,
        "output": output.text,
        "started_at": moment(asked.started_at),
        "duration_ms": _milliseconds(asked.seconds),
        "plugin_id": None,
        "function": _name(asked.function),
        "app": _name(entry.program.name),
        "model": _name(model.name),
        "source_model": _name(model.source_model),
        "connection": _name(model.connection),
        "asked_model": _name(asked.asked),
        "call_id": _name(asked.call_id),
        "status": status_of(asked.failure),
        "failure": _name(asked.failure or ""),
        "streamed": asked.streamed,
        "attempts": asked.attempts,
        "first_byte_ms": None
        if asked.first_seconds is None
        else _milliseconds(asked.first_seconds),
        "input_tokens": None if usage is None else min(usage.input_tokens, _LARGEST_BIGINT),
        "output_tokens": None if usage is None else min(usage.output_tokens, _LARGEST_BIGINT),
        "cost": asked.cost,
        "currency": _name(asked.currency),
        "truncated": input.truncated or output.truncated or _cut_before(asked),
        "stored_bytes": input.size + output.size,
    }
    return tuple(values[name] for name in NAMES)


def status_of(failure: str | None) -> str:
    if failure is None:
        return "ok"
    return "cancelled" if failure == "CANCELLED" else "failed"


def moment(seconds: float) -> str:
    """Seconds since the epoch as ISO 8601, in UTC, to the millisecond. These texts sort by time."""
    text = datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z")


def _milliseconds(seconds: float) -> int:
    return min(round(seconds * 1000), _LARGEST_INT)


def _name(text: str) -> str | None:
    if not text:
        return None
    # Names of models and functions are the guest's, or come from a file.
    return text[:_LONGEST_NAME].encode(errors="replace").decode().replace("\0", "\ufffd")


def _cut_before(asked: ModelInvocation) -> bool:
    return asked.streamed and len(asked.output or "") >= KEPT_OF_STREAM
