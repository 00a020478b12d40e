"""What the sandbox does not have fails as Python fails.

A guest's world has no files, sockets, processes or threads. The imports behind them are traps,
which end the instance without a word; so the functions are replaced by ones that raise, with a
message that says what to do instead.
"""

from __future__ import annotations

import _thread
import builtins
import io
import os
import socket
import sys
import types
from collections.abc import Callable
from typing import Any, NoReturn

NO_FILES = (
    "files are not available inside the sandbox: keep data in a Python module, "
    "or ask for it through a connection"
)
NO_SOCKETS = "sockets are not available inside the sandbox: use a connection named in modus.json"
NO_PROCESSES = "processes are not available inside the sandbox"
NO_THREADS = "threads are not available inside the sandbox: use asyncio"

_FILE_FUNCTIONS = ["access", "chdir", "chmod", "close_range", "fchmod", "fdatasync", "fstat", "fstatvfs", "fsync", "ftruncate", "futimens", "link", "listdir", "lseek", "lstat", "mkdir", "mkfifo", "mknod", "open", "pathconf", "pread", "preadv", "pwrite", "pwritev", "read", "readlink", "readv", "remove", "rename", "replace", "rmdir", "scandir", "sendfile", "stat", "statvfs", "symlink", "truncate", "unlink", "utime", "writev"]
_PROCESS_FUNCTIONS = ["execv", "execve", "execvp", "fork", "forkpty", "kill", "killpg", "pipe", "popen", "posix_spawn", "posix_spawnp", "spawnl", "spawnv", "system", "wait", "waitpid"]
_SOCKET_FUNCTIONS = ["create_connection", "create_server", "getaddrinfo", "gethostbyaddr", "gethostbyname", "gethostbyname_ex", "gethostname", "getnameinfo", "getservbyname", "getservbyport", "socketpair", "fromfd"]


def _refuse_file(*arguments: Any, **named: Any) -> NoReturn:
    path = (
        arguments[0] if arguments and isinstance(arguments[0], (str, bytes, os.PathLike)) else None
    )
    if path is None:
        raise PermissionError(1, NO_FILES)
    raise PermissionError(1, NO_FILES, os.fspath(path))


def _not_found(*arguments: Any, **named: Any) -> NoReturn:
    """For questions about files: there is none, which the library knows how to take."""
    path = (
        arguments[0] if arguments and isinstance(arguments[0], (str, bytes, os.PathLike)) else None
    )
    raise FileNotFoundError(2, NO_FILES, None if path is None else os.fspath(path))


def _refuse_process(*arguments: Any, **named: Any) -> NoReturn:
    raise PermissionError(1, NO_PROCESSES)


def _refuse_socket(*arguments: Any, **named: Any) -> NoReturn:
    raise PermissionError(1, NO_SOCKETS)


def _refuse_thread(*arguments: Any, **named: Any) -> NoReturn:
    raise RuntimeError(NO_THREADS)


def _write(descriptor: int, data: bytes) -> int:
    """``os.write``: the descriptors of the output still lead to the log."""
    stream = {1: sys.stdout, 2: sys.stderr}.get(descriptor)
    if stream is None:
        raise OSError(9, "Bad file descriptor")
    stream.write(bytes(data).decode("utf-8", "backslashreplace"))
    return len(data)


def _false(*arguments: Any, **named: Any) -> bool:
    return False


def close() -> None:
    """Shut every door. For use once the base has read all that it needs."""
    replaced: dict[int, Callable[..., Any]] = {}

    def replace(holder: Any, name: str, by: Callable[..., Any]) -> None:
        before = getattr(holder, name, None)
        if before is not None:
            replaced[id(before)] = by
            setattr(holder, name, by)

    posix = sys.modules["posix"]
    for name in _FILE_FUNCTIONS:
        by = _not_found if name in ("stat", "lstat", "access", "readlink") else _refuse_file
        replace(posix, name, by)
    replace(posix, "write", _write)
    replace(posix, "isatty", _false)
    for name in _PROCESS_FUNCTIONS:
        replace(posix, name, _refuse_process)
    for name in ("open", "open_code", "FileIO"):
        replace(io, name, _refuse_file)
        replace(sys.modules["_io"], name, _refuse_file)
    replace(builtins, "open", _refuse_file)
    _close_sockets(replace)
    replace(_thread, "start_new_thread", _refuse_thread)
    replace(_thread, "start_joinable_thread", _refuse_thread)
    # Modules that took a function by name, long before (`from os import stat`).
    for module in list(sys.modules.values()):
        if isinstance(module, types.ModuleType) and module.__name__ != __name__:
            for name, value in list(vars(module).items()):
                by_now = replaced.get(id(value))
                if by_now is not None:
                    setattr(module, name, by_now)


def _close_sockets(replace: Callable[[Any, str, Callable[..., Any]], None]) -> None:
    native = sys.modules["_socket"]
    for holder in (native, socket):
        for name in _SOCKET_FUNCTIONS:
            replace(holder, name, _refuse_socket)
    # The class itself stays: libraries subclass it and ask isinstance.
    socket.socket.__init__ = _refuse_socket  # type: ignore[method-assign]  # that is the point
    socket.socket.__del__ = lambda self: None  # type: ignore[attr-defined]  # nothing was opened
