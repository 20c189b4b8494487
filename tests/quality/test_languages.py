"""The labelled documents score their floors in every language, and none falls far behind English."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
import labelled

ALL = [(name, language) for name in labelled.SETS for language in labelled.languages(name)]
TO_THE_STANDARD_OF_ENGLISH = ("ru", "fr", "de")
MAY_FALL_BEHIND = 0.05


@pytest.mark.parametrize(("name", "language"), ALL)
def test_floor(name: str, language: str) -> None:
    sums, _ = labelled.figures(name, language)
    floors = labelled.floors().get(name, {}).get(language, {})
    below = {
        kind: f"{sums[kind].f1:.3f} < {floor}" for kind, floor in floors.items() if sums[kind].f1 < floor
    }
    assert not below, f"see labelled.py {name}/{language}: {below}"


@pytest.mark.parametrize("language", TO_THE_STANDARD_OF_ENGLISH)
def test_standard_of_english(language: str) -> None:
    if language not in labelled.languages("documents"):
        pytest.skip(f"no labelled documents in {language}")
    english, _ = labelled.figures("documents", "en")
    other, _ = labelled.figures("documents", language)
    assert other["all"].f1 >= english["all"].f1 - MAY_FALL_BEHIND


@pytest.mark.parametrize(("name", "language"), ALL)
def test_every_document_has_labels(name: str, language: str) -> None:
    for path in labelled.documents(name, language):
        assert labelled.labels(path)
