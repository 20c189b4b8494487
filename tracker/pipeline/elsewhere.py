"""What is tracked or archived elsewhere, brought into a workspace: one function for each kind of source."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from tracker import config
from tracker.config import Policy
from tracker.importers import declarations, git_history, open_terms_archive, princeton
from tracker.importers.jobs import Job
from tracker.pipeline.importing import (
    Imported,
    NothingToImport,
    declare,
    import_all,
    policy_of,
)
from tracker.pipeline.reading import Progress
from tracker.pipeline.workbench import Workbench

Begin = Callable[[int], Progress]  # told how many captures there are; gives what is told of each


@dataclass(slots=True)
class Brought:
    """What an import brought: captures, ids of policies newly declared, and what could not be taken over."""

    captures: Imported = field(default_factory=Imported)
    declared: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def from_terms_archive(
    bench: Workbench, source: Path, wanted: Sequence[str], declared_in: Path | None, begin: Begin
) -> Brought:
    """An Open Terms Archive repository (or bundle) of versions or snapshots.

    ``wanted`` are words of which one must stand in a document's service or terms (none: all documents).
    Raises NotARepository, NotTermsArchive, BadDeclaration, NothingToImport.
    """
    folder = declared_in or (source if (source / "declarations").is_dir() else None)
    forms = declarations.read(folder) if folder else {}
    with git_history.opened(source) as gitdir:
        chosen = [
            document
            for document in open_terms_archive.documents(source, gitdir)
            if _is_wanted(f"{document.service} {document.terms}", wanted)
        ]
        if not chosen:
            raise NothingToImport(source, f"no document is called like {' or '.join(wanted)}")
        names = {document.policy: (document.service, document.terms) for document in chosen}
        total = sum(len(document.captures) for document in chosen)
        snapshots = open_terms_archive.read(gitdir, chosen, bench.archive.instants, forms)
        captures = import_all(bench, snapshots, total, begin(total))
    present = [(policy, forms[name][-1]) for policy, name in names.items() if name in forms]
    new = declare(bench, [policy_of(policy, form) for policy, form in present])
    return Brought(captures, new, _told(present))


def _is_wanted(name: str, wanted: Sequence[str]) -> bool:
    return not wanted or any(word.casefold() in name.casefold() for word in wanted)


def _told(present: Sequence[tuple[str, declarations.Declaration]]) -> list[str]:
    notes = [f"{policy}: {note}" for policy, form in present for note in form.notes]
    return notes + [
        f"{policy}: its selectors are ranges, which policies.toml cannot hold: the whole page is tracked"
        for policy, form in present
        if form.ranged
    ]


def from_princeton(bench: Workbench, source: Path, begin: Begin) -> Brought:
    """A folder, repository or bundle of the Princeton corpus. Raises NotPrinceton, NotARepository."""
    return Brought(import_all(bench, princeton.read(source, bench.archive.instants), progress=begin(0)))


def from_jobs(bench: Workbench, jobs: Sequence[Job], notes: Sequence[str] = ()) -> Brought:
    """Declares each address that is not tracked yet."""
    known = {policy.url for policy in bench.workspace.policies}
    told, new, workspace = list(notes), list[Policy](), bench.workspace
    for job in jobs:
        if job.url in known:
            told.append(f"{job.url}: is tracked already")
            continue
        known.add(job.url)
        name = config.suggest_id(job.url, replace(workspace, policies=(*workspace.policies, *new)))
        new.append(Policy(name, job.url, job.name, (), job.select, job.remove, headers=dict(job.headers)))
        told += [f"{name}: not taken over: {note}" for note in job.notes]
    return Brought(declared=declare(bench, new), notes=told)
