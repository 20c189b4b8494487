"""The JSON forms of blame and timelines: ``tracker.blame/1`` and ``tracker.timeline/1``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from tracker.history.blame import Standing
from tracker.history.timeline import Alteration, Life
from tracker.model import Block, Version
from tracker.report.as_json import when

if TYPE_CHECKING:
    from tracker.pipeline.histories import Clauses, Facts, Stated, Timeline


def clauses(found: Clauses) -> dict[str, Any]:
    """Since when each clause of a version stands."""
    document = found.document
    return {
        **_head("tracker.blame/1", found.versions),
        "text": document.text,
        "clauses": [
            {
                **_place(block),
                "quote": document.words(block),
                "section": list(document.path(block.section)),
                **_standing(standing, found.versions),
            }
            for block, standing in zip(document.blocks, found.standings, strict=True)
        ],
    }


def facts(found: Facts) -> dict[str, Any]:
    """Since when facts of a version stand."""
    return {
        **_head("tracker.blame/1", found.versions),
        "facts": [_stated(one, found.versions) for one in found.stated],
    }


def timeline(found: Timeline) -> dict[str, Any]:
    """The lives of facts over all versions of a policy."""
    versions = found.versions
    return {
        "schema": "tracker.timeline/1",
        "policy": versions[0].policy,
        "versions": [
            {**when(one), "returns_to": when(found.returned[one.id]) if one.id in found.returned else None}
            for one in versions
        ],
        "lives": [_life(life, versions) for life in found.lives],
    }


def _head(schema: str, versions: Sequence[Version]) -> dict[str, Any]:
    return {"schema": schema, "policy": versions[-1].policy, **when(versions[-1])}


def _place(block: Block) -> dict[str, Any]:
    return {"kind": str(block.kind), "label": block.label, "start": block.start, "end": block.end}


def _standing(standing: Standing, versions: Sequence[Version]) -> dict[str, Any]:
    edited = standing.worded != standing.since
    return {
        "since": when(versions[standing.since]),
        "edited": when(versions[standing.worded]) if edited else None,
        "said_before": None if standing.said is None else when(versions[standing.said]),
        "absences": [
            {"gone": when(versions[one.gone]), "back": when(versions[one.back])} for one in standing.absences
        ],
    }


def _stated(one: Stated, versions: Sequence[Version]) -> dict[str, Any]:
    life = _life(one.life, versions)
    return {
        **life,
        "key": one.fact.key,
        "since": life["stretches"][-1]["from"],
        "evidence": [
            {"start": each.start, "end": each.end, "quote": each.quote, "section": list(each.section)}
            for each in one.fact.evidence
        ],
        "clause": _standing(one.clause, versions) if one.clause else None,
    }


def _life(life: Life, versions: Sequence[Version]) -> dict[str, Any]:
    """``until`` is the version that first lacks the fact; None where the newest still states it."""
    return {
        "kind": life.kind,
        "key": life.key,
        "subject": life.subject or None,
        "names": list(life.names),
        "first_seen": when(versions[life.stretches[0].first]),
        "last_seen": when(versions[life.stretches[-1].last]),
        "stretches": [
            {
                "from": when(versions[one.first]),
                "to": when(versions[one.last]),
                "until": when(versions[one.last + 1]) if one.last + 1 < len(versions) else None,
            }
            for one in life.stretches
        ],
        "alterations": [_alteration(one, versions) for one in life.alterations],
    }


def _alteration(one: Alteration, versions: Sequence[Version]) -> dict[str, Any]:
    change = one.change
    return {
        "at": when(versions[one.at]),
        "id": change.id,
        "rule": change.rule,
        "direction": str(change.direction),
        "severity": str(change.severity),
        "message": change.message,
        "was": change.was,
    }
