"""Upkeep of an archive: verified, packed, indexed anew, backed up and restored."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

from tracker import config
from tracker.archive import Archive, NotAnArchive
from tracker.config import Workspace
from tracker.pipeline.reading import Progress
from tracker.pipeline.rereading import underived


def verify(
    workspace: Workspace,
    policies: Sequence[str] = (),
    quick: bool = False,
    progress: Progress = lambda done: None,
) -> Iterator[str]:
    """What is wrong with the archive and how to mend it, one line each.

    ``quick`` leaves out reading every text anew from its bytes. Raises NotAnArchive, UnknownPolicy.
    """
    with Archive.open(workspace.snapshots) as archive:
        yield from archive.verify()
        if not quick:
            yield from underived(archive, policies or archive.policies(), progress)


def restore(source: str, folder: Path | None = None) -> Workspace:
    """The archive out of a backup into a workspace without one, which is made where there is none.

    Raises ArchiveExists, RestoreFailed, NotAnArchive, CannotWrite.
    """
    try:
        workspace = config.find_workspace(folder)
    except config.NoWorkspace:
        workspace = config.init(folder or Path())
    _clear_if_empty(workspace.snapshots)
    Archive.restore(source, workspace.snapshots).close()
    return workspace


def _clear_if_empty(snapshots: Path) -> None:
    """Takes away an archive in which nothing is recorded: ``tracker init`` makes one."""
    try:
        with Archive.open(snapshots) as archive:
            empty = archive.size() == (0, 0, 0) and not archive.suspects()
    except NotAnArchive:
        return
    if empty:
        shutil.rmtree(snapshots / ".git")
