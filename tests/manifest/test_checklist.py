"""The compatibility checklist's vectors on the manifest and secrets."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from atoll.manifest import HttpConnection, ManifestError, parse_manifest
from atoll.secrets import Secrets, load_environment, required_secrets

VECTORS = json.loads(Path(__file__).with_name("checklist.json").read_text("utf-8"))


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: f"vector {vector['number']}")
def test_vector(vector: dict[str, Any], tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    text = json.dumps(vector.get("manifest", {}))
    if "error" in vector:
        with pytest.raises(ManifestError) as caught:
            parse_manifest(text)
        assert caught.value.message == vector["error"]
        return
    manifest = parse_manifest(text)
    checked = False
    if "endpoints" in vector:
        assert list(manifest.endpoints) == vector["endpoints"]
        assert [problem.code for problem in manifest.warnings] == vector["warnings"]
        checked = True
    if "rendered" in vector:
        (connection,) = manifest.connections.values()
        assert isinstance(connection, HttpConnection)
        secrets = Secrets(vector["environ"])
        template = connection.headers["Authorization"]
        assert secrets.render(template, connection.name) == vector["rendered"]
        assert caplog.messages == vector["log"]
        checked = True
    if "variables" in vector:
        assert [item.variable for item in required_secrets(manifest)] == vector["variables"]
        checked = True
    if "files" in vector:
        for name, content in vector["files"].items():
            (tmp_path / name).write_text(content)
        assert load_environment(tmp_path, vector["environ"]) == vector["loaded"]
        checked = True
    assert checked
