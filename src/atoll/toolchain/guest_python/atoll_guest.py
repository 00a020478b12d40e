"""The Python base component: CPython with Atoll's guest runtime, waiting for an app.

componentize-py imports this module once, while the base is built; what it leaves in memory is the
base. Then ``load-app`` puts an app in, and the memory is written out again as that app. Every
instance starts from there, so nothing here runs per call but ``invoke``.
"""

from __future__ import annotations

import atoll_frozen
import atoll_prewarm
import atoll_time_zones

# While files can still be read: keep the rest of the standard library, and the time zones.
atoll_prewarm.load()
atoll_frozen.freeze()
atoll_time_zones.keep()

import atoll_app  # noqa: E402
import atoll_loop  # noqa: E402
import atoll_output  # noqa: E402
import atoll_sandbox  # noqa: E402
import atoll_transport  # noqa: E402
from atoll_failure import CallFailed  # noqa: E402
from atoll_problem import LoadFailed  # noqa: E402
from componentize_py_types import Err  # type: ignore[import-not-found]  # generated with the base # noqa: E402

atoll_transport.install()
atoll_loop.install()
atoll_sandbox.close()
atoll_frozen.install()
atoll_prewarm.forget_randomness()


class WitWorld:
    """The exports of the world; componentize-py finds them by this class's name."""

    def load_app(self, bundle: str) -> str:
        atoll_output.install()
        try:
            return atoll_app.load(bundle)
        except LoadFailed as failed:
            raise Err(failed.json()) from None
        finally:
            atoll_output.flush()

    def describe(self) -> str:
        return atoll_app.describe()

    def invoke(self, function: str, arguments: str) -> str:
        try:
            return atoll_app.invoke(function, arguments)
        except CallFailed as failed:
            raise Err(failed.json) from None
        finally:
            atoll_output.flush()
