"""The guest's modules, imported into the tests' own Python: most of them need no sandbox."""

from __future__ import annotations

import json
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import atoll.toolchain

GUEST = Path(atoll.toolchain.__file__).with_name("guest_python")
if str(GUEST) not in sys.path:
    sys.path.insert(0, str(GUEST))


class Guest:
    """Loads apps and calls them, as the component's exports do."""

    def load(self, source: str, /, **modules: str) -> dict[str, Any]:
        """Load ``source`` as the entry module, and give its description."""
        import atoll_app

        sources = {"guest_app": source, **modules}
        bundle = {
            "modules": {
                name: {"source": textwrap.dedent(text), "path": f"{name}.py", "package": False}
                for name, text in sources.items()
            },
            "entry": "guest_app",
            "exports": None,
        }
        return json.loads(atoll_app.load(json.dumps(bundle)))

    def problem(self, source: str, /, **modules: str) -> dict[str, Any]:
        """Load an app that cannot be loaded, and give the first problem."""
        from atoll_problem import LoadFailed

        with pytest.raises(LoadFailed) as failed:
            self.load(source, **modules)
        return json.loads(failed.value.json())

    def invoke(self, function: str, /, **arguments: Any) -> Any:
        import atoll_app

        return json.loads(atoll_app.invoke(function, json.dumps(arguments)))

    def failure(self, function: str, /, **arguments: Any) -> dict[str, Any]:
        """Call a function that fails, and give the failure."""
        from atoll_failure import CallFailed

        with pytest.raises(CallFailed) as failed:
            self.invoke(function, **arguments)
        return json.loads(failed.value.json)


@pytest.fixture
def guest() -> Iterator[Guest]:
    import gc

    import atoll_sources

    yield Guest()
    atoll_sources.remove()
    gc.unfreeze()
