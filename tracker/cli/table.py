"""The commands: name -> module of tracker.cli and the line of ``tracker --help``."""

from __future__ import annotations

from typing import NamedTuple


class Command(NamedTuple):
    """Where a command lives and what it does, in a line."""

    module: str
    summary: str


COMMANDS = {
    "init": Command("init", "make a workspace: a commented policies.toml and the archive"),
    "add": Command("add", "declare a policy, fetch its first snapshot and show what was read"),
    "list": Command("listing", "the policies: versions, last check, last change, health"),
    "status": Command("listing", "the same as list"),
    "fetch": Command("fetch", "fetch now: all policies, some, or those that are due"),
    "watch": Command("watch", "the scheduler: fetch each policy when it is due, until stopped"),
    "import": Command("importing", "what is archived or tracked elsewhere, with its dates"),
    "log": Command("log", "a policy's versions, newest first, each with what changed in substance"),
    "show": Command("show", "the text as it stood on a date"),
    "diff": Command("diff", "what changed between two dates: the semantic changes first, then the text"),
    "compare": Command("compare", "the same for two files or URLs, no workspace needed"),
    "facts": Command("facts", "what a policy states: rights, parties, retention ... with evidence"),
    "blame": Command("blame", "since which version each clause, or each fact, stands"),
    "timeline": Command("timeline", "the life of each right and recipient through all versions"),
    "report": Command("report", "HTML reports and their index into reports/"),
    "rules": Command("rules", "the catalogue of rules, each with its severity, reason and examples"),
    "preview": Command("preview", "what would be read from a page, recording nothing"),
    "suspects": Command("suspects", "captures held back, with the reason; accept or reject them"),
    "review": Command("review", "changes that nobody looked at; marks them reviewed, dismissed or flagged"),
    "export": Command("export", "facts and changes of many versions: JSON Lines, CSV, SQLite, Parquet, DPV"),
    "analyse": Command("analyse", "facts and changes of a large collection, on all cores or a Dask cluster"),
    "deadlines": Command("deadlines", "until when one may object to parties that were added"),
    "notify": Command("notify", "tell the channels what is due; --test, --dry-run, --list, --again"),
    "config": Command("config", "validate policies.toml"),
    "search": Command("search", "full-text search through every version: where and from when to when"),
    "verify": Command("verify", "check that the archive is whole and true"),
    "reextract": Command("reextract", "read old captures anew with the present extractor: never a change"),
    "gc": Command("gc", "pack the archive"),
    "index": Command("indexing", "the index that answers any date; --rebuild makes it anew"),
    "backup": Command("backup", "bring the archive to a git remote or into a bundle file"),
    "restore": Command("restore", "bring the archive back from a backup"),
    "evidence": Command("evidence", "a bundle that lets somebody else check what stood there on a date"),
    "verify-evidence": Command("verify_evidence", "check such a bundle"),
    "completion": Command("completion", "the completion script of a shell"),
}
