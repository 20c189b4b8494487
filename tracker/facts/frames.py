"""Frames: the words that turn the mention of something into a statement about what a person may do.

A lexicon's ``[frame]`` table holds lists of cues:

    right     what follows is a right, however briefly it is named ("you have the right to")
    may       what follows is a right where the words also name the data ("you can")
    ask       the same for the whole clause, before and after ("contact us to", "on request")
    opening   the same, only where it opens a clause ("to delete your data, ...")
    promise   what the company undertakes not to do ("we will not")
    void      takes away the frame that it overlaps ("we reserve the right to")
    denied    takes away every frame of its clause ("cannot be enforced")
    stop      ends a frame's reach where it opens a clause ("..., and we may")
    aside     opens an aside in which a bare word names no right ("if the processing ...")
    resume    ends an aside: the list of rights goes on ("..., and to erasure")
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tracker.facts.cues import Cues, Hit

MAX_HITS = 60  # looked at in one sentence; honest ones hold fewer, hostile ones must not cost quadratic time
_ASIDE_ENDS = re.compile(r"[;\n]|\((?:[ivx]+|\d|[a-z])\)|\b(?:[ivx]+|\d|[a-z])\)")
_LIMITS = ("void", "denied", "stop", "aside", "resume")
_OPENERS = ",;:.—–(-"


@dataclass(frozen=True, slots=True)
class Frame:
    """A frame and the stretch of the sentence that it governs."""

    kind: str  # "right", "may", "ask" or "promise"
    cue: str
    start: int
    end: int
    at: int  # where its words end
    reaches_back: bool = False

    def governs(self, hit: Hit) -> bool:
        """Whether the hit stands in the frame's reach."""
        return self.start <= hit.start < self.end


@dataclass(frozen=True, slots=True)
class Framed:
    """A sentence's frames and its asides (spans)."""

    frames: tuple[Frame, ...] = ()
    asides: tuple[tuple[int, int], ...] = ()
    denied: tuple[tuple[int, int], ...] = ()
    voids: tuple[Hit, ...] = ()
    first_clause: int = 0  # where the first clause that follows another ends what came before

    def over(self, hit: Hit, kinds: Iterable[str]) -> Frame | None:
        """The first frame of one of those kinds that governs the hit."""
        return next((frame for frame in self.frames if frame.kind in kinds and frame.governs(hit)), None)

    def is_denied(self, hit: Hit) -> bool:
        """Whether the hit stands in a clause that denies what it names, or in words that void a frame."""
        return any(start <= hit.start < end for start, end in self.denied) or any(
            hit.start < void.end and void.start <= hit.start for void in self.voids
        )

    def in_aside(self, hit: Hit, frame: Frame) -> bool:
        """Whether the hit stands in an aside that opened after the frame did."""
        return any(frame.start < start <= hit.start < end for start, end in self.asides)


def read_frames(folded: str, cues: Cues) -> Framed:
    """The frames of a folded sentence."""
    hits = cues.scan(folded)[:MAX_HITS]
    by = {
        name: [hit for hit in hits if hit.name == name]
        for name in ("void", "denied", "stop", "aside", "resume")
    }
    stops = [hit.start for hit in by["stop"] if _opens_clause(folded, hit.start)]
    stops = [0, *stops, len(folded)]
    denied = tuple(_clause(stops, hit.start) for hit in by["denied"])
    frames = [
        _frame(hit, _clause(stops, hit.start))
        for hit in hits
        if _is_frame(hit, folded) and not any(_overlap(hit, other) for other in by["void"])
    ]
    kept = [frame for frame in frames if not any(start <= frame.start < end for start, end in denied)]
    return Framed(
        tuple(kept),
        tuple(_aside(folded, hit, kept, by["resume"]) for hit in by["aside"]),
        denied,
        tuple(by["void"]),
        next(stop for stop in stops[1:] if stop > 0 or stop == len(folded)),
    )


def _is_frame(hit: Hit, folded: str) -> bool:
    if hit.name == "opening":
        return _opens_clause(folded, hit.start)
    return hit.name in ("right", "may", "ask", "promise")


def _frame(hit: Hit, clause: tuple[int, int]) -> Frame:
    back = hit.name == "ask"
    return Frame(
        "ask" if hit.name == "opening" else hit.name,
        hit.cue,
        clause[0] if back else hit.start,
        clause[1],
        hit.end,
        back,
    )


def _overlap(one: Hit, other: Hit) -> bool:
    return one.start < other.end and other.start < one.end


def _opens_clause(folded: str, start: int) -> bool:
    before = folded[max(0, start - 3) : start].rstrip()
    return not before or before[-1] in _OPENERS


def _clause(stops: Sequence[int], at: int) -> tuple[int, int]:
    return max(stop for stop in stops[:-1] if stop <= at), min(
        [stop for stop in stops if stop > at] or [stops[-1]]
    )


def _aside(folded: str, hit: Hit, frames: Sequence[Frame], resumed: Sequence[Hit]) -> tuple[int, int]:
    end = _ASIDE_ENDS.search(folded, hit.end)
    ends = [frame.start for frame in frames if frame.start > hit.start and not frame.reaches_back]
    ends += [
        other.start for other in resumed if other.start > hit.start and _opens_clause(folded, other.start)
    ]
    return hit.start, min([end.start() if end else len(folded), *ends])


def key_of(hit: Hit) -> str:
    """The fact's key in the name "key/level" of a cue."""
    return hit.name.partition("/")[0]


def level_of(hit: Hit) -> str:
    """The level in the name "key/level" of a cue."""
    return hit.name.partition("/")[2]


def without_lookalikes(hits: Sequence[Hit]) -> list[Hit]:
    """The hits, but for those of level "other" and what they overlap of the same key."""
    looked_at = hits[:MAX_HITS]
    others = [hit for hit in looked_at if level_of(hit) == "other"]
    return [
        hit
        for hit in looked_at
        if level_of(hit) != "other"
        and not any(key_of(other) == key_of(hit) and _overlap(hit, other) for other in others)
    ]
