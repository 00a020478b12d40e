from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    """A test suite of its own, with one test that is skipped and the same report on it."""
    for name in ("conftest.py", "skip_report.py"):
        (tmp_path / name).write_text((HERE / name).read_text())
    for name in ("servers", "providers"):  # conftest.py loads their fixtures
        (tmp_path / name).symlink_to(HERE / name)
    (tmp_path / "skips.toml").write_text("")
    (tmp_path / "test_it.py").write_text(
        "import pytest\n\n"
        "def test_passes():\n    pass\n\n"
        'def test_skips():\n    pytest.skip("needs a moon: apt install moon")\n'
    )
    return tmp_path


def run_pytest(suite: Path, **env: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pytest", "--import-mode=importlib", "-c", "/dev/null"]
    return subprocess.run(
        [*command, "--rootdir", suite, "-p", "no:cacheprovider", suite / "test_it.py"],
        env={"PATH": "/usr/bin:/bin", **env},
        cwd=suite,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_skips_are_told_with_what_installs_them(suite: Path):
    done = run_pytest(suite)
    assert done.returncode == 0, done.stdout
    assert "1  needs a moon: apt install moon" in done.stdout
    assert "./scripts/test --all" in done.stdout
    assert "1 passed, 1 skipped" in done.stdout.splitlines()[-1]


def test_an_unlisted_skip_fails_a_strict_run(suite: Path):
    done = run_pytest(suite, ATOLL_TEST_ALL="1")
    assert done.returncode == 1
    assert "test_it.py::test_skips was skipped" in done.stdout


def test_a_listed_one_does_not(suite: Path):
    (suite / "skips.toml").write_text(
        '[[skip]]\ntest = "test_it.py::test_sk*"\nreason = "there is no moon here"\n'
    )
    assert run_pytest(suite, ATOLL_TEST_ALL="1").returncode == 0


@pytest.mark.parametrize("entry", ['test = "x"', 'test = "x"\nreason = " "'])
def test_a_listed_one_needs_a_reason(suite: Path, entry):
    (suite / "skips.toml").write_text(f"[[skip]]\n{entry}\n")
    assert run_pytest(suite).returncode != 0
