from __future__ import annotations

import os
from typing import Any


def test_is_read_when_it_is_needed() -> None:
    import atoll_environment

    asked: list[int] = []

    def read() -> list[tuple[str, str]]:
        asked.append(1)
        return [("TZ", f"Zone/{len(asked)}")]

    mapping: Any = os._Environ({}, os.fsencode, os.fsdecode, os.fsencode, os.fsdecode)  # type: ignore[arg-type]  # bytes
    before = {name: getattr(atoll_environment, name, None) for name in ("_read", "_variables")}
    try:
        atoll_environment._read = read
        atoll_environment.forget()
        vars(mapping).pop("_data")
        mapping.__class__ = atoll_environment.CallEnvironment
        assert asked == []
        assert mapping["TZ"] == "Zone/1"
        assert dict(mapping) == {"TZ": "Zone/1"}
        assert "PATH" not in mapping
        assert asked == [1]
        atoll_environment.forget()
        assert mapping.get("TZ") == "Zone/2"
    finally:
        for name, value in before.items():
            setattr(atoll_environment, name, value)
