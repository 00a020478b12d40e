"""Modules and packages of the app's own, and its dependencies."""

from __future__ import annotations

import json
from typing import Any

import pytest


def load(modules: dict[str, Any], **more: Any) -> Any:
    import atoll_app

    return json.loads(atoll_app.load(json.dumps({"modules": modules, "entry": "shop", **more})))


def module(source: str, path: str, **more: Any) -> dict[str, Any]:
    return {"source": source, "path": path, "package": path.endswith("__init__.py"), **more}


def test_package(guest: Any) -> None:
    description = load(
        {
            "shop": module(
                "from shop.orders import total\n__all__ = ['total']\n", "shop/__init__.py"
            ),
            "shop.orders": module(
                "from . import prices\ndef total() -> int: return prices.PRICE\n", "shop/orders.py"
            ),
            "shop.prices": module("PRICE = 5\n", "shop/prices.py"),
        }
    )
    assert description["functions"][0]["file"] == "shop/orders.py"
    assert guest.invoke("total") == 5


def test_lazy_import(guest: Any) -> None:
    load(
        {
            "shop": module("def late() -> int:\n    import extra\n    return extra.X\n", "shop.py"),
            "extra": module("X = 7\n", "extra.py"),
        }
    )
    assert guest.invoke("late") == 7


def test_frames_of_dependencies_are_left_out(guest: Any) -> None:
    load(
        {
            "shop": module("import lib\ndef fail() -> int:\n    return lib.fail()\n", "shop.py"),
            "lib": module("def fail():\n    raise ValueError\n", "lib.py", dependency=True),
        }
    )
    failure = guest.failure("fail")
    assert [frame[0] for frame in failure["frames"]] == ["shop.py"]
    assert "lib.py" in failure["traceback"]


def test_version_of_a_dependency(guest: Any) -> None:
    source = (
        "from importlib.metadata import version\nV = version('Some.Lib')\n"
        "def get() -> str:\n    return V\n"
    )
    metadata = "Metadata-Version: 2.1\nName: some-lib\nVersion: 1.2.3\n"
    load({"shop": module(source, "shop.py")}, distributions={"some-lib": metadata})
    assert guest.invoke("get") == "1.2.3"


def test_listed_exports(guest: Any) -> None:
    source = "def one() -> int: return 1\ndef two() -> int: return 2\n"
    description = load({"shop": module(source, "shop.py")}, exports=["two"])
    assert [function["name"] for function in description["functions"]] == ["two"]


def test_no_entry(guest: Any) -> None:
    from atoll_problem import LoadFailed

    with pytest.raises(LoadFailed, match="no module shop"):
        load({"other": module("", "other.py")})
