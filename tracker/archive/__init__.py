"""Keeps what was fetched and what was read out of it, dated, in git, and never forgets.

``Archive`` is the door; ``when`` reads the dates that people write.
"""

from tracker.archive.mapping import BadPolicyId, NaiveDate
from tracker.archive.objects import DamagedArchive, GitMissing
from tracker.archive.recorder import Ingested, SameInstant
from tracker.archive.repository import CannotWrite, NotAnArchive
from tracker.archive.store import Archive, BeforeFirstCapture, UnknownPolicy, UnknownVersion
from tracker.archive.suspects import Suspect
from tracker.archive.when import BadDate

__all__ = [
    "Archive",
    "BadDate",
    "BadPolicyId",
    "BeforeFirstCapture",
    "CannotWrite",
    "DamagedArchive",
    "GitMissing",
    "Ingested",
    "NaiveDate",
    "NotAnArchive",
    "SameInstant",
    "Suspect",
    "UnknownPolicy",
    "UnknownVersion",
]
