"""Reads a PDF: lines become paragraphs, headings and items by place and font; running heads and feet go."""

from __future__ import annotations

import ctypes
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

import pypdfium2
import pypdfium2.raw as pdfium

from tracker.errors import TrackerError
from tracker.extract import labels
from tracker.extract.infer import infer
from tracker.extract.normalise import clean
from tracker.extract.pieces import Inline, Piece
from tracker.model import BlockKind

MAX_PAGES = 2_000
_LARGER = 1.12  # times the body's font size: a heading
_LOOSE = 1.35  # times the usual step from line to line: a new paragraph
_EDGE = 2  # lines at the top and bottom of a page that may be a running head or foot
_HYPHENS = ("\x02", "\ufffe", "\xad")  # how the library marks a word parted at the end of a line
_NUMBER = re.compile(
    r"(?:\w{1,6}\.? )?[-–—]?\s?\d{1,4}\s?[-–—]?(?:\s?(?:/|of|von|de|из|di|sur|van)\s?\d{1,4})?", re.I
)
_SENTENCE_END = re.compile(r"[.!?:;…]['\"”»)]*$")


class UnreadablePdf(TrackerError):
    """A PDF that is damaged or locked."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"the PDF cannot be read ({reason})", "give an undamaged PDF without a password")


@dataclass(frozen=True, slots=True)
class Line:
    """A printed line; lengths in points, ``y`` of its lower edge from the bottom of the page."""

    words: str
    left: float
    right: float
    y: float
    size: float
    bold: bool
    parted: bool  # its last word goes on in the next line
    page: int


def from_pdf(raw: bytes) -> list[Piece]:
    """The pieces of a PDF. Raises UnreadablePdf."""
    try:
        document = pypdfium2.PdfDocument(raw)
    except pypdfium2.PdfiumError as error:
        raise UnreadablePdf(str(error).rstrip(".").lower()) from None
    try:
        pages = [_lines(document[number], number) for number in range(min(len(document), MAX_PAGES))]
    except pypdfium2.PdfiumError as error:
        raise UnreadablePdf(str(error).rstrip(".").lower()) from None
    finally:
        document.close()
    return infer(_pieces(list(_without_running(pages))))


# --- lines --------------------------------------------------------------------------------------------


def _lines(page: pypdfium2.PdfPage, number: int) -> list[Line]:
    text = page.get_textpage()
    try:
        return [line for start, words in _cut(text) if (line := _line(text, start, words, number))]
    finally:
        text.close()
        page.close()


def _cut(text: pypdfium2.PdfTextPage) -> Iterator[tuple[int, str]]:
    """The lines of a page, each with the index of its first character."""
    at = 0
    for words in text.get_text_range().split("\r\n"):
        yield at, words
        at += len(words.encode("utf-16-le", "replace")) // 2 + 2


def _line(text: pypdfium2.PdfTextPage, start: int, raw: str, page: int) -> Line | None:
    words = clean(raw.rstrip("".join(_HYPHENS)))
    if not words:
        return None
    first = start + len(raw) - len(raw.lstrip())
    last = start + len(raw.rstrip().rstrip("".join(_HYPHENS))) - 1
    left, bottom, _, _ = _box(text, first)
    _, _, right, _ = _box(text, max(first, last))
    samples = [start + at for at in _samples(raw)]
    size = max(pdfium.FPDFText_GetFontSize(text, at) for at in samples)
    bold = all(_is_bold(text, at) for at in samples)
    return Line(words, left, right, bottom, round(size * 2) / 2, bold, raw.rstrip()[-1:] in _HYPHENS, page)


def _samples(raw: str) -> list[int]:
    """Places of up to four visible characters spread over the line; generated blanks have no font."""
    visible = [at for at, character in enumerate(raw) if character.isalnum()] or [
        len(raw) - len(raw.lstrip())
    ]
    last = len(visible) - 1
    return sorted({visible[last * part // 3] for part in range(4)})


def _box(text: pypdfium2.PdfTextPage, index: int) -> tuple[float, float, float, float]:
    try:
        left, bottom, right, top = text.get_charbox(index, loose=True)
    except (pypdfium2.PdfiumError, IndexError, ValueError):
        return 0.0, 0.0, 0.0, 0.0
    return left, bottom, right, top


def _is_bold(text: pypdfium2.PdfTextPage, index: int) -> bool:
    name = ctypes.create_string_buffer(128)
    flags = ctypes.c_int()
    pdfium.FPDFText_GetFontInfo(text, index, name, 128, flags)
    return pdfium.FPDFText_GetFontWeight(text, index) >= 600 or b"bold" in name.value.lower()


# --- running heads and feet ---------------------------------------------------------------------------


def _without_running(pages: Sequence[Sequence[Line]]) -> Iterator[Line]:
    """The lines of all pages without those that stand at the edge of most pages, and without page numbers."""
    edges = Counter(shape for lines in pages for shape in {_shape(line.words) for line in _edge(lines)})
    often = max(2, len(pages) * 0.5)
    for lines in pages:
        edge = {id(line) for line in _edge(lines)}
        for line in lines:
            if id(line) not in edge or not _is_running(line, edges, often, len(pages)):
                yield line


def _edge(lines: Sequence[Line]) -> list[Line]:
    ordered = sorted(lines, key=lambda line: line.y)
    return [*ordered[:_EDGE], *ordered[-_EDGE:]]


def _shape(words: str) -> str:
    return re.sub(r"\d+", "#", words)


def _is_running(line: Line, edges: Counter[str], often: float, pages: int) -> bool:
    return pages > 1 and (edges[_shape(line.words)] >= often or bool(_NUMBER.fullmatch(line.words)))


# --- paragraphs ---------------------------------------------------------------------------------------


def _pieces(lines: Sequence[Line]) -> list[Piece]:
    if not lines:
        return []
    weight = Counter[float]()
    for line in lines:
        weight[line.size] += len(line.words)
    body = max(sorted(weight), key=lambda size: weight[size])
    sizes = sorted((size for size in weight if size > body * _LARGER), reverse=True)
    return [_piece(paragraph, sizes) for paragraph in _paragraphs(lines)]


def _piece(lines: Sequence[Line], sizes: Sequence[float]) -> Piece:
    words = "".join(
        line.words + ("" if line.parted or number == len(lines) - 1 else " ")
        for number, line in enumerate(lines)
    )
    size = lines[0].size
    if size in sizes and len(words) < 200 and not labels.bullet_length(words):
        return Piece(BlockKind.HEADING, Inline(words), min(sizes.index(size) + 1, 6))
    return Piece(BlockKind.PARAGRAPH, Inline(words, strong=all(line.bold for line in lines)))


def _paragraphs(lines: Sequence[Line]) -> Iterator[list[Line]]:
    steps = [above.y - below.y for above, below in pairwise(lines) if 0 < above.y - below.y < 60]
    step = median(steps) if steps else 12.0
    edge = _right_edge(lines)
    paragraph = [lines[0]]
    for line in lines[1:]:
        if _goes_on(paragraph, line, step, edge):
            paragraph.append(line)
        else:
            yield paragraph
            paragraph = [line]
    yield paragraph


def _right_edge(lines: Iterable[Line]) -> float:
    rights = sorted(line.right for line in lines)
    return rights[int(len(rights) * 0.9)]


def _goes_on(paragraph: Sequence[Line], line: Line, step: float, edge: float) -> bool:
    above = paragraph[-1]
    if above.parted:
        return True
    if abs(above.size - line.size) > 0.6 or _is_marked(line.words):
        return False
    if above.bold != line.bold:
        return False
    short = above.right < edge * 0.8
    if above.page != line.page or line.y > above.y:
        return line.words[:1].islower() and not _SENTENCE_END.search(above.words)
    if above.y - line.y > max(step, above.size * 1.15) * _LOOSE:
        return False
    return not (short and (_SENTENCE_END.search(above.words) or not line.words[:1].islower()))


def _is_marked(words: str) -> bool:
    return bool(labels.bullet_length(words) or labels.label_length(words))
