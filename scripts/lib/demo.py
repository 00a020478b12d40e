"""Set everything up, build the example app and serve it."""

from __future__ import annotations

import argparse
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from types import FrameType

from environment import ROOT, Environment, prepare
from steps import fail, run, say, step

APP = ROOT / "examples" / "excuses"
QUERY = '{ generateExcuses(event: "the Monday meeting") }'
START_LIMIT = 60.0  # seconds from start to listening; a warm start takes under one


def main() -> int:
    options = _options()
    _check_port(options.port)
    start = time.monotonic()
    environment = prepare({"local-models"})
    atoll = environment.tool("atoll")
    env = _environment_variables(environment)
    with step("Fetching the model weights that the app's manifest names"):
        run([atoll, "models", "install", "--app", APP], cwd=ROOT, env=env)
    with step(f"Building {APP.relative_to(ROOT)} (the first build also makes the Python base)"):
        run([atoll, "build", APP], cwd=ROOT, env=env)
    return _serve(environment, env, options.port, start)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="scripts/demo",
        description="Install Atoll into .venv, build examples/excuses and serve it with a model "
        "that runs inside the server. The second run is fast.",
    )
    parser.add_argument(
        "--port",
        type=int,
        default=os.environ.get("PORT", "8686"),
        help="where to listen on 127.0.0.1 (default: $PORT, else 8686)",
    )
    return parser.parse_args()


def _check_port(port: int) -> None:
    """Find out before minutes of set-up, not after."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OverflowError:
            fail(f"{port} is not a port number", "choose one from 1024 to 65535")
        except OSError as error:
            fail(
                f"cannot listen on port {port}: {error.strerror}",
                f"choose another: ./scripts/demo --port {port + 1}",
            )


def _environment_variables(environment: Environment) -> dict[str, str]:
    return {
        **os.environ,
        "VIRTUAL_ENV": str(environment.directory),
        "PATH": f"{environment.directory / 'bin'}:{os.environ['PATH']}",
    }


def _serve(environment: Environment, env: dict[str, str], port: int, start: float) -> int:
    say("==> Serving")
    command = [environment.tool("atoll"), "serve", APP, "--port", str(port), "--log-format", "text"]
    server = subprocess.Popen(command, cwd=ROOT, env=env, stdin=subprocess.DEVNULL)

    def stop(signum: int, _frame: FrameType | None) -> None:
        # Ctrl-C in a terminal reaches the server by itself; a second one would cut calls short.
        if signum == signal.SIGTERM:
            server.terminate()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    if not _wait_until_healthy(server, port):
        server.terminate()
        server.wait()
        fail("the server did not come up", "its own output above says why")
    _invite(port, time.monotonic() - start)
    status = server.wait()
    say("==> Stopped")
    return 0 if status in (0, 130, -signal.SIGINT, -signal.SIGTERM) else status


def _wait_until_healthy(server: subprocess.Popen[bytes], port: int) -> bool:
    limit = time.monotonic() + START_LIMIT
    while server.poll() is None and time.monotonic() < limit:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=5) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    return False


def _invite(port: int, seconds: float) -> None:
    url = f"http://127.0.0.1:{port}/graphql"
    body = json.dumps({"query": QUERY})
    say()
    say(f"Ready after {seconds:.0f} s: {url}")
    say("Ask it (in another terminal):")
    say()
    say(f"  curl {url} -H 'content-type: application/json' -d '{body}'")
    say()
    say("Ctrl-C stops it. The function is in examples/excuses/app.py.")
    say()


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        say()
        sys.exit(130)
