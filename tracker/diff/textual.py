"""The changes of words between two versions, each with its class: editorial, reworded, moved or substantive.

One text change for each clause that differs, moved, came or went; a run of clauses that moved together
unchanged is one. A clause is judged sentence by sentence, the gravest judgement counts.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rapidfuzz.distance import Indel

from tracker.diff.judging import Judgement, judge_edited, judge_lone, same_words
from tracker.diff.reader import Reader, Sentence
from tracker.diff.text import edits
from tracker.diff.words import Range, changed_ranges
from tracker.model import Block, Change, Document, Evidence, Pair, Side, TextChange, TextClass

_GRAVITY = (TextClass.EDITORIAL, TextClass.MOVED, TextClass.REWORDED, TextClass.SUBSTANTIVE)
_COVERED = 0.75  # share of a sentence's words that stand in the one that it was a part of
_SAME = 0.4  # similarity from which two sentences are one, edited


@dataclass(frozen=True, slots=True)
class Clause:
    """Blocks that are one clause: neighbours on either side, several where it was split or merged."""

    old: tuple[int, ...]
    new: tuple[int, ...]
    moved: bool


@dataclass(frozen=True, slots=True)
class Place:
    """Where in either text the clause before ended: there stands what the other version alone has."""

    old: int
    new: int

    def behind(self, clause: Clause, old: Document, new: Document) -> Place:
        return Place(
            old.blocks[clause.old[-1]].end if clause.old else self.old,
            new.blocks[clause.new[-1]].end if clause.new else self.new,
        )


def text_changes(
    old: Side, new: Side, pairs: Sequence[Pair], changes: Sequence[Change]
) -> tuple[TextChange, ...]:
    """The text changes in the order of ``pairs``; ``changes`` are what need not be told again."""
    before = Reader(old, [(change, change.old) for change in changes])
    after = Reader(new, [(change, change.new) for change in changes])
    found: list[TextChange] = []
    place = Place(0, 0)
    for run in _runs(_clauses(pairs), before.document, after.document):
        change = _moved(run, before, after) if len(run) > 1 else _changed(run[0], before, after, place)
        if change is not None:
            found.append(change)
        if not run[-1].moved:
            place = place.behind(run[-1], old.document, new.document)
    return tuple(found)


# --- clauses ----------------------------------------------------------------------------------------


def _clauses(pairs: Sequence[Pair]) -> Iterator[Clause]:
    """The pairs with those joined that share a block, where the joined blocks are neighbours."""
    group: list[Pair] = []
    for pair in pairs:
        if group and not _shares(group[-1], pair):
            yield from _joined(group)
            group = []
        group.append(pair)
    yield from _joined(group)


def _shares(one: Pair, other: Pair) -> bool:
    return (one.old is not None and one.old == other.old) or (one.new is not None and one.new == other.new)


def _joined(group: list[Pair]) -> Iterator[Clause]:
    old = tuple(sorted({pair.old for pair in group if pair.old is not None}))
    new = tuple(sorted({pair.new for pair in group if pair.new is not None}))
    if _neighbours(old) and _neighbours(new):
        if group:
            yield Clause(old, new, any(pair.moved for pair in group))
        return
    for pair in group:
        yield from _joined([pair])


def _neighbours(blocks: tuple[int, ...]) -> bool:
    return not blocks or blocks[-1] - blocks[0] == len(blocks) - 1


def _runs(clauses: Iterator[Clause], old: Document, new: Document) -> Iterator[list[Clause]]:
    """Clauses that moved together unchanged in one list; every other clause alone."""
    run: list[Clause] = []
    for clause in clauses:
        if run and not (_follows(run[-1], clause) and _unchanged(clause, old, new)):
            yield run
            run = []
        if clause.moved and _unchanged(clause, old, new):
            run.append(clause)
        else:
            yield [clause]
    if run:
        yield run


def _follows(one: Clause, other: Clause) -> bool:
    return other.moved and other.old[:1] == (one.old[-1] + 1,) and other.new[:1] == (one.new[-1] + 1,)


def _unchanged(clause: Clause, old: Document, new: Document) -> bool:
    return _words(old, clause.old) == _words(new, clause.new)


def _words(document: Document, blocks: tuple[int, ...]) -> list[str]:
    return [document.words(document.blocks[number]) for number in blocks]


# --- one text change --------------------------------------------------------------------------------


def _moved(run: list[Clause], before: Reader, after: Reader) -> TextChange:
    first, last = run[0], run[-1]
    old = _evidence(before.document, (first.old[0], last.old[-1]))
    new = _evidence(after.document, (first.new[0], last.new[-1]))
    return TextChange(TextClass.MOVED, old, new, edits(old.quote, new.quote), "stands elsewhere now", True)


def _changed(clause: Clause, before: Reader, after: Reader, place: Place) -> TextChange | None:
    """The clause's text change; None where it stands as it stood."""
    if not clause.moved and _unchanged(clause, before.document, after.document):
        return _relabelled(clause, before, after)
    judgement = _judged(clause, before, after)
    old = _evidence(before.document, clause.old) if clause.old else Evidence(place.old, place.old, "")
    new = _evidence(after.document, clause.new) if clause.new else Evidence(place.new, place.new, "")
    return TextChange(judgement.kind, old, new, edits(old.quote, new.quote), judgement.reason, clause.moved)


def _relabelled(clause: Clause, before: Reader, after: Reader) -> TextChange | None:
    """The same words under another printed number, or with a link to another page."""
    if not (clause.old and clause.new):
        return None
    ours, theirs = before.document.blocks[clause.old[0]], after.document.blocks[clause.new[0]]
    if ours.label != theirs.label:
        old, new = _line(before.document, ours), _line(after.document, theirs)
        return TextChange(TextClass.EDITORIAL, old, new, edits(old.quote, new.quote), "numbering")
    if _targets(before, ours) != _targets(after, theirs):
        old, new = _evidence(before.document, clause.old), _evidence(after.document, clause.new)
        return TextChange(TextClass.EDITORIAL, old, new, edits(old.quote, new.quote), "a link's target")
    return None


def _line(document: Document, block: Block) -> Evidence:
    """The block with its printed label."""
    start = document.text.rfind("\n", 0, block.start) + 1
    start = start if document.text[start : block.start].strip() else block.start
    return Evidence(start, block.end, document.text[start : block.end], document.path(block.section))


def _targets(reader: Reader, block: Block) -> list[str]:
    """Where the block's links lead, queries and fragments aside."""
    return [link.href.partition("#")[0].partition("?")[0].rstrip("/") for link in reader.links(block)]


def _evidence(document: Document, blocks: tuple[int, ...]) -> Evidence:
    start, end = document.blocks[blocks[0]].start, document.blocks[blocks[-1]].end
    section = document.blocks[blocks[0]].section
    return Evidence(start, end, document.text[start:end], document.path(section))


# --- judging ----------------------------------------------------------------------------------------


def _judged(clause: Clause, before: Reader, after: Reader) -> Judgement:
    found = list(_judgements(clause, before, after))
    if not found or (clause.old and clause.new and before.words(clause.old) == after.words(clause.new)):
        found = [same_words(before.quote(clause.old), after.quote(clause.new))]
    gravest = max(found, key=lambda one: (_GRAVITY.index(one.kind), one.reason.startswith("told as")))
    if clause.moved and gravest.kind is TextClass.EDITORIAL:
        return Judgement(TextClass.MOVED, "stands elsewhere now")
    return gravest


def _judgements(clause: Clause, before: Reader, after: Reader) -> Iterator[Judgement]:
    if clause.old and clause.new and len(clause.old) + len(clause.new) > 2:  # split or merged
        old, new = before.joined(clause.old), after.joined(clause.new)
    else:
        old = tuple(sentence for block in clause.old for sentence in before.sentences(block))
        new = tuple(sentence for block in clause.new for sentence in after.sentences(block))
    for each in _differing(old, new):
        yield from _judge_stretch(old[each.i : each.j], new[each.k : each.m], before, after)


def _differing(old: Sequence[Sentence], new: Sequence[Sentence]) -> list[Range]:
    codes: dict[str, int] = {}
    a, b = ([codes.setdefault(s.saying.text, len(codes)) for s in side] for side in (old, new))
    return changed_ranges(a, b)


def _judge_stretch(
    old: Sequence[Sentence], new: Sequence[Sentence], before: Reader, after: Reader
) -> Iterator[Judgement]:
    couples = _couples(old, new)
    of_old, of_new = _portions(old, new, couples)
    for i, k in couples:
        yield judge_edited(before.run(old, of_old[i]), after.run(new, of_new[k]), before, after)
    for i in sorted(set(range(len(old))).difference(*of_old.values())):
        yield judge_lone(old[i], before, after, came=False)
    for k in sorted(set(range(len(new))).difference(*of_new.values())):
        yield judge_lone(new[k], after, before, came=True)


def _portions(
    old: Sequence[Sentence], new: Sequence[Sentence], couples: Sequence[tuple[int, int]]
) -> tuple[dict[int, list[int]], dict[int, list[int]]]:
    """For each paired sentence of either side the run of sentences that its partner was split into."""
    of_old, of_new = {i: [i] for i, _ in couples}, {k: [k] for _, k in couples}
    taken_old, taken_new = set(of_old), set(of_new)
    for i, k in couples:
        of_old[i] = _spread(i, old, new[k], taken_old)
        of_new[k] = _spread(k, new, old[i], taken_new)
    return of_old, of_new


def _spread(at: int, here: Sequence[Sentence], partner: Sentence, taken: set[int]) -> list[int]:
    """The sentence and its unpaired neighbours most of whose words stand in the partner."""
    run = [at]
    for step in (1, -1):
        number = at + step
        while 0 <= number < len(here) and number not in taken and _is_portion(here[number], partner):
            run.append(number)
            taken.add(number)
            number += step
    return sorted(run)


def _is_portion(sentence: Sentence, partner: Sentence) -> bool:
    content = sentence.saying.content
    return bool(content) and len(content & partner.saying.content) >= _COVERED * len(content)


def _couples(old: Sequence[Sentence], new: Sequence[Sentence]) -> list[tuple[int, int]]:
    """Which sentences of a stretch are one, the likest first; in a long stretch only those near in place."""
    near = max(3, 400 // max(len(old), len(new), 1))
    scored = sorted(
        (-likeness, i, k)
        for i, ours in enumerate(old)
        for k, theirs in enumerate(new[max(0, i - near) : i + near + 1], max(0, i - near))
        if (likeness := Indel.normalized_similarity(ours.saying.words, theirs.saying.words)) >= _SAME
    )
    taken_old: set[int] = set()
    taken_new: set[int] = set()
    couples = []
    for _, i, k in scored:
        if i not in taken_old and k not in taken_new:
            taken_old.add(i)
            taken_new.add(k)
            couples.append((i, k))
    return sorted(couples)
