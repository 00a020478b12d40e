from __future__ import annotations

import json
import signal
import socket
import subprocess
import urllib.error
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from atoll.cli.watch import concerns


def edit(app: Path, old: str, new: str) -> None:
    source = app / "app.py"
    text = source.read_text()
    assert old in text
    source.write_text(text.replace(old, new))


def test_the_whole_cycle(start, follow, ask, app: Path, free_port: int):
    output = follow(start("dev", app, "--port", str(free_port)))
    output.wait_for("is ready")
    assert ask(free_port)["data"] == {"sayHello": "Hello, World!"}

    edit(app, "Hello", "Goodbye")
    output.wait_for("reloaded")
    assert ask(free_port)["data"] == {"sayHello": "Goodbye, World!"}

    edit(app, "name: str", "name: complex")
    output.wait_for("error[UNSUPPORTED_TYPE]")
    output.wait_for("--> app.py:12")
    output.wait_for("last good version keeps serving")
    assert ask(free_port)["data"] == {"sayHello": "Goodbye, World!"}

    edit(app, "name: complex", "name: str")
    edit(app, "Goodbye", "Welcome back")
    output.wait_for("reloaded")
    assert ask(free_port)["data"] == {"sayHello": "Welcome back, World!"}


def test_the_curl_line_works_as_it_stands(start, follow, app: Path, free_port: int):
    output = follow(start("dev", app, "--port", str(free_port)))
    line = output.wait_for("  curl ")
    done = subprocess.run(["sh", "-c", line], capture_output=True, text=True, timeout=60)
    if done.returncode == 127:
        pytest.skip("curl is not installed: apt install curl")
    assert "data" in json.loads(done.stdout)


def test_the_curl_line_has_a_place_for_a_token(start, follow, app: Path, free_port: int):
    (app / "modus.json").write_text(
        (app / "modus.json").read_text().replace("none", "bearer-token")
    )
    key = ec.generate_private_key(ec.SECP256R1()).public_key()
    pem = key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    keys = {"MODUS_PEMS": json.dumps({"key": pem})}
    output = follow(start("dev", app, "--port", str(free_port), env=keys))
    assert "-H 'Authorization: Bearer <token>'" in output.wait_for("  curl ")


def test_the_manifest_and_env_files_are_followed(start, follow, ask, app: Path, free_port: int):
    output = follow(start("dev", app, "--port", str(free_port)))
    output.wait_for("is ready")
    manifest = (app / "modus.json").read_text()

    (app / "modus.json").write_text(manifest.replace("/graphql", "/elsewhere"))
    output.wait_for("reloaded")
    with pytest.raises(urllib.error.HTTPError) as caught:
        ask(free_port)
    assert caught.value.code == 404
    caught.value.close()

    (app / "modus.json").write_text(manifest.replace("none", "bearer-token"))
    output.wait_for("reloaded")
    assert ask(free_port)["data"] == {"sayHello": "Hello, World!"}  # no keys, in dev

    (app / ".env").write_text('MODUS_JWKS_ENDPOINTS={"p": "http://127.0.0.1:9/"}\n')
    output.wait_for("reloaded in")
    with pytest.raises(urllib.error.HTTPError) as caught:
        ask(free_port)
    assert caught.value.code == 401
    caught.value.close()


def test_a_code_change_is_not_lost_behind_a_broken_manifest(
    start, follow, ask, app: Path, free_port: int
):
    output = follow(start("dev", app, "--port", str(free_port)))
    output.wait_for("is ready")
    manifest = (app / "modus.json").read_text()
    (app / "modus.json").write_text("{")
    output.wait_for("waiting")
    edit(app, "Hello", "Goodbye")
    output.wait_for("waiting")
    (app / "modus.json").write_text(manifest)
    output.wait_for("reloaded")
    assert ask(free_port)["data"] == {"sayHello": "Goodbye, World!"}


def test_nothing_but_the_explorer_is_served_before_the_first_good_build(
    start, follow, ask, app: Path, free_port: int
):
    edit(app, "name: str", "name: complex")
    output = follow(start("dev", app, "--port", str(free_port)))
    output.wait_for("nothing is served")
    output.wait_for(f"Explorer: http://localhost:{free_port}/explorer")
    with pytest.raises(urllib.error.HTTPError) as caught:
        ask(free_port)
    assert caught.value.code == 503
    caught.value.close()
    edit(app, "name: complex", "name: str")
    output.wait_for("is ready")
    assert ask(free_port)["data"] == {"sayHello": "Hello, World!"}


def test_failures_are_told_and_foreign_hosts_refused(start, follow, ask, app: Path, free_port: int):
    follow(start("dev", app, "--port", str(free_port))).wait_for("is ready")
    assert "the secret ingredient" in json.dumps(ask(free_port, "{ fail }"))
    with pytest.raises(urllib.error.HTTPError) as caught:
        ask(free_port, headers={"host": "evil.example"})
    assert caught.value.code == 403
    caught.value.close()


def test_stops_at_once(start, follow, app: Path, free_port: int):
    process = start("dev", app, "--port", str(free_port))
    follow(process).wait_for("is ready")
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=30) == 0


def test_interrupted_while_it_waits(start, follow, app: Path, free_port: int):
    (app / "app.py").write_text("def f(: oh")
    process = start("dev", app, "--port", str(free_port))
    follow(process).wait_for("nothing is served")
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=30) == 130


def test_a_port_in_use_is_told_before_anything_is_built(fails, app: Path):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        done = fails("dev", app, "--port", str(other.getsockname()[1]))
    assert "PORT_IN_USE" in done.stderr
    assert "Building" not in done.stderr


@pytest.mark.parametrize(
    ("path", "acted_on"),
    [
        ("app.py", True),
        ("shop/cart.py", True),
        ("modus.json", True),
        ("pyproject.toml", True),
        (".env", True),
        (".env.dev.local", True),
        ("shop/.env", False),
        ("README.md", False),
        (".app.py.swp", False),
        (".#app.py", False),
        ("build/app.py", False),
        (".venv/lib/x.py", False),
        ("shop/__pycache__/cart.py", False),
        ("tests/test_app.py", False),
        ("../other/app.py", False),
    ],
)
def test_what_is_watched(tmp_path: Path, path, acted_on):
    folder = tmp_path / "app"
    assert concerns(str((tmp_path / "app" / path).resolve()), folder) is acted_on


def test_a_manifest_that_is_gone_for_a_moment(start, follow, ask, app: Path, free_port: int):
    output = follow(start("dev", app, "--port", str(free_port)))
    output.wait_for("is ready")
    manifest = (app / "modus.json").rename(app / "modus.json~")
    output.wait_for("error[NO_MANIFEST]")
    output.wait_for("last good version keeps serving")
    assert ask(free_port)["data"] == {"sayHello": "Hello, World!"}

    manifest.rename(app / "modus.json")
    output.wait_for("reloaded")
    assert ask(free_port)["data"] == {"sayHello": "Hello, World!"}
