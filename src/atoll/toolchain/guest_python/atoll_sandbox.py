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
import select
import socket
import sys
import types
from collections.abc import Callable
from errno import EBADF, ENOENT, EPERM
from typing import Any, NoReturn

NO_FILES = (
    "files are not available inside the sandbox: keep data in a Python module, "
    "or ask for it through a connection"
)
NO_SOCKETS = "sockets are not available inside the sandbox: use a connection named in modus.json"
NO_PROCESSES = "processes are not available inside the sandbox"
NO_THREADS = "threads are not available inside the sandbox: use asyncio"

_FILE_FUNCTIONS = (
    "chdir chmod close_range fchmod fdatasync fstatvfs fsync ftruncate futimens link listdir lseek "
    "mkdir mkfifo mknod open pathconf pread preadv pwrite pwritev read readv remove rename replace "
    "rmdir scandir sendfile statvfs symlink truncate unlink utime writev"
)
_FILE_QUESTIONS = "fstat lstat readlink stat"
_PROCESS_FUNCTIONS = (
    "execv execve execvp fork forkpty kill killpg pipe popen posix_spawn posix_spawnp spawnl "
    "spawnv system wait waitpid"
)
_SOCKET_FUNCTIONS = (
    "create_connection create_server fromfd getaddrinfo gethostbyaddr gethostbyname "
    "gethostbyname_ex gethostname getnameinfo getservbyname getservbyport socketpair"
)


def _path_of(arguments: tuple[Any, ...]) -> str | bytes | None:
    first = arguments[0] if arguments else None
    return os.fspath(first) if isinstance(first, (str, bytes, os.PathLike)) else None


def _refuse_file(*arguments: Any, **named: Any) -> NoReturn:
    path = _path_of(arguments)
    raise PermissionError(EPERM, NO_FILES, *([] if path is None else [path]))


def _not_found(*arguments: Any, **named: Any) -> NoReturn:
    """For questions about files: there is none, and libraries know how to take that."""
    path = _path_of(arguments)
    raise FileNotFoundError(ENOENT, NO_FILES, *([] if path is None else [path]))


def _refuse_process(*arguments: Any, **named: Any) -> NoReturn:
    raise PermissionError(EPERM, NO_PROCESSES)


def _refuse_socket(*arguments: Any, **named: Any) -> NoReturn:
    raise PermissionError(EPERM, NO_SOCKETS)


def _refuse_thread(*arguments: Any, **named: Any) -> NoReturn:
    raise RuntimeError(NO_THREADS)


def _write(descriptor: int, data: bytes) -> int:
    """``os.write``: the descriptors of the output still lead to the log."""
    stream = {1: sys.stdout, 2: sys.stderr}.get(descriptor)
    if stream is None:
        raise OSError(EBADF, "Bad file descriptor")
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
    for name in _FILE_FUNCTIONS.split():
        replace(posix, name, _refuse_file)
    for name in _FILE_QUESTIONS.split():
        replace(posix, name, _not_found)
    replace(posix, "access", _false)
    replace(posix, "write", _write)
    replace(posix, "isatty", _false)
    for name in _PROCESS_FUNCTIONS.split():
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
        for name in _SOCKET_FUNCTIONS.split():
            replace(holder, name, _refuse_socket)
    for name in ("select", "poll"):
        replace(select, name, _refuse_socket)
    # The class itself stays: libraries subclass it and ask isinstance.
    socket.socket.__init__ = _refuse_socket  # type: ignore[method-assign]  # that is the point
    socket.socket.__del__ = lambda self: None  # type: ignore[attr-defined]  # nothing was opened
