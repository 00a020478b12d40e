"""The inference history: what was asked of models, and what they answered."""

from __future__ import annotations

from atoll.history.choice import HISTORY_FILE, find_database
from atoll.history.errors import HistoryError
from atoll.history.history import History, Recorder
from atoll.history.program import Program

__all__ = ["HISTORY_FILE", "History", "HistoryError", "Program", "Recorder", "find_database"]
