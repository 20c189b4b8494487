"""The numbers and letters that stand before clauses: "5.2.", "a)", "(iv)", "A.1", "1)"; and bullets."""

from __future__ import annotations

import re
from functools import lru_cache

# One or two digits: three make years and amounts. "1.1" without a stop at its end needs a capital after it
# ("2.5 million" is no clause), as does a number that the words follow without a blank ("1.Scope").
_LABEL = re.compile(
    r"""(?:
      \d{1,2}(?:\.\d{1,3}){1,5}[.):]?(?=\s+[^\W\da-zа-яё]|\s+["“«'(„])   # 5.2 Erasure
    | \d{1,2}(?:\.\d{1,3}){1,5}[.)](?=\s+\S)                          # 5.2. erasure
    | \d{1,2}(?:\.\d{1,3}){2,5}(?=\s+\S)                              # 6.1.1 to process
    | \d{1,2}(?:\.\d{1,3}){0,5}[.)](?=[^\W\d_a-zа-яё])                # 1.Scope
    | \d{1,3}[.)](?=\s+\S)                                            # 1. or 1)
    | \((?:\d{1,2}|[a-zа-я]|[ivx]{1,5}|[A-Z])\)(?=\s*\S)              # (a) (iv) (1)
    | (?:[a-zа-я]|[ivx]{1,5})[.)](?=\s+\S)                            # a) iv.
    | [A-Z]\)(?=\s+\S)
    | (?:[A-Z]|[IVX]{1,5})\.(?=\s+[^\W\d_])                           # A. II.
    | [A-Z]\.\d{1,2}(?:\.\d{1,3}){0,3}\.?(?=\s+\S)                    # A.1.
    )""",
    re.VERBOSE,
)
_DATE = re.compile(r"\d{1,2}\.\s?\w{3,12}\.?\s(?:19|20)\d\d\b|\d{1,2}\.\d{1,2}\.(?:19|20)?\d\d\b")
# Names that begin like a label: "e. V.", "i. S. d.", "z. B.", "p. ej.", "т. е.", initials ("J. K.").
_NAME = re.compile(r"[^\W\d_]\.\s[^\W\d_]{1,2}\.")
BULLETS = "•·▪●○◦‣∙■□➢►–—*-"
_BULLET = re.compile(r"(?:[•·▪●○◦‣∙■□➢►➔✓✔]\s*|[–—*\-]\s+)+(?=\S)")
_ORDINAL = re.compile(r"\d{1,9}[.)]")
_DOTTED = re.compile(r"[A-Za-z\d]+\.\d")
_ROMAN = {"i": 1, "v": 5, "x": 10}


def label_length(words: str) -> int:
    """How many characters of ``words`` are a printed label; 0 without one, or without words after it."""
    match = _LABEL.match(words)
    if match is None or _DATE.match(words) or _NAME.match(words):
        return 0
    return match.end()


def is_ordinal(label: str) -> bool:
    """Whether the label is one that Markdown prints before a list item: "1." or "1)"."""
    return bool(_ORDINAL.fullmatch(label))


def bullet_length(words: str) -> int:
    """How many characters of ``words`` are bullets and the blanks after them."""
    match = _BULLET.match(words)
    return match.end() if match else 0


def is_dotted(label: str) -> bool:
    """Whether the label has several parts ("5.2."), as clauses of contracts have."""
    return bool(_DOTTED.match(label.lstrip("(")))


def depth(label: str) -> int:
    """How many parts the label has: 1 for "5.", 2 for "5.2."."""
    return len([part for part in re.split(r"[.\s]", label.strip("().:")) if part])


@lru_cache(maxsize=4096)
def readings(label: str) -> tuple[tuple[str, int], ...]:
    """What a simple label may count as: (style, ordinal); "i)" is both a letter and a Roman numeral."""
    core = label.strip("().:")
    frame = label.replace(core, "#", 1) if core else label
    if core.isdigit():
        return (("1" + frame, int(core)),)
    found: list[tuple[str, int]] = []
    case = "A" if core.isupper() else "a"
    if core and set(core.lower()) <= _ROMAN.keys():
        found.append((f"{case}-roman{frame}", _roman(core.lower())))
    if len(core) == 1 and core.isalpha():
        first = "а" if "а" <= core.lower() <= "я" else "a"
        found.append((f"{case}{first}{frame}", ord(core.lower()) - ord(first) + 1))
    return tuple(found)


def follows(label: str, earlier: str) -> bool:
    """Whether ``label`` is the next one after ``earlier`` in the same style ("c)" after "b)")."""
    return any(
        style == s and number == n + 1 for style, number in readings(label) for s, n in readings(earlier)
    )


def is_first(label: str) -> bool:
    """Whether the label can begin a list ("1.", "a)", "(i)")."""
    return any(number == 1 for _, number in readings(label))


def _roman(word: str) -> int:
    values = [_ROMAN[c] for c in word]
    return sum(-v if v < max(values[i:]) else v for i, v in enumerate(values))
