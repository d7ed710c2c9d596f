"""The project in the working directory, built from the options; every command and the plugin use this."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from ..config.environment import installed_in
from ..config.settings import Settings, source_folders
from ..syntax.static_conditions import Target
from .environment_index import index_of
from .known_facts import KnownFacts
from .modules import Project


def project_here(
    settings: Settings,
    *,
    overlay: Mapping[Path, str] | None = None,
    known: KnownFacts | None = None,
    with_environment: bool = False,
) -> Project:
    """Return the project, with what is installed in the environment that the options name if that is asked for.

    overlay maps files to another text of them; known are facts about files from before.
    """
    roots = [Path(root) for root in settings.roots] or source_folders(Path.cwd())
    target = Target.of(settings)
    site_packages = installed_in(settings.env) if with_environment and settings.env is not None else None
    index = None if site_packages is None else index_of(site_packages, target, settings.cache)
    return Project(
        roots, settings.first_party, env=site_packages, target=target, overlay=overlay, known=known, index=index
    )
