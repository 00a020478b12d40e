"""Host functions that modules import and that the host cannot do yet.

Modules import more than they use, so these link; a call of one ends with an error that says so.
"""

from __future__ import annotations

_FUNCTIONS = {
    "agents": (
        "modus_agents",
        ("startAgent", "stopAgent", "getAgentInfo", "listAgents", "sendMessage", "publishEvent"),
    ),
}  # fmt: skip

UNAVAILABLE = {
    f"{module}.{name}": capability
    for capability, (module, names) in _FUNCTIONS.items()
    for name in names
}
"""Capability, as users know it, by the name of the import."""
