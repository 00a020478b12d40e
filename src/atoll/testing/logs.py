"""What the functions of an app under test log."""

from __future__ import annotations

import logging

_LEVELS = {
    logging.DEBUG: "debug",
    logging.INFO: "info",
    logging.WARNING: "warning",
    logging.ERROR: "error",
    logging.CRITICAL: "fatal",
}
_LOGGER = logging.getLogger("atoll.function")


class FunctionLogs(logging.Handler):
    """Keeps each line with its level, for as long as it is attached."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[tuple[str, str]] = []
        self._level_before = logging.NOTSET

    def attach(self) -> None:
        self._level_before = _LOGGER.level
        _LOGGER.setLevel(logging.DEBUG)
        _LOGGER.addHandler(self)

    def detach(self) -> None:
        _LOGGER.removeHandler(self)
        _LOGGER.setLevel(self._level_before)

    def emit(self, record: logging.LogRecord) -> None:
        fields = getattr(record, "fields", None)
        if isinstance(fields, dict) and "text" in fields:
            level = _LEVELS.get(record.levelno, record.levelname.lower())
            self.lines.append((level, str(fields["text"])))
