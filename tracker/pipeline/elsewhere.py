"""What is tracked or archived elsewhere, brought into a workspace: one function for each kind of source."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

from tracker import config
from tracker.archive import Ingested
from tracker.archive.mapping import text_digest
from tracker.config import Policy
from tracker.errors import TrackerError
from tracker.importers import declarations, git_history, open_terms_archive, princeton, wayback
from tracker.importers.jobs import Job
from tracker.model import Check
from tracker.pipeline.importing import (
    Imported,
    NothingToImport,
    declare,
    import_all,
    policy_of,
)
from tracker.pipeline.judging import judged
from tracker.pipeline.reading import Progress
from tracker.pipeline.rereading import read_as_declared
from tracker.pipeline.workbench import Workbench

_FAR_APART = timedelta(days=120)  # between equal texts so far apart another one may have stood

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


def from_wayback(
    bench: Workbench,
    machine: wayback.Machine,
    policy: Policy,
    captures: Sequence[wayback.Capture],
    bisect: bool,
    progress: Progress,
    result: Imported,
) -> None:
    """Captures of one policy, counted in ``result``; what is recorded already is not asked for again.

    ``bisect`` fetches only as many as it takes to see when the text changed. Raises ArchiveUnreachable,
    Overloaded: what came before is safe.
    """
    result.policies.add(policy.id)
    known = bench.archive.instants(policy.id)
    texts: dict[datetime, str] = {}
    if known and policy.id in bench.archive.policies():
        texts = {it.captured: it.text_sha256 for it in bench.archive.captures(policy.id)}
    heads = list(wayback.runs(captures))

    def text_of(number: int) -> str:
        """The digest of a run's text, fetched and recorded where it is not yet; "" where none came."""
        at = heads[number].first.at
        if at not in known and at not in texts:
            texts[at] = _recorded(bench, machine, policy, heads[number].first, result)
            result.captures += 1
            progress(result.captures)
        _confirm(bench, policy, heads[number], known)
        return texts.get(at, "")

    before = _versions(bench, policy)
    try:
        if bisect:
            _bisect([run.first.at for run in heads], text_of)
        else:
            for number in range(len(heads)):
                text_of(number)
    finally:
        new = _versions(bench, policy) - before
        result.counts += Ingested(new, result.captures - result.skipped.total() - new)


def _versions(bench: Workbench, policy: Policy) -> int:
    return len(bench.archive.history(policy.id)) if policy.id in bench.archive.policies() else 0


def _recorded(
    bench: Workbench, machine: wayback.Machine, policy: Policy, capture: wayback.Capture, result: Imported
) -> str:
    page = machine.page(policy.id, capture)
    if isinstance(page, wayback.Unplayable):
        result.skipped[page.reason] += 1
        return ""
    snapshot = replace(page, read_as=read_as_declared(policy))
    try:
        look = judged(snapshot, policy)
        if look.suspicion or look.document is None:
            result.skipped[str(look.suspicion or "there are no words on it")] += 1
            return ""
        bench.archive.save(snapshot, look.document)
    except TrackerError as error:
        result.skipped[error.what] += 1
        return ""
    return text_digest(look.document)


def _confirm(bench: Workbench, policy: Policy, run: wayback.Run, known: Collection[datetime]) -> None:
    """Notes the captures that the list says are the same bytes, where the first of them was recorded."""
    new = [capture.at for capture in run.again if capture.at not in known]
    if not new or run.first.at not in bench.archive.instants(policy.id):
        return
    version = bench.archive.at(policy.id, run.first.at)
    for at in new:
        bench.archive.record(
            Check(policy.id, at, "unchanged", "the same bytes, by the archive's list", version.id)
        )


def _bisect(times: Sequence[datetime], text_of: Callable[[int], str]) -> None:
    """Looks at both ends of a stretch, and between them where they differ or lie far apart."""
    waiting = [(0, len(times) - 1)] if times else []
    while waiting:
        low, high = waiting.pop()
        same = text_of(low) == text_of(high) != ""
        if high - low < 2 or (same and times[high] - times[low] <= _FAR_APART):
            continue
        middle = (low + high) // 2
        waiting += [(middle, high), (low, middle)]
