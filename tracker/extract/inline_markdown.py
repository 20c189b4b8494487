"""Reads the words of a Markdown line: links, bold and italic marks, code, escapes, entities, tags.

Linear in its length whatever it holds: every bracket and mark is looked at once, and a match is never
searched twice.
"""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass

from tracker.extract.pieces import Inline, Run, retargeted, weave

_TOKEN = re.compile(
    r"""(?P<escape>\\[!-/:-@\[-`{-~])
    | (?P<code>`+)
    | (?P<mark>\*{1,3}|_{1,3})
    | (?P<open>!?\[)
    | (?P<close>\])
    | (?P<entity>&(?:\#\d{1,7}|\#[xX][0-9a-fA-F]{1,6}|[a-zA-Z]\w{1,30});)
    | (?P<break><[bB][rR]\s{0,3}/?>)
    | (?P<auto><(?:https?://|mailto:)[^\s<>]{1,2000}>)
    | (?P<tag></?[a-zA-Z][a-zA-Z0-9-]{0,20}(?:\s[^<>]{0,1000})?/?>|<!--[^<>]{0,1000}-->)
    """,
    re.VERBOSE,
)
_TARGET = re.compile(
    r"""\(\s*(?:<(?P<angle>[^<>\n]{0,4000})>|(?P<bare>(?:\\.|[^\s()\\]|\((?:\\.|[^\s()\\]){0,500}\)){0,2000}))
    (?:\s+(?:"[^"\n]{0,1000}"|'[^'\n]{0,1000}'))?\s*\)""",
    re.VERBOSE,
)
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")


@dataclass(slots=True)
class _Piece:
    text: str
    mark: str = ""  # what may open or close bold or italic
    left: bool = False  # it may open
    right: bool = False  # it may close
    href: str = ""
    strong: bool = False
    emphasis: bool = False


def parse(text: str, base: str = "") -> Inline:
    """The words of ``text`` without its marks, with the links in it, absolute where ``base`` is given."""
    if not _TOKEN.search(text):
        return weave([Run(text)])
    pieces = _tokens(text)
    _pair_marks(pieces)
    runs = (Run(piece.text, piece.href, piece.strong, piece.emphasis) for piece in pieces if piece.text)
    return retargeted(weave(runs), base)


def unescape(text: str) -> str:
    """``text`` without backslash escapes and entities."""
    return html.unescape(_ESCAPE.sub(r"\1", text)) if "\\" in text or "&" in text else text


def _tokens(text: str) -> list[_Piece]:
    ticks = _code_ends(text)
    pieces: list[_Piece] = []
    brackets: list[int] = []
    at = 0
    while match := _TOKEN.search(text, at):
        pieces.append(_Piece(text[at : match.start()]))
        at = match.end()
        kind, words = match.lastgroup, match[0]
        if kind == "code":
            end = ticks.get(match.start(), -1)
            pieces.append(_Piece(text[at:end] if end > 0 else words))
            at = end + len(words) if end > 0 else at
        elif kind == "mark":
            pieces.append(_flanks(text, match.start(), match.end()))
        elif kind == "open":
            brackets.append(len(pieces))
            pieces.append(_Piece(words))
        elif kind == "close" and brackets:
            at = _close(text, at, pieces, brackets.pop())
        else:
            pieces.append(_plain(kind, words))
    pieces.append(_Piece(text[at:]))
    return pieces


def _plain(kind: str | None, words: str) -> _Piece:
    if kind == "escape":
        return _Piece(words[1])
    if kind == "entity":
        return _Piece(html.unescape(words))
    if kind == "break":
        return _Piece("\n")
    if kind == "auto":
        return _Piece(words[1:-1].removeprefix("mailto:"), href=words[1:-1])
    return _Piece("" if kind == "tag" else words)


def _code_ends(text: str) -> dict[int, int]:
    """For each run of backticks that opens code, where the run of the same length that closes it stands."""
    waiting: dict[int, int] = {}
    ends: dict[int, int] = {}
    for match in re.finditer("`+", text):
        length = match.end() - match.start()
        if length in waiting:
            ends[waiting.pop(length)] = match.start()
        else:
            waiting[length] = match.start()
    return ends


def _close(text: str, at: int, pieces: list[_Piece], opened: int) -> int:
    """Ends the bracket at ``opened``: a link, an image (dropped: it shows no words), or mere brackets."""
    target = _TARGET.match(text, at)
    if target is None:
        pieces.append(_Piece("]"))
        return at
    if pieces[opened].text == "![":
        del pieces[opened:]
        return target.end()
    href = unescape(target["angle"] or target["bare"] or "")
    pieces[opened].text = ""
    for piece in pieces[opened:]:
        if not piece.href:
            piece.href = href or "#"
    return target.end()


def _flanks(text: str, start: int, end: int) -> _Piece:
    before, after = text[start - 1 : start] or " ", text[end : end + 1] or " "
    left = not after.isspace() and (after.isalnum() or before.isspace() or not before.isalnum())
    right = not before.isspace() and (before.isalnum() or after.isspace() or not after.isalnum())
    if text[start] == "_":
        left, right = left and not before.isalnum(), right and not after.isalnum()
    return _Piece(text[start:end], text[start], left, right)


def _pair_marks(pieces: Sequence[_Piece]) -> None:
    """Takes away the marks that pair, and dresses what stands between; converters' stray "**" go too."""
    open_: dict[str, list[int]] = {"*": [], "_": []}
    for number, piece in enumerate(pieces):
        if not piece.mark:
            continue
        stack = open_[piece.mark]
        if piece.right and stack and len(pieces[stack[-1]].text) == len(piece.text):
            _dress(pieces, stack.pop(), number)
        elif piece.left:
            stack.append(number)
    for piece in pieces:
        if piece.mark and len(piece.text) > 1:
            piece.text = ""


def _dress(pieces: Sequence[_Piece], opened: int, closed: int) -> None:
    marks = len(pieces[opened].text)
    pieces[opened].text = pieces[closed].text = ""
    pieces[opened].mark = pieces[closed].mark = ""
    for piece in pieces[opened + 1 : closed]:
        piece.strong |= marks >= 2
        piece.emphasis |= marks != 2
