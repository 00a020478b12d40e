"""What a build says of where it comes from."""

from __future__ import annotations

from pathlib import Path

from atoll.toolchain import provenance as shared
from atoll.toolchain.assemblyscript.assets import identity
from atoll.toolchain.assemblyscript.settings import ASCONFIG, PACKAGE, Settings


def provenance(app: Path, settings: Settings) -> dict[str, str]:
    """Variables for the transform that writes the metadata.

    Raises:
        BuildError: ``ENVIRONMENT_INVALID``.
    """
    variables = {
        "npm_package_name": settings.name,
        "npm_package_version": settings.version,
        "ATOLL_BUILD_ID": build_id(app),
        "ATOLL_BUILD_TS": shared.build_time(app, _sources(app), (PACKAGE, ASCONFIG, "assembly")),
    }
    if repository := shared.repository(app):
        variables["ATOLL_GIT_REPO"] = repository
    if commit := shared.commit(app):
        variables["ATOLL_GIT_COMMIT"] = commit
    return variables


def build_id(app: Path) -> str:
    """Identifies what is built of the app: its sources, by this compiler and SDK."""
    return shared.build_id(identity(), app, _sources(app))


def _sources(app: Path) -> list[Path]:
    files = [app / PACKAGE, app / ASCONFIG, *sorted((app / "assembly").rglob("*.ts"))]
    return [file for file in files if file.is_file()]
