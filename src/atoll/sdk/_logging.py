"""``logging`` to the host's log."""

from __future__ import annotations

import logging

from atoll.sdk import _host

TRACE, DEBUG, INFO, WARNING, ERROR, FATAL = range(2, 8)


class HostHandler(logging.Handler):
    """Sends each record to the host at its own level.

    What is logged at level ERROR reaches the API's client, so that a record's traceback goes out
    on its own, as a warning: it is for the log only.
    """

    def emit(self, record: logging.LogRecord) -> None:
        try:
            message = record.getMessage()
            _host.log(level_of(record.levelno), message)
            if record.exc_info and record.exc_info[0] is not None:
                formatter = self.formatter or logging.Formatter()
                _host.log(WARNING, formatter.formatException(record.exc_info))
            if record.stack_info:
                _host.log(WARNING, record.stack_info)
        except Exception:  # as logging's own handlers do: a bad log line is no reason to fail
            self.handleError(record)


def level_of(number: int) -> int:
    """The host's level for a level of ``logging``."""
    if number < logging.DEBUG:
        return TRACE
    if number < logging.INFO:
        return DEBUG
    if number < logging.WARNING:
        return INFO
    if number < logging.ERROR:
        return WARNING
    return ERROR if number < logging.CRITICAL else FATAL
