from __future__ import annotations

import json

from atoll.cli import doctor


def test_a_working_installation(run):
    done = run("doctor", "--json")
    checks = {check["name"]: check for check in json.loads(done.stdout)}
    assert done.returncode == 0, done.stdout
    assert checks["engine"]["state"] == "ok"
    assert checks["wasm-tools"]["detail"].startswith("wasm-tools ")
    assert checks["collections"]["state"] == "ok", checks["collections"]


def test_text(run):
    done = run("doctor")
    assert "componentize-py" in done.stdout


def test_what_is_missing_comes_with_its_command(monkeypatch):
    monkeypatch.setattr(doctor, "_version", lambda package: None)
    checks = list(doctor._extras())
    assert {check.state for check in checks} == {"absent"}
    remedies = [check.remedy for check in checks]
    assert remedies == [f"pip install 'atoll[{extra}]'" for extra in ("local-models", "vault")]
    broken = [check for check in doctor._packages() if check.state == "broken"]
    assert {"wasmtime", "componentize-py"} <= {check.name for check in broken}
    assert all(check.remedy for check in broken)


def test_a_check_that_fails_is_a_finding_not_a_crash():
    def explode() -> str:
        raise RuntimeError("the disk is on fire")

    check = doctor._works("disk", explode)
    assert (check.state, check.detail) == ("broken", "the disk is on fire")


def test_an_unusable_cache_is_broken(run, tmp_path):
    (tmp_path / "file").write_text("")
    done = run("doctor", env={"ATOLL_CACHE_DIR": str(tmp_path / "file" / "cache")})
    assert done.returncode == 1
    assert "broken: cache" in done.stderr
    assert "ATOLL_CACHE_DIR" in done.stdout


def test_an_empty_cache_is_left_alone(run, tmp_path):
    done = run("doctor", env={"ATOLL_CACHE_DIR": str(tmp_path / "cache")})
    assert done.returncode == 0
    assert "atoll models install" in done.stdout
    assert "not built yet" in done.stdout
    assert not (tmp_path / "cache").exists()
