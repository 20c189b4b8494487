"""``policies.toml`` and its workspace: the only reader of the environment and the current folder."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path

from tracker.config.channels import Channel, MissingSecret
from tracker.config.reading import BrokenConfig, Problem, read
from tracker.config.records import FILE, Policy, Settings, UnknownPolicy, Workspace
from tracker.errors import TrackerError, UsageError

__all__ = [
    "FILE",
    "BrokenConfig",
    "Channel",
    "MissingSecret",
    "NoWorkspace",
    "Policy",
    "Problem",
    "Settings",
    "UnknownPolicy",
    "Workspace",
    "WorkspaceExists",
    "add_policies",
    "add_policy",
    "find_workspace",
    "init",
    "load",
    "remove_policy",
    "rule_ids",
    "suggest_id",
]


class NoWorkspace(UsageError):
    """No configuration file in a folder nor in any above it."""

    def __init__(self, folder: Path) -> None:
        super().__init__(f"{folder}: no {FILE} here or above", "make a workspace with tracker init")


class WorkspaceExists(UsageError):
    """A folder that is a workspace already."""

    def __init__(self, folder: Path) -> None:
        super().__init__(f"{folder}: has a {FILE} already", "use it, or choose another folder")


class UnreadableConfig(TrackerError):
    """A configuration file that cannot be read or written."""

    def __init__(self, file: Path, reason: str) -> None:
        super().__init__(f"{file}: {reason}", "check the file and its permissions")


def find_workspace(start: Path | None = None) -> Workspace:
    """The workspace of a folder (the current one where None) or of the nearest folder above that has one.

    Raises NoWorkspace, BrokenConfig or UnreadableConfig.
    """
    folder = (start or Path.cwd()).absolute()
    for candidate in (folder, *folder.parents):
        if (candidate / FILE).is_file():
            return load(candidate / FILE)
    raise NoWorkspace(folder)


def load(file: Path) -> Workspace:
    """The workspace that a configuration file describes; BrokenConfig tells all its mistakes at once."""
    return read(file, _text(file), rule_ids())


def rule_ids() -> tuple[str, ...]:
    """The ids of the rule catalogue, in order: the names of its files."""
    names = (entry.name for entry in files("tracker.rules").iterdir())
    return tuple(sorted(name.removesuffix(".toml") for name in names if name.endswith(".toml")))


def init(folder: Path) -> Workspace:
    """Make a workspace: a folder with a commented configuration; WorkspaceExists where there is one."""
    file = folder.absolute() / FILE
    if file.exists():
        raise WorkspaceExists(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UnreadableConfig(folder, error.strerror or str(error)) from None
    _save(file, (files("tracker.config") / "template.toml").read_text("utf-8"))
    return load(file)


def add_policy(file: Path, policy: Policy) -> Workspace:
    """Declare a policy at the end of the file; raises PolicyExists, or BrokenConfig where it is wrong."""
    return add_policies(file, [policy])


def add_policies(file: Path, policies: Sequence[Policy]) -> Workspace:
    """Declare policies at the end of the file, all or none; raises as ``add_policy`` does."""
    from tracker.config import editing  # tomlkit is needed only to change the file

    text = _text(file)
    read(file, text, rule_ids())
    changed = editing.with_policies(text, policies)
    workspace = read(file, changed, rule_ids())
    _save(file, changed)
    return workspace


def remove_policy(file: Path, name: str) -> Workspace:
    """Take a policy out of the file, its history stays; UnknownPolicy where there is none of that id."""
    from tracker.config import editing

    text = _text(file)
    read(file, text, rule_ids())
    changed = editing.without_policy(text, name)
    workspace = read(file, changed, rule_ids())
    _save(file, changed)
    return workspace


def suggest_id(url: str, workspace: Workspace) -> str:
    """A free id for a policy at that address."""
    from tracker.config import editing

    return editing.id_for(url, [policy.id for policy in workspace.policies])


def _text(file: Path) -> str:
    try:
        return file.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise BrokenConfig(file, [Problem((), "this is not UTF-8: save the file as UTF-8", line)]) from None
    except OSError as error:
        raise UnreadableConfig(file, error.strerror or str(error)) from None


def _save(file: Path, text: str) -> None:
    from tracker.config import editing

    try:
        editing.write(file, text)
    except OSError as error:
        raise UnreadableConfig(file, error.strerror or str(error)) from None
