"""Scores the facts read from the labelled documents that stand beside this file.

    python tests/quality/labelled.py [LANGUAGE...]           each miss and false alarm, then the figures
    python tests/quality/labelled.py --raise [LANGUAGE...]   write higher floors where the figures allow it

``documents/<language>/<name>.md`` is an invented policy, ``<name>.toml`` beside it says what it states; the
lexicons may be improved on these. ``held_out/`` holds the same, but its figures are taken before anybody
looks at its misses. A label file has, for each kind of KINDS that the document states, a list of keys:

    right = ["access"]                         the key
    date = ["last_updated=2024-03-01"]         key=value where the kind has one (practice: its polarity)
    commitment = ["notice_of_change"]          without "=": whatever the value
    party = ["Northmail|Northmail GmbH"]       any of these names
    may = ["right:information"]                kind:key on which careful readers differ: counted neither way
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tracker import extract, facts
from tracker.model import Fact

HERE = Path(__file__).resolve().parent
SETS = ("documents", "held_out")
KINDS = (
    "right", "party", "retention", "legal_basis", "transfer", "date", "controller", "practice", "age_limit",
    "commitment",
)  # fmt: skip
FLOORS = HERE / "language_floors.toml"
SLACK = 0.02  # one label among fifty; the sets are small
_VALUE = {"date": "value", "practice": "polarity", "commitment": "value"}
_LEGAL = re.compile(
    r"\b(?:inc|llc|ltd|limited|gmbh|corp|corporation|co|company|s\.?a\.?s?|s\.?à? ?r\.?l|b\.?v|n\.?v|plc|"
    r"oy|ab|ag|se|kg|e\.? ?v|pty|pte|sarl|ооо|ао|пао|зао|тоо|ип|ано)\b\.?"
)
_DURATION = re.compile(r"P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?.*)?")


@dataclass(frozen=True, slots=True)
class Count:
    """What was found rightly, falsely, and not at all."""

    right: int = 0
    false: int = 0
    missed: int = 0

    def __add__(self, other: Count) -> Count:
        return Count(self.right + other.right, self.false + other.false, self.missed + other.missed)

    @property
    def precision(self) -> float:
        return self.right / (self.right + self.false) if self.right + self.false else 1.0

    @property
    def recall(self) -> float:
        return self.right / (self.right + self.missed) if self.right + self.missed else 1.0

    @property
    def f1(self) -> float:
        both = 2 * self.right + self.false + self.missed
        return 2 * self.right / both if both else 1.0


def languages(name: str) -> list[str]:
    """The languages that the set of documents has, in order."""
    folder = HERE / name
    return sorted({path.parent.name for path in folder.glob("*/*.md")}) if folder.is_dir() else []


def documents(name: str, language: str) -> list[Path]:
    """The set's documents in that language, each with its label file beside it."""
    return sorted((HERE / name / language).glob("*.md"))


def labels(path: Path) -> dict[str, list[str]]:
    """The labels beside the document; a wrong kind is an error."""
    data: dict[str, list[str]] = tomllib.loads(path.with_suffix(".toml").read_text("utf-8"))
    unknown = set(data) - set(KINDS) - {"may"}
    if unknown:
        raise ValueError(f"{path.with_suffix('.toml')}: no kind is named {sorted(unknown)}; see {__file__}")
    return data


def score(path: Path) -> tuple[dict[str, Count], list[str]]:
    """The counts of each kind for one document, and a line for each miss and false alarm."""
    document = extract.read(path.read_bytes(), "text/markdown")
    found = facts.read(document)
    wanted = labels(path)
    counts: dict[str, Count] = {}
    notes: list[str] = []
    if document.language != path.parent.name:
        notes.append(f"{path.name}: taken for {document.language}")
    for kind in KINDS:
        counts[kind], lines = _match(kind, [fact for fact in found if fact.kind == kind], wanted)
        notes += [f"{path.parent.name}/{path.stem}: {line}" for line in lines]
    return counts, notes


def _match(kind: str, found: Sequence[Fact], wanted: dict[str, list[str]]) -> tuple[Count, list[str]]:
    allowed = [label.partition(":")[2] for label in wanted.get("may", []) if label.startswith(f"{kind}:")]
    gold = [
        label
        for label in wanted.get(kind, [])
        if label not in allowed and label.partition("=")[0] not in allowed
    ]
    missed = list(gold)
    false: dict[str, Fact] = {}
    for fact in found:
        if _among(fact, gold):
            missed = [label for label in missed if not _meets(fact, label)]
        elif not _among(fact, allowed):
            false.setdefault(_told(fact), fact)
    lines = [f"missed {kind} {label}" for label in missed]
    lines += [f"false {kind} {told}: {_quote(fact)}" for told, fact in false.items()]
    return Count(len(gold) - len(missed), len(false), len(missed)), lines


def _among(fact: Fact, some: Sequence[str]) -> bool:
    return any(_meets(fact, label) for label in some)


def _meets(fact: Fact, label: str) -> bool:
    if fact.kind in ("party", "controller"):
        names = {_plain(name) for name in (fact.key, *fact.aliases, fact.attribute("entity"))} - {""}
        return any(_plain(name) in names for name in label.split("|"))
    key, _, value = label.partition("=")
    told = fact.attribute(_VALUE.get(fact.kind, ""))
    return _same(key, fact.key) and (not value or _same(value, told))


def _same(one: str, other: str) -> bool:
    return one == other or _days(one) == _days(other) is not None


def _days(key: str) -> tuple[int, int] | None:
    """A duration as months and hours, so that P24M is P2Y; None for any other key."""
    match = _DURATION.fullmatch(key)
    if not match:
        return None
    years, months, weeks, days, hours = (int(part or 0) for part in match.groups())
    return years * 12 + months, (weeks * 7 + days) * 24 + hours


def _plain(name: str) -> str:
    return re.sub(r"[\W_]+", "", _LEGAL.sub(" ", name.casefold().replace("ё", "е")))


def _told(fact: Fact) -> str:
    value = fact.attribute(_VALUE.get(fact.kind, ""))
    return f"{fact.key}={value}" if value else fact.key


def _quote(fact: Fact) -> str:
    return repr(fact.evidence[0].quote[:110]) if fact.evidence else "no evidence"


def figures(name: str, language: str) -> tuple[dict[str, Count], list[str]]:
    """Counts of each kind and of "all" over the set's documents in a language, and the lines."""
    sums = dict.fromkeys(KINDS, Count())
    notes: list[str] = []
    for path in documents(name, language):
        counts, lines = score(path)
        sums = {kind: sums[kind] + counts[kind] for kind in KINDS}
        notes += lines
    sums["all"] = sum(sums.values(), Count())
    return sums, notes


def floors() -> dict[str, dict[str, dict[str, float]]]:
    """set -> language -> kind or "all" -> the least F1."""
    return tomllib.loads(FLOORS.read_text("utf-8")) if FLOORS.is_file() else {}


def _raise(wanted: Sequence[str]) -> None:
    old = floors()
    lines = [
        "# The least F1 that the labelled documents must score, by set, language and kind. Floors only rise;",
        "# lowering one is an explicit act with its reason in the commit. Write anew with:",
        "# .venv/bin/python tests/quality/labelled.py --raise",
    ]
    for name in SETS:
        for language in languages(name):
            floor = dict(old.get(name, {}).get(language, {}))
            if language in wanted or not wanted:
                sums, _ = figures(name, language)
                got = {kind: round(count.f1 - SLACK, 3) for kind, count in sums.items()}
                floor = {kind: max(floor.get(kind, 0.0), got[kind]) for kind in got}
            if floor:
                lines += ["", f"[{name}.{language}]", *(f"{kind} = {least}" for kind, least in floor.items())]
    FLOORS.write_text("\n".join(lines) + "\n", "utf-8")


def _table(sums: dict[str, Count]) -> Iterator[str]:
    for kind, count in sums.items():
        yield (
            f"{kind:12}{count.right:5}{count.false:5}{count.missed:5}"
            f"{count.precision:8.3f}{count.recall:8.3f}{count.f1:8.3f}"
        )


def main(wanted: Sequence[str]) -> None:
    for name in SETS:
        for language in languages(name):
            if wanted and language not in wanted and f"{name}/{language}" not in wanted:
                continue
            sums, notes = figures(name, language)
            print(*notes, sep="\n")
            print(f"\n{name}/{language}: {len(documents(name, language))} documents")
            print(f"{'kind':12}{'tp':>5}{'fp':>5}{'fn':>5}{'prec':>8}{'rec':>8}{'F1':>8}")
            print(*_table(sums), sep="\n", end="\n\n")


if __name__ == "__main__":
    _raise(sys.argv[2:]) if sys.argv[1:2] == ["--raise"] else main(sys.argv[1:])
