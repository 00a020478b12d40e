"""What is checked of every build of a core module, before and after the compiler."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from atoll.guest.failure import MetadataError
from atoll.guest.metadata import Metadata, read_metadata
from atoll.guest.wasm_binary import External, outline
from atoll.toolchain.errors import BuildError


def check_path(app: Path) -> None:
    """See that compilers can be told where the app is. Raises BuildError (``PATH_INVALID``)."""
    path = str(app.resolve())
    if any(0xD800 <= ord(character) <= 0xDFFF for character in path):
        raise BuildError(
            "PATH_INVALID",
            f"the path of the app is not UTF-8: {path.encode(errors='replace').decode()}",
            "rename the folder",
        )


def check_module(
    wasm: bytes, hint: str | None = None, *, runtime: Collection[str] = ()
) -> Metadata:
    """Read back what a module says of itself.

    Args:
        hint: why it may not be what was compiled.
        runtime: functions that the compiler's own runtime exports, which nobody describes.

    Raises:
        BuildError: it is not what was compiled.
    """
    try:
        metadata = read_metadata(wasm)
    except MetadataError as error:
        raise BuildError(
            error.code, f"the compiled module cannot be used: {error.message}", error.hint
        ) from error
    assert metadata.module is not None
    exported = {entry.name for entry in outline(wasm).exports if entry.kind is External.FUNCTION}
    described = metadata.module.exports.keys()
    own = exported - described - set(runtime)
    missing = sorted(name for name in own if not name.startswith("_"))
    if missing or not described <= exported:
        names = ", ".join(missing or sorted(described - exported))
        raise BuildError(
            "METADATA_INCOMPLETE",
            f"exports of the compiled module and its description differ in: {names}",
            hint,
        )
    return metadata
