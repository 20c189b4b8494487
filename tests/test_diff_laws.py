"""Laws of comparison, on invented and on real policies (docs/design.md, decision 9)."""

from __future__ import annotations

import random
import re
import textwrap
from collections.abc import Callable
from itertools import islice
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sides import side_of_markdown, told

from tracker import diff, extract, facts, rules
from tracker.model import Change, Comparison, Side

SECTIONS = (
    "# Your rights\n\nYou have the right to:\n\n- access your data;\n- have your personal data erased.\n",
    "# Portability\n\nYou have the right to receive your data in a structured, machine-readable format.\n",
    "# Providers\n\nWe use these service providers:\n\n- Velmora Insight (analytics)\n- Stripe (payment)\n",
    "# Retention\n\nLog files are kept for 60 days. Invoices are kept for 10 years.\n",
    "# Retention of logs\n\nLog files are retained for 90 days.\n",
    "# Sale\n\nWe never sell your personal data to anybody.\n",
    "# Sale and sharing\n\nWe may sell your personal data to our partners.\n",
    "# Legal basis\n\nWe process your account data on the basis of your consent.\n",
    "# Basis\n\nWe process your account data on the basis of our legitimate interests.\n",
    "# Children\n\nWe do not knowingly collect personal data from children under 16.\n",
    "# Young people\n\nWe do not knowingly collect personal data from children under 13.\n",
    "# Requests\n\nWe will respond to your request within 30 days.\n",
    "# Transfers\n\nWe transfer your personal data to India on the basis of standard contractual clauses.\n",
    "# Contact\n\nOur data protection officer can be reached at dpo@northlane.example.\n",
    "Last updated: 1 March 2023\n",
    "Last updated: 7 May 2024\n",
    "# About us\n\nNorthlane Lamps Ltd makes lamps in three colours and sends them everywhere.\n",
)
POLICY = st.lists(st.sampled_from(SECTIONS), min_size=1, max_size=8, unique=True).map("\n".join)
MANY = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)

SHARED = Path(__file__).resolve().parents[1].parent / "shared"
WEAK = frozenset({"data_category", "purpose", "policy"})  # kinds of low gravity, read with less care
REVERSED = {"added": "removed", "removed": "added", "altered": "altered"}


def real_policies() -> list[Path]:
    return sorted((SHARED / "policies").glob("*.txt"))


def real_pairs() -> list[Path]:
    return sorted(path.parent for path in (SHARED / "bench" / "pairs").glob("*/gold.json"))


def read(path: Path) -> Side:
    document = extract.read(path.read_bytes(), "text/markdown" if path.suffix == ".md" else "text/plain")
    return Side(document, facts.read(document), None, path.name)


def reread(text: str) -> Side:
    document = extract.read(text.encode(), "text/plain")
    return Side(document, facts.read(document))


def mirrored(change: Change) -> tuple[str, str, str]:
    """Rule, kind and change that the reverse comparison must tell."""
    rule = rules.load().rules[change.rule]
    return rule.mirror or rule.id, change.kind, REVERSED[change.change]


def assert_swap(forward: Comparison, backward: Comparison) -> None:
    there = sorted(mirrored(change) for change in forward.changes)
    back = sorted((change.rule, change.kind, change.change) for change in backward.changes)
    assert there == back


def assert_quotes_hold(found: Comparison) -> None:
    for change in found.changes:
        for side, evidences in ((found.old, change.old), (found.new, change.new)):
            for evidence in evidences:
                assert side.document.text[evidence.start : evidence.end] == evidence.quote
        assert change.old or change.new


@MANY
@given(POLICY)
def test_a_policy_does_not_differ_from_itself(text: str) -> None:
    found = diff.compare(side_of_markdown(text), side_of_markdown(text))
    assert (found.verdict, found.changes, found.text_changes) == ("identical", (), ())


@MANY
@given(POLICY, POLICY)
def test_swapped_sides_yield_the_mirror_rules(old: str, new: str) -> None:
    sides = side_of_markdown(old), side_of_markdown(new)
    assert_swap(diff.compare(*sides), diff.compare(*reversed(sides)))


@MANY
@given(POLICY, POLICY)
def test_every_quote_is_the_text_of_its_span(old: str, new: str) -> None:
    assert_quotes_hold(diff.compare(side_of_markdown(old), side_of_markdown(new)))


@MANY
@given(
    st.lists(st.sampled_from(SECTIONS), min_size=2, max_size=8, unique=True),
    st.randoms(use_true_random=False),
)
def test_moved_sections_change_no_fact(sections: list[str], chance: random.Random) -> None:
    others = [section for section in sections if section.startswith("#")]
    dated = [section for section in sections if not section.startswith("#")]
    moved = chance.sample(others, len(others))
    found = diff.compare(
        side_of_markdown("\n".join(dated + others)), side_of_markdown("\n".join(dated + moved))
    )
    assert found.changes == ()


@MANY
@given(POLICY, POLICY)
def test_the_same_input_gives_the_same_changes(old: str, new: str) -> None:
    first, second = (diff.compare(side_of_markdown(old), side_of_markdown(new)) for _ in range(2))
    assert first == second


def rewrapped(text: str) -> str:
    """Long lines broken at 80 columns, as an e-mail program does."""
    lines = (
        line if len(line) < 80 or line.lstrip().startswith(("•", "|", "-")) else textwrap.fill(line, 80)
        for line in text.splitlines()
    )
    return "\n".join(lines)


def renumbered(text: str) -> str:
    """Printed numbers of clauses one higher: "5.2. ..." becomes "6.2. ..."."""
    return re.sub(r"^(\d+)(?=\.\d|\.\s)", lambda number: str(int(number[0]) + 1), text, flags=re.MULTILINE)


def requoted(text: str) -> str:
    """Straight quotation marks and apostrophes for typographic ones."""
    return text.translate(str.maketrans("“”’‘", "\"\"''"))


CONTRACTIONS = {
    "do not": "don't",
    "does not": "doesn’t",
    "will not": "won't",
    "is not": "isn't",
    "we will": "we’ll",
}
SYNONYMS = {"collect": "gather", "obtain": "get", "in order to": "to", "prior to": "before", "assist": "help"}


def worded_otherwise(text: str, words: dict[str, str]) -> str:
    for word, other in words.items():
        text = re.sub(rf"\b{word}\b", other, text)
    return text


def contracted(text: str) -> str:
    """ "do not" as "don't", and the like."""
    return worded_otherwise(text, CONTRACTIONS)


def in_synonyms(text: str) -> str:
    """Plain words for others that mean the same."""
    return worded_otherwise(text, SYNONYMS)


def with_other_links(text: str) -> str:
    """Every link with a query that tells where the reader came from."""
    return re.sub(r"\]\((https?://[^)\s]*)\)", r"](\1?ref=footer)", text)


def in_bold(text: str) -> str:
    """Some words set off."""
    return re.sub(r"\b(personal data|personal information|cookies)\b", r"**\1**", text)


def with_reversed_lists(text: str) -> str:
    """The items of each list in reverse."""
    lines = re.split(r"(?m)^((?:[*•-] +\S.*\n)+)", text)
    return "".join(
        "".join(reversed(part.splitlines(keepends=True))) if n % 2 else part for n, part in enumerate(lines)
    )


def partly_rewrapped(text: str) -> str:
    """Every third paragraph in short lines."""
    parts = text.split("\n\n")
    plain = re.compile(r"[^#|*•\-\d\s][^\n]{100,}")
    return "\n\n".join(
        textwrap.fill(part, 72, break_on_hyphens=False) if n % 3 == 0 and plain.fullmatch(part) else part
        for n, part in enumerate(parts)
    )


NOISE = [contracted, in_synonyms, with_other_links, in_bold, with_reversed_lists, partly_rewrapped]


@pytest.mark.corpus
@pytest.mark.skipif(not real_pairs(), reason="the labelled pairs are not beside the checkout")
@pytest.mark.parametrize("edit", NOISE, ids=lambda edit: edit.__name__)
def test_noise_raises_no_typed_change(edit: Callable[[str], str]) -> None:
    alarms = []
    for path in sorted((SHARED / "bench" / "pairs").glob("*/new.md"))[::2]:
        text = path.read_text()
        noisy = extract.read(edit(text).encode(), "text/markdown")
        found = diff.compare(read(path), Side(noisy, facts.read(noisy)))
        alarms += [(path.parent.name, *one) for one in told(found.changes) if one[0] not in WEAK]
    assert alarms == []


@pytest.mark.corpus
@pytest.mark.skipif(not real_policies(), reason="the labelled policies are not beside the checkout")
@pytest.mark.parametrize(
    "edit", [rewrapped, renumbered, requoted, lambda text: text], ids=lambda edit: edit.__name__
)
@pytest.mark.parametrize("path", real_policies(), ids=lambda path: path.stem)
def test_form_alone_changes_no_fact(path: Path, edit: object) -> None:
    assert callable(edit)
    found = diff.compare(read(path), reread(edit(path.read_text())))
    assert told(found.changes) == []


@pytest.mark.corpus
@pytest.mark.skipif(not real_pairs(), reason="the labelled pairs are not beside the checkout")
@pytest.mark.parametrize("folder", list(islice(real_pairs(), None)), ids=lambda folder: folder.name)
def test_laws_hold_on_real_pairs(folder: Path) -> None:
    old, new = read(folder / "old.md"), read(folder / "new.md")
    forward = diff.compare(old, new)
    assert_quotes_hold(forward)
    assert_swap(forward, diff.compare(new, old))
    assert diff.compare(old, old).changes == ()
    assert forward == diff.compare(old, new)
