"""Why a model did not answer."""

from __future__ import annotations


class ModelError(Exception):
    """A model could not be invoked, or its answer is of no use.

    ``code`` is machine-readable (``docs/models.md`` lists them), ``message`` names the model and
    its connection as the manifest does, ``hint`` says what to do. Never contains a secret, a path
    of the host, or what was sent to the model.
    """

    logged = False
    """Whether whoever raised it has written it to the log."""
    of_request = False
    """Whether it lies in the request: another model would refuse it too."""

    def __init__(
        self, code: str, message: str, hint: str | None = None, *, answer: str = ""
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.hint = hint
        self.answer = answer
        """What the model's host wrote beside its refusal, for the function that asked; not for logs
        or clients. It has the connection's secrets taken out."""
        self.location = None
