"""What an app wants of its host that this host does not have yet."""

from __future__ import annotations

from atoll.guest.wasm_binary import External, kind_of, outline
from atoll.host.unavailable import UNAVAILABLE


def lacking(wasm: bytes) -> list[str]:
    """A sentence for each capability that a valid module imports functions of.

    Compilers leave out the imports that no exported function leads to: what is imported is used.
    """
    if kind_of(wasm) != "module":
        return []
    imports = (f"{i.module}.{i.name}" for i in outline(wasm).imports if i.kind is External.FUNCTION)
    wanted = {UNAVAILABLE[name] for name in imports if name in UNAVAILABLE}
    return [
        f"The app uses {capability}: not yet available in this host, such calls fail."
        for capability in sorted(wanted)
    ]
