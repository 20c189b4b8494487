"""What the readers of the sources make and ``assemble`` puts together: pieces, not yet placed in a text."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import islice
from unicodedata import is_normalized, normalize

from tracker.extract.links import target
from tracker.extract.normalise import characters, clean
from tracker.model import BlockKind

Span = tuple[int, int, str]  # start, end, target of a link, in its line's text


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of source text in one dress."""

    text: str
    href: str = ""
    strong: bool = False
    emphasis: bool = False


@dataclass(frozen=True, slots=True)
class Inline:
    """Words with their links; ``strong`` and ``emphasis`` tell that all of them are bold, or italic."""

    text: str
    links: tuple[Span, ...] = ()
    strong: bool = False
    emphasis: bool = False

    def slice(self, start: int, end: int | None = None) -> Inline:
        """The words from ``start`` to ``end`` without blanks at the ends, and what is left of their links."""
        end = len(self.text) if end is None else end
        words = self.text[start:end]
        start += len(words) - len(words.lstrip())
        end = start + len(words.strip())
        links = tuple(
            (max(a, start) - start, min(b, end) - start, href)
            for a, b, href in self.links
            if max(a, start) < min(b, end)
        )
        return Inline(self.text[start:end], links, self.strong, self.emphasis)

    def followed_by(self, other: Inline) -> Inline:
        """These words, a blank, and the other ones."""
        shift = len(self.text) + 1
        links = (*self.links, *((start + shift, end + shift, href) for start, end, href in other.links))
        return Inline(
            f"{self.text} {other.text}", links, self.strong and other.strong, self.emphasis and other.emphasis
        )


NOTHING = Inline("")


@dataclass(frozen=True, slots=True)
class Piece:
    """A block to be: ``label`` is a number that the source prints apart from the words (that of an <ol>)."""

    kind: BlockKind
    inline: Inline
    level: int = 0  # heading 1-6; list item: depth from 1; paragraph: depth of the list item it continues
    label: str = ""
    cells: tuple[Inline, ...] = ()
    header: bool = False
    table: int = -1

    @property
    def words(self) -> str:
        return self.inline.text


@dataclass(frozen=True, slots=True)
class Dropped:
    """Something left out of a document: the beginning of its words, and why."""

    what: str
    why: str


def dropped(pieces: Iterable[Piece], why: str) -> list[Dropped]:
    """The pieces as left out for one reason, in one entry; none where there are no pieces."""
    words = " ".join(piece.words for piece in islice(pieces, 40))
    return [Dropped(words[:80], why)] if words else []


def weave(runs: Iterable[Run]) -> Inline:
    """The runs as normalised words: blanks collapsed across runs, links without blanks at their ends."""
    text, links = _Text(), list[Span]()
    strong = emphasis = 0
    for run in _merged(runs):
        start = text.length
        text.add(characters(run.text))
        added = text.length - start
        if run.href and added:
            links.append((start, text.length, run.href))
        strong += added * run.strong
        emphasis += added * run.emphasis
    words = "".join(text.parts).rstrip(" \n")
    if not is_normalized("NFC", words):  # a letter and its mark in two dresses
        return Inline(normalize("NFC", words))
    return Inline(words, tuple(_tidy(words, links)), _all(strong, words), _all(emphasis, words))


def in_one_line(inline: Inline) -> Inline:
    """The words with line ends as blanks."""
    words = inline.text.replace("\n", " ")
    return replace(inline, text=words, links=tuple(_tidy(words, list(inline.links))))


def retargeted(inline: Inline, base: str = "") -> Inline:
    """The words with their links' targets made absolute; links to nowhere go, their words stay."""
    if not inline.links:
        return inline
    links = [(a, b, address) for a, b, href in inline.links if (address := target(href, base))]
    return replace(inline, links=tuple(_tidy(inline.text, links)))


def _all(dressed: int, words: str) -> bool:
    return (
        bool(words) and dressed >= len(words) * 0.95 - 1
    )  # a colon or stop outside the dress does not count


class _Text:
    """Grows a text in which no two blanks meet."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.length = 0

    def add(self, text: str) -> None:
        words = clean(text)
        if not words:
            self._blank(text)
            return
        self._blank(text[: len(text) - len(text.lstrip(" \n"))])
        self._append(words)
        self._blank(text[len(text.rstrip(" \n")) :])

    def _blank(self, text: str) -> None:
        if not text or not self.parts:
            return
        blank = "\n" if "\n" in text else " "
        if self.parts[-1] in (" ", "\n"):
            if blank == "\n":
                self.parts[-1] = blank
            return
        self._append(blank)

    def _append(self, text: str) -> None:
        self.parts.append(text)
        self.length += len(text)


def _merged(runs: Iterable[Run]) -> Iterable[Run]:
    # Neighbours in one dress are one run: letters and their marks may be parted by an entity or a comment.
    texts: list[str] = []
    last = Run("")
    for run in runs:
        if (run.href, run.strong, run.emphasis) != (last.href, last.strong, last.emphasis):
            if texts:
                yield Run("".join(texts), last.href, last.strong, last.emphasis)
            texts, last = [], run
        texts.append(run.text)
    if texts:
        yield Run("".join(texts), last.href, last.strong, last.emphasis)


def _tidy(words: str, links: list[Span]) -> Iterable[Span]:
    """Links cut at line ends and without blanks at their ends; neighbours with one target joined."""
    last: Span | None = None
    for span in (piece for link in links for piece in _lines(words, link)):
        if last and last[2] == span[2] and last[1] <= span[0] and words[last[1] : span[0]] in ("", " "):
            last = (last[0], span[1], span[2])
            continue
        if last:
            yield last
        last = span
    if last:
        yield last


def _lines(words: str, link: Span) -> Iterable[Span]:
    start, end, href = link
    end = min(end, len(words))
    while start < end:
        stop = words.find("\n", start, end)
        stop = end if stop < 0 else stop
        part = words[start:stop]
        a = start + len(part) - len(part.lstrip())
        b = a + len(part.strip())
        if a < b:
            yield a, b, href
        start = stop + 1
