"""Keeps what was fetched and what was read out of it, dated, in git, and never forgets.

``Archive`` is the door; ``when`` reads the dates that people write.
"""

from tracker.archive.answers import BeforeFirstCapture, UnknownPolicy, UnknownVersion
from tracker.archive.backup import ArchiveExists, BackupFailed, RestoreFailed
from tracker.archive.mapping import BadPolicyId, NaiveDate, Reading
from tracker.archive.objects import DamagedArchive, GitMissing
from tracker.archive.proof import Proof
from tracker.archive.recorder import Ingested, SameInstant
from tracker.archive.repository import CannotWrite, NotAnArchive
from tracker.archive.search import Found, NoWords
from tracker.archive.store import Archive
from tracker.archive.suspects import Suspect
from tracker.archive.when import BadDate

__all__ = [
    "Archive",
    "ArchiveExists",
    "BackupFailed",
    "BadDate",
    "BadPolicyId",
    "BeforeFirstCapture",
    "CannotWrite",
    "DamagedArchive",
    "Found",
    "GitMissing",
    "Ingested",
    "NaiveDate",
    "NoWords",
    "NotAnArchive",
    "Proof",
    "Reading",
    "RestoreFailed",
    "SameInstant",
    "Suspect",
    "UnknownPolicy",
    "UnknownVersion",
]
