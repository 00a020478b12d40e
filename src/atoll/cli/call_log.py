"""What `atoll call` shows of what is logged during the call."""

from __future__ import annotations

import logging
from typing import TextIO

from atoll.cli.failure import printable

_SECRETS = "atoll.secrets.secrets"


class LineFormatter(logging.Formatter):
    """What the function prints and logs, as it wrote it; else the message and its fields."""

    def format(self, record: logging.LogRecord) -> str:
        fields = dict(getattr(record, "fields", {}))
        if "text" in fields:
            text = str(fields["text"])
        else:
            detail = fields.pop("detail", None)
            named = (f"{name}={_field(value)}" for name, value in fields.items())
            text = " ".join([record.getMessage(), *named])
            if detail is not None:
                text = f"{text}\n{detail}"
        level = "" if record.levelno < logging.WARNING else f"{record.levelname.lower()}: "
        return level + "\n".join(printable(line) for line in text.splitlines())


class CallLog(logging.StreamHandler[TextIO]):
    """Shows on stderr what a call logs, except for its failure and what the host says of the cause:
    these are shown once, at the end."""

    def __init__(self) -> None:
        super().__init__()
        self.setFormatter(LineFormatter())
        self.detail = ""
        """Of the failure: its traceback, or its message again."""
        self.missing_secrets: list[str] = []
        """The variables that would hold them."""
        self._held: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        fields = getattr(record, "fields", {})
        if record.name == _SECRETS:
            variable = str(fields.get("variable") or _missing(record))
            if variable not in self.missing_secrets:
                self.missing_secrets.append(variable)
        if record.name == "atoll.app":
            self.detail = str(fields.get("detail", self.detail))
        elif record.levelno >= logging.ERROR and record.name != "atoll.function":
            self._held.append(record)
        else:
            self.show_held()
            super().emit(record)

    def show_held(self, *said: str) -> None:
        """Show what was kept back, in its place, unless ``said`` has it."""
        held, self._held = self._held, []
        for index, record in enumerate(held):
            # Of a secret of the app two records tell, of which the second has the reason.
            telling = held[index : index + 2][-1] if record.name == _SECRETS else record
            if not _is_said(telling, said):
                super().emit(record)


def _missing(record: logging.LogRecord) -> str:
    return record.getMessage().removeprefix("environment variable ").removesuffix(" was not found")


def _is_said(record: logging.LogRecord, said: tuple[str, ...]) -> bool:
    fields = getattr(record, "fields", {})
    reason = fields.get("detail") or fields.get("error")
    return bool(reason) and any(str(reason) in text for text in said)


def _field(value: object) -> str:
    """The value of a field, on one line; in quotes where its end would be in doubt."""
    text = printable(str(value))
    return f'"{text}"' if not text or " " in text or "=" in text else text


def log_to_stderr() -> CallLog:
    """Have this process log what concerns a call, and nothing else."""
    handler = CallLog()
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("atoll.function").setLevel(logging.DEBUG)
    return handler
