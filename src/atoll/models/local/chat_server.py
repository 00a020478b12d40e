"""Keeps the process of a chat model running, for as long as this process lives.

A process of its own, not a thread: llama.cpp parses what guests send (JSON schemas, regular
expressions, tool definitions) and ends its whole process on a failed assertion. Here that costs the
calls in flight one error, and the next call starts it anew. It listens on a Unix socket in a
directory that only this user can enter.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import selectors
import shutil
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

from atoll.models.errors import ModelError
from atoll.models.local.gguf import Gguf
from atoll.models.local.memory import require_memory

SLOTS = 4
"""Requests that are answered at a time. Each word needs all weights once, for however many requests
there are: with four, one thread writes a third more in all (39 tokens a second instead of 30), and
a short answer does not wait for a long one. Eight gain little more and take twice the memory."""

START_SECONDS = 120
STOP_SECONDS = 2
_LONGEST_SOCKET_PATH = 100
"""Of the 107 bytes that Linux allows."""

_PROGRAM = Path(__file__).with_name("chat_process.py")

_ENVIRONMENT = ("PATH", "HOME", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "PYTHONPATH", "TMPDIR")
"""Variables that the process gets; the others may be secrets, and it has no use for them."""


class ChatServer:
    """One chat model in a process of its own; safe to use from any thread.

    Args:
        name: the manifest's name of the model, for messages.
        weights: its GGUF file.
        context: tokens of prompt and answer together, of one request.
        threads: that compute.
        slots: requests that are answered at a time.
        head: what the file tells of itself, if it was read.
        repair: what to do about a damaged file.
    """

    def __init__(
        self,
        name: str,
        weights: Path,
        *,
        context: int,
        threads: int = 1,
        slots: int = SLOTS,
        head: Gguf | None = None,
        repair: str = "",
    ) -> None:
        self._name = name
        self._weights = weights
        self.context = context
        self.slots = slots
        self._threads = threads
        self._head = head
        self._repair = repair or f"run `atoll models install {name}`"
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._socket = Path()

    @property
    def has_tools(self) -> bool:
        """Whether the model was made for calls of tools."""
        return self._head is not None and self._head.has_tools

    @property
    def pid(self) -> int | None:
        """Of the process, or None when it does not run."""
        process = self._process
        return process.pid if process is not None and process.poll() is None else None

    def start(self) -> Path:
        """Start the process unless it runs; returns its socket. Blocks while the model loads.

        Raises:
            ModelError: the model could not be loaded.
        """
        with self._lock:
            if self.pid is None:
                self._stop()
                self._start()
            return self._socket

    def discard(self, socket: Path) -> None:
        """Stop the process behind ``socket``, unless another has taken its place."""
        with self._lock:
            if self._socket == socket:
                self._stop()

    def close(self) -> None:
        with self._lock:
            self._stop()

    def _start(self) -> None:
        if self._head is not None:
            cache = self._head.cache_bytes * self.context * self.slots
            require_memory(self._name, self._head.size, cache)
        self._socket = _socket_directory() / "llama.sock"
        settings = {
            "name": self._name,
            "weights": str(self._weights),
            "socket": str(self._socket),
            "context": self.context,
            "slots": self.slots,
            "threads": self._threads,
        }
        environment = {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ}
        self._process = subprocess.Popen(  # noqa: S603 - our own program, no shell
            # By path: as a module, it would import all of atoll.models first.
            [sys.executable, "-P", str(_PROGRAM), json.dumps(settings)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            # Ctrl-C is for us: calls in flight may still want their answers.
            start_new_session=True,
        )
        atexit.register(self.close)
        if not self._is_ready(self._process):
            self._stop()
            raise ModelError(
                "LOCAL_MODEL_FAILED",
                f"local model [{self._name}] could not be loaded",
                f"its file may be damaged: {self._repair}; "
                "or memory may be short; or this llama.cpp does not know such models",
            )

    def _is_ready(self, process: subprocess.Popen[bytes]) -> bool:
        assert process.stdout is not None
        with selectors.DefaultSelector() as selector:
            selector.register(process.stdout, selectors.EVENT_READ)
            if not selector.select(START_SECONDS):
                return False
        return process.stdout.readline() == b'{"ready": true}\n'

    def _stop(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        assert process.stdin is not None
        assert process.stdout is not None
        with contextlib.suppress(BrokenPipeError):
            process.stdin.close()
        process.stdout.close()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        shutil.rmtree(self._socket.parent, ignore_errors=True)
        atexit.unregister(self.close)


def _socket_directory() -> Path:
    directory = Path(tempfile.mkdtemp(prefix="atoll-chat-"))  # mode 0700
    if len(str(directory)) > _LONGEST_SOCKET_PATH - len("/llama.sock"):
        directory.rmdir()
        directory = Path(tempfile.mkdtemp(prefix="atoll-chat-", dir="/tmp"))
    return directory
