"""What ran: a build of an app, as the table ``plugins`` has it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

_NAMESPACE = uuid.UUID("5d7a2f54-9a7e-5d0c-8f0e-6a2c5a3b9d11")


@dataclass(frozen=True, slots=True)
class Program:
    """One build of an app. What is not known is "" ."""

    name: str
    language: str
    sdk_version: str
    build_id: str
    """Another one for every build."""
    build_time: str = ""
    """ISO 8601."""
    version: str = ""
    git_repo: str = ""
    git_commit: str = ""

    @property
    def id(self) -> str:
        """A UUID; the same one in every process that runs the build."""
        return str(uuid.uuid5(_NAMESPACE, self.build_id))
