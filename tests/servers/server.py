"""What all servers of the tests have: where they are, and their start and end."""

from __future__ import annotations

import signal
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar, Self

from atoll_servers.process import Folder, ServerProcess, free_port


@dataclass
class Server:
    """Not running when made. It keeps its port, and its data until it is closed."""

    host: str = "127.0.0.1"
    port: int = field(default_factory=free_port)
    user: str = "atoll"
    password: str = "p4ss-word"
    _folder: Folder | None = field(default=None, repr=False)
    _processes: list[ServerProcess] = field(default_factory=list, repr=False)

    name: ClassVar[str]
    run_as: ClassVar[str] = ""
    """Whom it runs as where the tests are run by root."""
    ended_by: ClassVar[signal.Signals] = signal.SIGTERM

    @property
    def folder(self) -> Path:
        """Of its files."""
        return self._its.path

    @property
    def log(self) -> Path:
        return self.folder / "log"

    @property
    def pid(self) -> int:
        """Of its main process."""
        return self._processes[-1].pid

    @property
    def running(self) -> bool:
        return bool(self._processes) and all(process.running for process in self._processes)

    def start(self) -> None:
        """With the data that there was, if this is not the first time; ready on return."""
        first = self._folder is None
        if first:
            self._folder = Folder(self.name.lower(), self.run_as)
            self._create(self._folder)
        self._processes = []
        self._launch()
        if first:
            self._fill()

    def stop(self) -> None:
        """As an administrator stops it. Data is kept."""
        try:
            for process in reversed(self._processes):
                process.stop(self.ended_by)
        finally:
            self.kill()

    def kill(self) -> None:
        """Kill every process of the server at once. Data is kept."""
        for process in reversed(self._processes):
            process.kill()

    def restart(self) -> None:
        self.stop()
        self.start()

    def close(self) -> None:
        """End it, and forget its data."""
        self.kill()
        if self._folder is not None:
            self._folder.remove()
            self._folder = None

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    @property
    def _its(self) -> Folder:
        assert self._folder is not None, f"{self.name} has not been started"
        return self._folder

    def _create(self, folder: Folder) -> None:
        """Make the files that it starts with."""

    def _launch(self) -> None:
        """Start its processes, and wait for them."""
        raise NotImplementedError

    def _fill(self) -> None:
        """Called when it runs for the first time."""

    def _run(self, *command: str | Path) -> ServerProcess:
        process = ServerProcess(self.name, command, self.log, user=self.run_as)
        self._processes.append(process)
        return process
