"""Names of organisations as they stand in prose: where one begins and ends, in whatever list it is or is not.

A name is a run of words written with capitals ("Example Mail Services"), a word with a point inside
("example.io"), or a quoted name after a legal form («ООО "Пример"»), with the legal form that follows it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from tracker.gazetteer import plain

MAX_WORDS = 7
_FORMS = (
    r"Inc|Incorporated|LLC|L\.L\.C|PLLC|LLP|LP|L\.P|Ltd|Limited|LTD|Corp|Corporation|Company|PLC|plc|PBC"
    r"|FZ-LLC|FZE"
    r"|(?:Pty|Pte|Pvt|Private|PTY|PTE)\.?,? (?:Ltd|Limited|LTD)|Co\.?,? (?:Ltd|Limited|LTD)|Co|K\.K"
    r"|Ges\.? ?m\.? ?b\.? ?H|GesmbH|mbH(?: ?& ?Co\.? ?KG)?|PartG(?: ?mbB|mbB)?|mbB|eGbR|VVaG|AöR|KdöR|gAG"
    r"|g?GmbH(?: ?& ?Co\.? ?KG(?:aA)?)?|AG(?: ?& ?Co\.? ?KG(?:aA)?)?|SE(?: ?& ?Co\.? ?KG)?|KGaA|KG|OHG|GbR|eG"
    r"|UG(?: \(haftungsbeschränkt\))?|e\. ?V|e\. ?K|e\. ?G|SELARL|SCOP|SCIC|ASBL|SASU|SAS"
    r"|S\.A\.S(?:\.U)?|S\.A\.R\.L|SARL|Sarl|Sàrl"
    r"|S\.[aà]\.? ?r\.l"
    r"|S\.A|SA|S\.L\.U|S\.L|SLU|SL|S\.p\.A|S\.P\.A|SpA|SPA|S\.r\.l\.s|S\.r\.l|S\.R\.L|SRL|Srl|EURL|SNC|SCA"
    r"|GIE|B\.V|BV|N\.V|NV|BVBA|SPRL|VOF|AB|A/S|ApS|ASA|AS|Oyj|Oy|OÜ|UAB|SIA|EOOD|OOD|EAD|d\.o\.o|D\.O\.O"
    r"|s\.r\.o|S\.R\.O|a\.s|Kft|Zrt|Nyrt|[Ss]p\. ?z ?o\. ?o|[Ss]półka z o\.o|Ltda|LTDA"
    r"|Lda|LDA|S/A|EIRELI|Sdn\.? Bhd"
)
_SHORTENED = ("Inc", "Ltd", "Corp", "Co", "LTD")
_FORM = re.compile(rf",?[ \u00a0](?:{_FORMS})\b\.?")
_FORM_AT_END = re.compile(rf"[ \u00a0](?:{_FORMS})\.$")
_QUOTED = r"\s+[«\"“]\s?(?P<{}>[^»\"”\n]{{2,80}})[»\"”]"
_RUSSIAN_FORM = re.compile(
    r"\b(?:(?:ООО|ОАО|ЗАО|ПАО|НАО|АО|ТОО|ИП|АНО|НКО|ФГУП|ФГБУ|ФГАУ|ФГБОУ|ФГАОУ|ГБУ|ГБУЗ|ГАУ|ГУП|МУП|МБУ|МКУ|ОДО|САО|СПАО|НПФ|ФБУ|ФКУ|ЧОУ|НОУ"
    r"|[ОоТт]\w{6,12} с ограниченной ответственностью"
    r"|(?:[Пп]убличн\w+ )?[Аа]кционерн\w+ обществ\w+|[Ии]ндивидуальн\w+ предпринимател\w+)"
    rf"(?:{_QUOTED.format('quoted')}|\s+(?P<bare>[A-ZА-ЯЁ][\w.\-]+(?: [A-ZА-ЯЁ][\w.\-]+){{0,3}}))"
    r"|(?:[Кк]омпани|[Уу]чреждени|[Лл]аборатори|[Тт]ипографи|[Аа]гентств|[Фф]онд|[Аа]ссоциаци)\w{0,3}"
    rf"{_QUOTED.format('named')})"
)
_WORD = re.compile(r"\w+(?:[.'’@&+-]\w+)*\+?!?")
_UPPER = "A-ZÀ-ÖØ-ÞĄĆČĎĘĚĞİŁŃŇŐŒŘŚŞŠŤŮŰŹŻŽА-ЯЁІЇЄҐӘҒҚҢӨҰҮҺ"
_JOINT = re.compile(r" ?& ?| of (?:the )?|(?:(?<=\bDr)|(?<=\bProf)|(?<=\bMe))\. |[ \u00a0]")
_ENDINGS = (
    "io|com|ai|net|org|co|app|dev|ru|de|fr|eu|tv|me|cloud|tech|to|fm|ly|so|gg|us|uk|kz|by|pl|nl|it|es|pt|br"
)
_DOMAIN = re.compile(rf"(?:[\w-]+\.)+(?:{_ENDINGS})")
_BEGINNING = re.compile(rf"(?<!\w)(?:\w*[{_UPPER}]|[\w-]{{1,40}}\.(?:{_ENDINGS})\b)")
_HYPHENED_FORM = re.compile(r"-(?:AG|GmbH|KG|SE|eG)$")  # "Example Versicherungs-AG"
_CYRILLIC = re.compile("[А-Яа-яЁё]")


@dataclass(frozen=True, slots=True)
class Name:
    """A name in a text: its span without the legal form, and where the form ends."""

    start: int
    end: int
    full_end: int  # after the legal form; equals ``end`` where there is none
    full_start: int = -1  # before a legal form that stands first ("ООО «Пример»"); -1 where there is none

    @property
    def has_form(self) -> bool:
        """Whether a legal form stands beside the name."""
        return self.full_end > self.end or self.full_start >= 0

    @property
    def full(self) -> tuple[int, int]:
        """The span with the legal form."""
        return (self.full_start if self.full_start >= 0 else self.start), self.full_end


def spans(text: str, start: int, end: int, small: frozenset[str] = frozenset()) -> Iterator[Name]:
    """All names in ``text[start:end]``, left to right; words of ``small`` ("our", "the") are no part."""
    at = start
    forms = list(_RUSSIAN_FORM.finditer(text, start, end)) if _cyrillic(text, start, end) else []
    forms.reverse()  # the next one last
    while (begin := _BEGINNING.search(text, at, end)) and (match := _WORD.match(text, begin.start(), end)):
        while forms and forms[-1].end() <= match.start():
            forms.pop()
        if forms and forms[-1].start() <= match.start():
            form = forms.pop()
            part = form.lastgroup or "bare"
            start = form.start(part)
            yield Name(start, start + len(form[part].rstrip()), form.end(), form.start())
            at = max(form.end(), match.end())
        elif not is_capital(match[0]) or _is_small(match[0], small) or _in_address(text, match):
            at = match.end()
        else:
            name = _name(text, match, end, small)
            yield name
            at = name.full_end


def _cyrillic(text: str, start: int, end: int) -> bool:
    return _CYRILLIC.search(text, start, min(end, start + 400)) is not None


def _is_small(word: str, small: frozenset[str]) -> bool:
    return not word[1:].isupper() and word.lower() in small


def _in_address(text: str, word: re.Match[str]) -> bool:
    """Whether the word is a part of a web or mail address."""
    before, after = (
        text[word.start() - 1 : word.start()] if word.start() else "",
        text[word.end() : word.end() + 1],
    )
    return before in ("/", "@", ".") or after in ("/", "@") or word[0].lower().startswith("www.")


def _name(text: str, first: re.Match[str], end: int, small: frozenset[str]) -> Name:
    stop = first.end()
    for _ in range(MAX_WORDS - 1):
        if _FORM.match(text, stop, end):
            break
        joint = _JOINT.match(text, stop, end)
        word = _WORD.match(text, joint.end(), end) if joint else None
        if not word or not (is_capital(word[0]) or word[0].isdigit()) or _is_small(word[0], small):
            break
        stop = word.end()
    return Name(first.start(), stop, _form_end(text, stop, end))


def completed(text: str, name: Name, end: int, joints: tuple[str, ...]) -> Name:
    """The name with what small words join to it ("Saveurs | du Bocage"), where a language names so."""
    if not joints or name.has_form:
        return name
    match = _joined_words(joints).match(text, name.end, end)
    return replace(name, end=match.end(), full_end=_form_end(text, match.end(), end)) if match else name


@lru_cache(maxsize=16)
def _joined_words(joints: tuple[str, ...]) -> re.Pattern[str]:
    small = "|".join(map(re.escape, joints))
    return re.compile(rf" (?:{small})[ \u00a0]?[{_UPPER}][\w’'-]+(?:[ \u00a0][{_UPPER}][\w’'-]+){{0,3}}")


def ends_with_form(text: str) -> bool:
    """Whether the text ends with a legal form and its point ("Example Mail, Ltd.")."""
    return _FORM_AT_END.search(text) is not None


def _form_end(text: str, at: int, end: int) -> int:
    """Where the legal form at ``at`` ends; "Ltd." keeps its point, "Limited." does not."""
    form = _FORM.match(text, at, end)
    if form is None:
        return at
    whole = form[0].endswith(".") and "." not in form[0][:-1] and form[0].strip(",. \u00a0") not in _SHORTENED
    return form.end() - whole


def is_capital(word: str) -> bool:
    """Whether a word is written as a name: a capital at its beginning or inside, or an address-like form."""
    if "@" in word:
        return False
    return (not word.islower() and any(char.isupper() for char in word)) or bool(_DOMAIN.fullmatch(word))


@lru_cache(maxsize=8192)
def bare(name: str) -> str:
    """A name without its legal form and marks around it ("Example Ltd." is "Example")."""
    match = _RUSSIAN_FORM.match(name.strip())
    if match:
        return match[match.lastgroup or 0].strip()
    shorter = name.strip(" \u00a0\"'«»“”„()[]*,;:")
    while (form := _last_form(shorter)) and form.start() > 1:
        shorter = shorter[: form.start()].rstrip(" ,")
    return shorter


def _last_form(name: str) -> re.Match[str] | None:
    for match in _FORM.finditer(name):
        if match.end() >= len(name.rstrip(".")):
            return match
    return None


def same(one: str) -> str:
    """What two spellings of one name share: no legal form, no marks, no case."""
    return plain(bare(one))


def distinctive(name: str) -> bool:
    """Written as no ordinary word is: a capital inside, a digit, a point ("PayHarbour", "Tintype.io")."""
    if _HYPHENED_FORM.search(name):
        return True
    return any(_is_odd(word) for word in re.split(r"[\s-]+", name.strip(".")))


def _is_odd(word: str) -> bool:
    mixed = not word.isupper() and any(char.isupper() for char in word[1:])
    return mixed or "." in word.strip(".") or (any(map(str.isdigit, word)) and any(map(str.isalpha, word)))
