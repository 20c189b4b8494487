"""The vocabulary of the program on one page: the frozen records that the stages pass on.

    fetch -> Snapshot -> extract -> Document -> archive -> Version -> facts -> Fact -> diff -> Comparison

All offsets are character offsets (Unicode code points) into ``Document.text``, end exclusive. All times are
aware ``datetime`` in UTC. What the words mean to a lawyer stands in docs/vocabulary.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Literal

NO_ATTRIBUTES: Mapping[str, str] = MappingProxyType({})


# --- a policy as a document ------------------------------------------------------------------------


class BlockKind(StrEnum):
    """What a block is on the page."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    LIST_ITEM = "list_item"
    TABLE_ROW = "table_row"


@dataclass(frozen=True, slots=True)
class Link:
    """A link: the span of its words and where it points."""

    start: int
    end: int
    href: str


@dataclass(frozen=True, slots=True)
class Cell:
    """A table cell: its span inside the row's block and the words of its column's header ("" where none)."""

    start: int
    end: int
    header: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """One heading, paragraph, list item or table row.

    ``text[start:end]`` are its words without the printed label; the label ("5.2.", "a)", "•") stands before
    ``start`` in the text where the source printed one. A block never contains an empty line; inside a table
    cell and for a hard line break, lines are parted by "\\n". Cells of a row are parted by " | ". A paragraph
    inside a list item has that item's depth for its level.
    """

    kind: BlockKind
    start: int
    end: int
    level: int = 0  # heading: 1-6; list item: depth from 1; else 0
    label: str = ""  # printed number or letter; "" for plain bullets and none
    section: int = -1  # index of the innermost section it stands in; -1 before the first heading
    lead: int = -1  # index of the block that introduces it (the lead-in of a list or table); -1 where none
    cells: tuple[Cell, ...] = ()  # table rows only
    header: bool = False  # a table's header row
    table: int = -1  # number of the table it is a row of; -1 outside tables


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what stands under it, up to the next heading of its level or above."""

    title: str
    label: str
    level: int
    heading: int  # index of the heading's block
    parent: int  # index of the enclosing section; -1 at the top
    end: int  # index after its last block, subsections included


@dataclass(frozen=True, slots=True)
class Document:
    """One version of a policy as read: a normalised text and the blocks that it consists of."""

    text: str
    blocks: tuple[Block, ...]
    sections: tuple[Section, ...] = ()
    links: tuple[Link, ...] = ()
    language: str = "und"  # BCP 47 primary tag; "und" where it could not be told
    title: str = ""

    def words(self, block: Block) -> str:
        """The block's words without its printed label."""
        return self.text[block.start : block.end]

    def path(self, section: int) -> tuple[str, ...]:
        """Titles from the outermost section inwards, each with its printed label ("5.2. Erasure")."""
        titles: list[str] = []
        while section >= 0:
            here = self.sections[section]
            titles.append(f"{here.label} {here.title}".strip())
            section = here.parent
        return tuple(reversed(titles))


# --- what was fetched, what is kept ---------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PageReading:
    """What of a page is the policy: CSS or XPath selectors, or a range as one object of JSON.

    A range is what lies between two elements: ``{"startBefore": "#a", "endAfter": "#b"}``.
    """

    url: str
    select: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A page as it came, with what is known of how it came; on its way into the archive."""

    policy: str
    url: str
    captured: datetime
    raw: bytes
    media_type: str  # "text/html", "application/pdf", "text/markdown", "text/plain"
    provenance: str = "fetch"  # "fetch", "import:files", "import:wayback" ...
    status: int | None = None
    redirects: tuple[str, ...] = ()  # the addresses gone through, first to last
    headers: Mapping[str, str] = field(default_factory=lambda: NO_ATTRIBUTES)  # of the last response
    tls: Mapping[str, str] = field(default_factory=lambda: NO_ATTRIBUTES)  # the server's certificate, if any
    read_as: tuple[PageReading, ...] = ()  # how its text is taken from it; empty where it is read whole
    upgrade: bool = False  # an old page read by another tool elsewhere: the text differs, the policy does not


@dataclass(frozen=True, slots=True)
class Version:
    """One recorded state of a policy: what the archive answers when asked for a date."""

    policy: str
    id: str  # the capture's commit, full hash
    captured: datetime
    url: str = ""
    language: str = "und"
    title: str = ""
    raw_sha256: str = ""
    text_sha256: str = ""
    media_type: str = ""
    provenance: str = "fetch"
    tool: str = ""  # version of tracker that read it
    record: Literal["capture", "upgrade"] = "capture"  # upgrade: see Snapshot
    reading: str = ""  # the commit of its re-extraction, whose text, title, language and tool these are


@dataclass(frozen=True, slots=True)
class Check:
    """One look at a policy, whatever came of it."""

    policy: str
    at: datetime
    outcome: Literal["new", "unchanged", "changed", "failed", "suspect"]
    detail: str = ""  # the failure's kind and words, or the reason for suspicion
    version: str = ""  # the version that it made or confirmed


# --- what a policy states ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, order=True)
class Evidence:
    """Words that prove something: ``text[start:end] == quote``, with the path of the section."""

    start: int
    end: int
    quote: str
    section: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that one version of a policy states (kinds and keys: docs/vocabulary.md)."""

    kind: str
    key: str
    attributes: Mapping[str, str | tuple[str, ...]] = field(default_factory=lambda: NO_ATTRIBUTES)
    evidence: tuple[Evidence, ...] = ()
    cue: str = ""  # which cue and frame of which lexicon fired; for --explain

    def attribute(self, name: str) -> str:
        """The attribute as a string, "" where it is not stated."""
        value = self.attributes.get(name, "")
        return value if isinstance(value, str) else ", ".join(value)

    @property
    def aliases(self) -> tuple[str, ...]:
        """Other names of the same party in the text."""
        value = self.attributes.get("aliases", ())
        return (value,) if isinstance(value, str) else tuple(value)


# --- what changed ---------------------------------------------------------------------------------


class Severity(StrEnum):
    """How grave a change is for the person; ``rank`` 0 is the gravest."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    INFO = "info"

    @property
    def rank(self) -> int:
        return list(Severity).index(self)


class Direction(StrEnum):
    """Which way a change goes for the person whose data it is."""

    WEAKENS = "weakens"
    STRENGTHENS = "strengthens"
    NEUTRAL = "neutral"
    UNCLEAR = "unclear"


class TextClass(StrEnum):
    """What kind of change of words it is where no fact changed."""

    EDITORIAL = "editorial"
    REWORDED = "reworded"
    MOVED = "moved"
    SUBSTANTIVE = "substantive"


ChangeKind = Literal["added", "removed", "altered"]
Verdict = Literal["identical", "editorial", "substantive"]
Edit = tuple[Literal["=", "-", "+"], str]


@dataclass(frozen=True, slots=True)
class Change:
    """One change of substance, as values; ``message`` is the rule's, filled in with them."""

    id: str  # 12 hex digits, from values, never from wording
    rule: str
    kind: str
    key: str
    change: ChangeKind
    direction: Direction
    severity: Severity
    message: str
    aliases: tuple[str, ...] = ()
    was: str | None = None
    now: Mapping[str, str | tuple[str, ...]] = field(default_factory=lambda: NO_ATTRIBUTES)
    before: Mapping[str, str | tuple[str, ...]] = field(default_factory=lambda: NO_ATTRIBUTES)
    old: tuple[Evidence, ...] = ()
    new: tuple[Evidence, ...] = ()


TOLD = "told as "  # how the reason of a text change begins that typed changes say already


@dataclass(frozen=True, slots=True)
class TextChange:
    """A stretch of text that changed; a side that has nothing has an empty quote and start == end.

    The "=" and "-" edits joined give the old quote, "=" and "+" the new one.
    """

    kind: TextClass
    old: Evidence
    new: Evidence
    edits: tuple[Edit, ...]
    reason: str = ""  # why it is classed so
    moved: bool = False  # it also stands elsewhere now

    @property
    def told(self) -> bool:
        """Whether typed changes say all of it: the reason names their rules."""
        return self.reason.startswith(TOLD)


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a comparison: the text and what it states; ``version`` is None for a mere file."""

    document: Document
    facts: tuple[Fact, ...]
    version: Version | None = None
    name: str = ""  # the policy's id, or the file's name


@dataclass(frozen=True, slots=True)
class Pair:
    """Two blocks that are one clause, by index; one of them is None where a clause came or went."""

    old: int | None
    new: int | None
    moved: bool = False


@dataclass(frozen=True, slots=True)
class Comparison:
    """Everything that can be told of two versions."""

    old: Side
    new: Side
    verdict: Verdict
    changes: tuple[Change, ...]
    text_changes: tuple[TextChange, ...]
    pairs: tuple[Pair, ...] = ()  # alignment in the newer version's order, removed ones where they stood
    summary: str = ""  # one line in plain words
