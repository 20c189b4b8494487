"""Is what came the policy? Judged from the page alone and, where there is one, from the last good version.

Holding back a good page loses a version, letting a bad one through invents one: so each rule asks for two
signs at once, such as a phrase and a short text. The phrases stand in ``gate.toml``.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from html import unescape
from importlib.resources import files
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from tracker.model import BlockKind, Document, Snapshot

_SHELL = 25  # words; no policy says what it must in fewer
_SHORT = 150
_BRIEF = 400
_TALKATIVE = 1_500  # an error page with the site's whole footer
_PROMINENT = 6  # blocks at the top in which a page says what it is
_LEAST_OLD = 150  # words of the last good text from which on it can tell
_PASSWORD = re.compile(rb"""<input\b[^>]{0,400}\btype\s*=\s*["']?password""")
_TITLE = re.compile(rb"<title\b[^>]{0,200}>\s*([^<]{1,300})")
_CANONICAL = re.compile(
    rb"""<link\b(?=[^>]{0,300}\brel\s*=\s*["']?canonical\b)[^>]{0,300}?\bhref\s*=\s*["']?([^"'\s>]{1,300})"""
)
_ROOT = re.compile(r"/?(?:[a-z]{2}(?:[-_][a-z]{2})?/?)?(?:(?:index|home)(?:\.\w{1,5})?/?)?")
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Suspicion:
    """Why a capture is held back: ``reason`` is an id of the contract, ``detail`` what was seen.

    ``confirmable`` tells that a later fetch of the same text may prove it right; a page that betrays itself
    stays what it is, however often it comes.
    """

    reason: str
    detail: str
    confirmable: bool = False

    def __str__(self) -> str:
        return f"{self.reason}: {self.detail}"


@dataclass(frozen=True, slots=True)
class _View:
    """What the rules look at, all in lower case."""

    media_type: str
    asked: str  # the address that was asked for
    came: str  # the one that answered, after redirects
    source: bytes
    text: str
    words: int
    titles: tuple[str, ...]  # the source's and the document's
    opening: tuple[str, ...]  # the first blocks
    headings: tuple[str, ...]  # those among them


def judge(document: Document | None, snapshot: Snapshot) -> Suspicion | None:
    """Why the page alone says that it is to be held back; None for one fit to be recorded.

    ``document`` is what was read of it, None where it has no words.
    """
    view = _view(document, snapshot)
    for rule in (_challenge, _cut, _closed, _refusal, _login, _cookie_wall, _shell, _home_page):
        if found := rule(view):
            return found
    return None


def _view(document: Document | None, snapshot: Snapshot) -> _View:
    source = snapshot.raw.lower()
    if document is None:
        return _View(*_where(snapshot), source, "", 0, _title(source), (), ())
    first = document.blocks[:_PROMINENT]
    return _View(
        *_where(snapshot),
        source,
        document.text.lower(),
        len(_WORD.findall(document.text)),
        (*_title(source), document.title.lower().strip()),
        tuple(document.words(block).lower() for block in first),
        tuple(document.words(block).lower() for block in first if block.kind is BlockKind.HEADING),
    )


def _where(snapshot: Snapshot) -> tuple[str, str, str]:
    """Media type, and the addresses asked for and arrived at."""
    came = snapshot.redirects[-1] if snapshot.redirects else snapshot.url
    return snapshot.media_type, snapshot.url.lower(), came.lower()


def _title(source: bytes) -> tuple[str, ...]:
    """The title that the page gives itself: extraction may have found a better one."""
    match = _TITLE.search(source)
    return (unescape(match[1].decode("utf-8", "replace")).strip(),) if match else ()


# --- from the page alone ------------------------------------------------------------------------------


def _challenge(view: _View) -> Suspicion | None:
    """A bot challenge: its script where a page shows next to nothing, or its words."""
    if view.words < _SHORT and view.media_type == "text/html":
        for mark in _phrases("bot_wall", "source"):
            if mark.encode() in view.source:
                told = f"next to no words, and a challenge in the source ({mark})"
                return Suspicion("bot_wall", told + _sent_by(view))
    found = _spoken(view, "bot_wall")
    return Suspicion("bot_wall", found.detail + _sent_by(view)) if found else None


def _sent_by(view: _View) -> str:
    """Who stands before the site, where the source tells."""
    for name in _blockers():
        if any(mark.encode() in view.source for mark in _phrases("blockers", name)):
            return f", sent by {name}"
    return ""


def _cut(view: _View) -> Suspicion | None:
    """A page that breaks off. The end tags may be left out; what never ends a page is text or half a tag."""
    end = view.source[-400:].rstrip()
    if view.media_type == "text/html":
        whole = b"</html" in end or b"</body" in end or not end or end.endswith(b">")
        if not whole and b"<html" in view.source[:4096] and b"</html" not in view.source:
            return Suspicion("truncated", "the page breaks off in the middle")
    if view.media_type == "application/pdf" and b"%%eof" not in view.source[-2048:]:
        return Suspicion("truncated", "the PDF has no end")
    return None


def _closed(view: _View) -> Suspicion | None:
    """An address where nothing stands."""
    return _spoken(view, "not_found")


def _refusal(view: _View) -> Suspicion | None:
    """An error told in a short page, or at the very top of a longer one."""
    if found := _spoken(view, "error"):
        return found
    top = view.opening[0] if view.opening else ""
    phrase = _opens((top,), "error")
    if phrase and view.words < _TALKATIVE and len(_WORD.findall(top)) < 15:
        return Suspicion("error", f"the page begins with “{phrase}”")
    return None


def _login(view: _View) -> Suspicion | None:
    """A form for a password, and words of logging in, on a page that is titled as nothing else."""
    if view.words >= _BRIEF or _titled_as_policy(view) or not _PASSWORD.search(view.source):
        return None
    phrase = _opens((*view.titles, *view.opening), "login") or _says(view, "login")
    return Suspicion("login", f"a password is asked for, and the page says “{phrase}”") if phrase else None


def _cookie_wall(view: _View) -> Suspicion | None:
    """A question about cookies, and nothing else."""
    if view.words < _BRIEF and not _titled_as_policy(view):
        phrase = _opens((*view.titles, *view.opening), "cookie_wall")
        asked = [ask for ask in _phrases("cookie_wall", "asks") if any(ask in line for line in view.opening)]
        if not phrase and asked and _offers(view):
            phrase = asked[0]
        if phrase:
            return Suspicion("cookie_wall", f"the page asks about cookies (“{phrase}”)")
    panel = _panel_alone(view)
    return Suspicion("cookie_wall", f"the page holds a cookie panel alone ({panel})") if panel else None


def _offers(view: _View) -> bool:
    """Whether the page offers to accept or reject cookies: by a button, or by telling what a click means."""
    if any(choice in line for choice in _phrases("cookie_wall", "choices") for line in view.opening):
        return True
    lines = {line.strip("•* ") for line in view.text.splitlines()}
    return any(button in lines for button in _phrases("cookie_wall", "buttons"))


def _panel_alone(view: _View) -> str:
    """The selector of a consent panel beside which the page says next to nothing; "" where there is none."""
    named = [name for name in _phrases("cookie_wall", "panels") if name[1:].encode() in view.source]
    if view.media_type != "text/html" or view.words >= _TALKATIVE or not named:
        return ""
    page = LexborHTMLParser(view.source)
    for node in page.css("script, style, noscript, template"):
        node.decompose()
    found = [name for name in named if _words_of(page.css_first(name)) > _SHELL]
    for name in found:
        for node in page.css(name):
            node.decompose()
    return found[0] if found and _words_of(page.body) < 2 * _SHELL else ""


def _words_of(node: LexborNode | None) -> int:
    return len(_WORD.findall(node.text(separator=" "))) if node else 0


def _shell(view: _View) -> Suspicion | None:
    """A page that waits for its script."""
    if view.words < _SHELL:
        return Suspicion("empty_shell", f"the page shows {view.words or 'no'} words")
    phrase = _says(view, "empty_shell") if view.words < _SHORT // 2 and not _titled_as_policy(view) else ""
    return Suspicion("empty_shell", f"{view.words} words, and the page says “{phrase}”") if phrase else None


def _home_page(view: _View) -> Suspicion | None:
    """A page that calls itself the site's first one where another was asked for, and speaks not of that."""
    named = _CANONICAL.search(view.source)
    here = named[1].decode("utf-8", "replace") if named else view.came
    if (
        view.media_type != "text/html"
        or not _is_root(here)
        or _is_root(view.asked)
        or _titled_as_policy(view)
    ):
        return None
    asked = [
        word[:7] for word in _WORD.findall(_path(view.asked).rstrip("/").rpartition("/")[2]) if len(word) > 2
    ]
    if not asked or any(word in view.text for word in asked):
        return None
    return Suspicion("wrong_document", "it is the site's home page, and does not speak of what was asked for")


def _is_root(url: str) -> bool:
    """Whether the address is a site's first page, perhaps in a language."""
    return _ROOT.fullmatch(_path(url)) is not None


def _path(url: str) -> str:
    try:
        return urlsplit(url).path
    except ValueError:
        return url


def _spoken(view: _View, reason: str) -> Suspicion | None:
    """A brief page that begins with one of the reason's phrases, or a short one that holds one anywhere."""
    phrase = _opens((*view.titles, *view.headings, *view.opening[:3]), reason) if view.words < _BRIEF else ""
    if not phrase and view.words < _SHORT:
        phrase = _says(view, reason)
    return Suspicion(reason, f"{view.words} words, and the page says “{phrase}”") if phrase else None


def _opens(lines: tuple[str, ...], reason: str) -> str:
    """The reason's phrase that one of the lines begins with, as whole words; "" where none does."""
    for line in lines:
        for phrase in _phrases(reason, "opens"):
            if _begins(line, phrase):
                return phrase
    return ""


def _begins(line: str, phrase: str) -> bool:
    """Whether the line begins with the phrase; after a single word or number no further word may follow."""
    rest = line[len(phrase) :]
    return line.startswith(phrase) and not (rest[:1] if " " in phrase else rest.lstrip(" ")[:1]).isalnum()


def _says(view: _View, reason: str) -> str:
    return next((phrase for phrase in _phrases(reason, "says") if phrase in view.text), "")


def _titled_as_policy(view: _View) -> bool:
    return any(
        word in line for line in (*view.titles, *view.headings) for word in _phrases("policy", "titles")
    )


@cache
def _blockers() -> tuple[str, ...]:
    return tuple(_table()["blockers"])


@cache
def _table() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads((files("tracker.fetch") / "gate.toml").read_text("utf-8"))


@cache
def _phrases(reason: str, where: str) -> tuple[str, ...]:
    return tuple(_table()[reason].get(where, ()))


# --- in the light of the last good version ---------------------------------------------------------------


def judge_by(document: Document, previous: Document) -> Suspicion | None:
    """Why a text is to be held back in the light of the last good one; None where it may follow it."""
    found = _of_history(document, previous)
    return Suspicion(*found, confirmable=True) if found else None


def _of_history(document: Document, previous: Document) -> tuple[str, str] | None:
    new, old = _words(document), _words(previous)
    if len(old) < _LEAST_OLD:
        return None
    languages = {document.language, previous.language}
    if len(languages) == 2 and "und" not in languages:
        return "wrong_document", f"the language turned from {previous.language} to {document.language}"
    if len(new) < 0.4 * len(old):
        return "truncated", f"{len(new)} words are left of {len(old)}"
    if len(new) > 3 * len(old) + 1_000:
        return "wrong_document", f"{len(old)} words have become {len(new)}"
    kept = _kept(old, new)
    if kept < 0.2:
        return "wrong_document", f"{kept:.0%} of the last good text is kept"
    tail = old[-len(old) // 6 :]
    if kept < 0.8 and _kept(new, old) > 0.97 and _kept(tail, new) < 0.3:
        return "truncated", f"the last good text is cut off after {len(new)} of {len(old)} words"
    return None


def _kept(old: list[str], new: list[str]) -> float:
    """The share of the old text's runs of three words that the new text holds."""
    before = set(zip(old, old[1:], old[2:], strict=False))
    return len(before & set(zip(new, new[1:], new[2:], strict=False))) / (len(before) or 1)


def _words(document: Document) -> list[str]:
    return _WORD.findall(document.text.lower())
