"""``GET inferences``: what was asked of models, and what they answered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from atoll.history.figures import seconds_of
from atoll.history.reading import Wanted, find_inference, find_inferences
from atoll.server.explorer.conversation import answer_of, conversation_of, question_of
from atoll.server.explorer.errors import ExplorerError
from atoll.server.explorer.history import NoHistory, read_history
from atoll.server.explorer.message import Message
from atoll.server.explorer.request import ExplorerRequest, Route
from atoll.server.explorer.usage import usage
from atoll.server.explorer.wire import Wire

if TYPE_CHECKING:
    from atoll.history.database import Session
    from atoll.server.explorer.explorer import Explorer

PAGE: Final = 50
LARGEST_PAGE: Final = 500
_STATUSES: Final = ("ok", "failed", "cancelled")
_LAST: Final = 253_402_300_799_000
"""The end of the year 9999."""


class InferenceSummary(Wire, frozen=True, kw_only=True):
    id: str
    started_at: float
    ms: float
    first_byte_ms: float | None
    model: str
    source_model: str | None
    connection: str | None
    function: str | None
    call: str | None
    status: str
    failure: str | None
    streamed: bool
    input_tokens: int | None
    output_tokens: int | None
    cost: float | None
    currency: str | None
    question: str
    answer: str


class Inference(InferenceSummary, frozen=True, kw_only=True):
    input: Any
    output: Any
    truncated: bool
    attempts: int
    conversation: list[Message] | None


class Inferences(Wire, frozen=True):
    inferences: list[InferenceSummary]
    more: bool = False
    unavailable: str | None = None


async def _list(explorer: Explorer, request: ExplorerRequest) -> Inferences:
    query = request.query
    status = query.get("status", "")
    if status and status not in _STATUSES:
        raise ExplorerError(
            400, "BAD_REQUEST", f"status must be {' or '.join(_STATUSES)}, not {status[:50]!r}."
        )
    since = request.integer("since", 0, most=_LAST)
    limit = request.integer("limit", PAGE, least=1, most=LARGEST_PAGE)
    wanted = Wanted(
        model=query.get("model", ""),
        function=query.get("function", ""),
        call=query.get("call", ""),
        since=since / 1000 if since else None,
        limit=limit + 1,
        status=status,
        search=query.get("search", ""),
        before=query.get("before", ""),
    )

    def read(session: Session) -> list[InferenceSummary]:
        return [_summary(row) for row in find_inferences(session, wanted)]

    try:
        found = await read_history(explorer, read) or []
    except NoHistory as error:
        return Inferences([], unavailable=str(error))
    return Inferences(found[:limit], len(found) > limit, None if found else _none(explorer))


def _none(explorer: Explorer) -> str | None:
    """Why nothing is recorded, if that is so."""
    manifest = explorer.subject.app.manifest
    if manifest.inferences.record:
        return None
    return 'Nothing is recorded: "record" of "inferences" in modus.json is false.'


async def _show(explorer: Explorer, request: ExplorerRequest) -> Inference:
    id = request.parameters["id"]

    def read(session: Session) -> Inference | None:
        row = find_inference(session, id)
        return None if row is None else _inference(row)

    try:
        found = await read_history(explorer, read)
    except NoHistory as error:
        raise ExplorerError(503, "HISTORY_UNAVAILABLE", str(error)) from None
    if found is None:
        raise ExplorerError(
            404,
            "NO_SUCH_INFERENCE",
            f"The history has no inference {id[:60]}.",
            "It may have been deleted since, by the rules of retention in modus.json.",
        )
    return found


def _summary(row: dict[str, Any]) -> InferenceSummary:
    return InferenceSummary(**_fields(row, conversation_of(row["input"], row["output"])))


def _inference(row: dict[str, Any]) -> Inference:
    conversation = conversation_of(row["input"], row["output"])
    return Inference(
        **_fields(row, conversation),
        input=row["input"],
        output=row["output"],
        truncated=bool(row.get("truncated")),
        attempts=1 if row.get("attempts") is None else row["attempts"],
        conversation=conversation,
    )


def _fields(row: dict[str, Any], conversation: list[Message] | None) -> dict[str, Any]:
    """Those of a summary. Columns of our own are missing where only Modus has written."""
    return {
        "id": row["id"],
        "started_at": round(seconds_of(row["started_at"]) * 1000),
        "ms": row["duration_ms"] or 0,
        "first_byte_ms": row.get("first_byte_ms"),
        "model": row.get("model") or "",
        "source_model": row.get("source_model"),
        "connection": row.get("connection"),
        "function": row["function"],
        "call": row.get("call_id"),
        "status": row.get("status") or "ok",
        "failure": row.get("failure"),
        "streamed": bool(row.get("streamed")),
        "input_tokens": row.get("input_tokens"),
        "output_tokens": row.get("output_tokens"),
        "cost": row.get("cost"),
        "currency": row.get("currency"),
        "question": question_of(conversation, row["input"]),
        "answer": answer_of(conversation, row["output"]),
    }


ROUTES = (
    Route("GET", "inferences", _list),
    Route("GET", "inferences/usage", usage),
    Route("GET", "inferences/{id}", _show),
)
