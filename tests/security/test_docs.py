"""Each claim of docs/security.md names a test that exists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
PAGE = (TESTS.parent / "docs" / "security.md").read_text()
NAMED = re.findall(r"`((?:sandbox|[a-z_]+/test_[a-z_]+\.py)(?:::\w+)?)`", PAGE)


def test_the_page_names_tests():
    assert len(NAMED) > 20


@pytest.mark.parametrize("name", sorted(set(NAMED) - {"sandbox"}))
def test_named_tests_exist(name):
    file, _, function = name.partition("::")
    path = TESTS / ("security/test_sandbox.py" if file == "sandbox" else file)
    assert path.is_file()
    if function:
        assert f"def {function}(" in path.read_text()
