"""Other npm packages of an app. `npm` really runs here."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import shutil
import tarfile
import threading
from collections.abc import Callable, Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from atoll.toolchain.assemblyscript.packages import find_packages
from atoll.toolchain.assemblyscript.settings import read_settings
from atoll.toolchain.errors import BuildError

Find = Callable[..., Path | None]
LIBRARY = {
    "package.json": '{"name": "@me/lib", "version": "1.0.0"}',
    "assembly/index.ts": "export function seven(): i32 {\n  return 7;\n}\n",
}


class Said:
    """Progress as it was told."""

    def __init__(self) -> None:
        self.steps: list[str] = []

    def step(self, name: str) -> None:
        self.steps.append(name)

    def done(self) -> None:
        pass


@pytest.fixture
def said() -> Said:
    return Said()


@pytest.fixture
def find(app: Callable[..., Path], tmp_path: Path, said: Said) -> Find:
    """``node_modules`` for an app with these dependencies, from a cache of its own."""

    def find(
        dependencies: Mapping[str, str], files: Mapping[str, str] | None = None
    ) -> Path | None:
        package = {"name": "fruit", "dependencies": dependencies}
        named = {"assembly/index.ts": "", "package.json": json.dumps(package), **(files or {})}
        folder = app(files=named)
        return find_packages(folder, read_settings(folder), said, tmp_path / "cache")

    return find


@pytest.fixture
def library(tmp_path: Path) -> Path:
    folder = tmp_path / "lib"
    for name, text in LIBRARY.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


def test_an_app_without_any(find, said):
    assert find({}) is None
    assert find({"json-as": "1", "@hypermode/modus-sdk-as": "0.17.5"}) is None
    assert said.steps == []


def test_its_own_folder_is_used_when_all_are_there(find, said, tmp_path):
    own = {f"node_modules/@me/lib/{name}": text for name, text in LIBRARY.items()}
    found = find({"@me/lib": "^1"}, own)
    assert found == (tmp_path / "app" / "node_modules").resolve()
    assert said.steps == []


def test_a_package_in_a_folder(find, library, said, tmp_path):
    found = find({"@me/lib": "file:../lib"})
    assert found is not None
    assert found.is_relative_to(tmp_path / "cache")
    assert (found / "@me/lib/assembly/index.ts").read_text() == LIBRARY["assembly/index.ts"]
    assert said.steps == ["Installing the app's npm packages"]
    assert not (tmp_path / "app" / "node_modules").exists()
    assert not (tmp_path / "app" / "package-lock.json").exists()


def test_a_package_in_a_folder_is_followed(find, library):
    find({"@me/lib": "file:../lib"})
    (library / "assembly" / "index.ts").write_text("// new\n")
    found = find({"@me/lib": "file:../lib"})
    assert (found / "@me/lib/assembly/index.ts").read_text() == "// new\n"


def test_scripts_of_packages_do_not_run(find, library, tmp_path):
    package = {
        "name": "@me/lib",
        "version": "1.0.0",
        "scripts": {"install": f"touch {tmp_path}/ran", "postinstall": f"touch {tmp_path}/ran"},
    }
    (library / "package.json").write_text(json.dumps(package))
    find({"@me/lib": "file:../lib"})
    assert not (tmp_path / "ran").exists()


def test_what_packages_want_of_the_compiler_is_ignored(find, library):
    package = {
        "name": "@me/lib",
        "version": "1.0.0",
        "peerDependencies": {"assemblyscript": "0.1.0", "@hypermode/modus-sdk-as": "9.9.9"},
    }
    (library / "package.json").write_text(json.dumps(package))
    found = find({"@me/lib": "file:../lib"})
    assert {path.name for path in found.iterdir()} == {"@me", ".package-lock.json"}


def test_a_package_that_is_not_there(find):
    with pytest.raises(BuildError) as caught:
        find({"@me/lib": "file:../nowhere"})
    assert caught.value.code == "PACKAGES_FAILED"
    assert "nowhere" in caught.value.message
    assert caught.value.location is not None
    assert caught.value.location.file == "package.json"


def test_a_failed_installation_leaves_nothing(find, tmp_path):
    with pytest.raises(BuildError):
        find({"@me/lib": "file:../nowhere"})
    assert list((tmp_path / "cache" / "assemblyscript" / "packages").iterdir()) == []


def test_from_the_registry_once(find, said):
    found = find({"assemblyscript-json": "1.1.0"})
    assert (
        json.loads((found / "assemblyscript-json/package.json").read_text())["version"] == "1.1.0"
    )
    said.steps.clear()
    assert find({"assemblyscript-json": "1.1.0"}) == found
    assert said.steps == []


def test_a_lock_file_decides(find):
    """It also names the SDK, which no registry has any more."""
    sdk = "node_modules/@hypermode/modus-sdk-as"
    lock = {
        "name": "fruit",
        "lockfileVersion": 3,
        "requires": True,
        "packages": {
            "": {
                "name": "fruit",
                "dependencies": {
                    "@hypermode/modus-sdk-as": "0.17.5",
                    "assemblyscript-json": "^1.0.0",
                },
            },
            sdk: {"version": "0.17.5", "resolved": "https://localhost:1/sdk.tgz"},
            "node_modules/assemblyscript-json": {"version": "1.0.0"},
        },
    }
    wanted = {"@hypermode/modus-sdk-as": "0.17.5", "assemblyscript-json": "^1.0.0"}
    found = find(wanted, {"package-lock.json": json.dumps(lock)})
    package = json.loads((found / "assemblyscript-json" / "package.json").read_text())
    assert package["version"] == "1.0.0"
    assert not (found / "@hypermode").exists()


def test_a_cache_that_was_emptied(find, tmp_path):
    found = find({"assemblyscript-json": "1.1.0"})
    shutil.rmtree(tmp_path / "cache")
    assert find({"assemblyscript-json": "1.1.0"}) == found
    assert found.is_dir()


# A registry of one's own --------------------------------------------------------------------------

TOKEN = "t0ken-of-ada"


def tarball() -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w:gz") as archive:
        for name, text in LIBRARY.items():
            entry = tarfile.TarInfo(f"package/{name}")
            entry.size = len(text)
            archive.addfile(entry, io.BytesIO(text.encode()))
    return file.getvalue()


@pytest.fixture
def registry() -> Iterator[str]:
    """Has @me/lib for those with the token; its host and port."""
    packed = tarball()
    digest = base64.b64encode(hashlib.sha512(packed).digest()).decode()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            allowed = self.headers.get("Authorization") == f"Bearer {TOKEN}"
            address = f"http://{self.headers['Host']}/lib.tgz"
            dist = {"tarball": address, "integrity": f"sha512-{digest}"}
            version = {"name": "@me/lib", "version": "1.0.0", "dist": dist}
            about = {"name": "@me/lib", "dist-tags": {"latest": "1.0.0"}}
            answer = json.dumps({**about, "versions": {"1.0.0": version}}).encode()
            body = packed if self.path == "/lib.tgz" else answer
            self.send_response(200 if allowed else 401)
            self.send_header("Content-Length", str(len(body) if allowed else 0))
            self.end_headers()
            self.wfile.write(body if allowed else b"")

        def log_message(self, *arguments: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def npmrc(registry: str, token: str = TOKEN) -> dict[str, str]:
    return {".npmrc": f"@me:registry=http://{registry}/\n//{registry}/:_authToken={token}\n"}


def test_an_apps_own_registry(find, registry, tmp_path):
    found = find({"@me/lib": "^1"}, npmrc(registry))
    assert (found / "@me/lib/assembly/index.ts").read_text() == LIBRARY["assembly/index.ts"]
    assert not (found.parent / ".npmrc").exists()
    kept = [path for path in (tmp_path / "cache").rglob("*") if path.is_file()]
    assert kept
    assert all(TOKEN.encode() not in path.read_bytes() for path in kept)
    assert (tmp_path / "app" / ".npmrc").is_file()


def test_a_token_from_the_environment(find, registry, monkeypatch):
    monkeypatch.setenv("FRUIT_TOKEN", TOKEN)
    assert find({"@me/lib": "^1"}, npmrc(registry, "${FRUIT_TOKEN}")) is not None


def test_a_token_that_is_wrong(find, registry, tmp_path):
    with pytest.raises(BuildError) as caught:
        find({"@me/lib": "^1"}, npmrc(registry, "wr0ng"))
    assert caught.value.code == "PACKAGES_FAILED"
    assert "401" in caught.value.message
    assert "wr0ng" not in caught.value.message
    assert list((tmp_path / "cache" / "assemblyscript" / "packages").iterdir()) == []
    assert find({"@me/lib": "^1"}, npmrc(registry)) is not None


def test_settings_of_npm_that_cannot_be_read(find, app):
    (app(files={}) / ".npmrc").mkdir()
    with pytest.raises(BuildError, match=r"\.npmrc cannot be read") as caught:
        find({"@me/lib": "^1"})
    assert caught.value.location is not None
    assert caught.value.location.file == ".npmrc"
