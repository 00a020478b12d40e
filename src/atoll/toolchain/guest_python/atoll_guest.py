"""The Python base component: CPython with Atoll's guest runtime, waiting for an app.

componentize-py imports this module once, while the base is built; what it leaves in memory is the
base. Then ``load-app`` puts an app in, and the memory is written out again as that app. Every
instance starts from there, so nothing here runs per call but ``invoke``.
"""

from __future__ import annotations

import atoll_app
import atoll_environment
import atoll_frozen
import atoll_loop
import atoll_output
import atoll_prewarm
import atoll_sandbox
import atoll_time_zones
import atoll_transport
import atoll_warm_models
from atoll_failure import CallFailed
from atoll_problem import LoadFailed

# The last chance to read files.
atoll_prewarm.load()
atoll_frozen.freeze()
atoll_time_zones.keep()

atoll_warm_models.run()
atoll_transport.install()
atoll_loop.install()
atoll_environment.install(atoll_transport.read_environment)
atoll_sandbox.close()
atoll_frozen.install()


class WitWorld:
    """The exports of the world; componentize-py finds them by this class's name."""

    def load_app(self, bundle: str) -> str:
        atoll_output.install()
        try:
            return atoll_app.load(bundle)
        except LoadFailed as failed:
            raise atoll_transport.error(failed.json()) from None
        finally:
            atoll_output.flush()

    def describe(self) -> str:
        return atoll_app.describe()

    def invoke(self, function: str, arguments: str) -> str:
        try:
            return atoll_app.invoke(function, arguments)
        except CallFailed as failed:
            raise atoll_transport.error(failed.json) from None
        finally:
            atoll_output.flush()
