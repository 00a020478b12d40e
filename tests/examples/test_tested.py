"""Examples that come with tests: these pass offline."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.mark.parametrize(("example", "tests"), [("excuses", 4), ("semantic-search", 6)])
def test_its_own_tests_pass(example: str, tests: int, tmp_path: Path) -> None:
    folder = shutil.copytree(EXAMPLES / example, tmp_path / example)
    environ = {name: value for name, value in os.environ.items() if not name.startswith("MODUS_")}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "atoll.testing.plugin"],
        cwd=folder,
        env={**environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout
    assert f"{tests} passed" in done.stdout
