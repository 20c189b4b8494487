"""JSON-LD in the terms of the W3C Data Privacy Vocabulary: a notice for each version, with what it states.

Facts are nodes of the term that ``vocabulary.toml`` gives their key; quotes are Web Annotation selectors.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

from tracker import vocabulary
from tracker.export.files import draft
from tracker.vocabulary import Kind

_NOTICE = "dpv:PrivacyNotice"


def write(lines: Iterable[str], path: Path) -> list[Path]:
    """Write one document with a node for each version, and one for each minted term. Raises CannotExport."""
    with draft(path) as part, part.open("w", encoding="utf-8") as stream:
        stream.write(f'{{"@context": {_json(context())},\n"@graph": [')
        for number, node in enumerate(_nodes(lines)):
            stream.write(("," if number else "") + "\n" + _json(node))
        stream.write("\n]}\n")
    return [path]


def context() -> dict[str, Any]:
    """The prefixes, and which values are not words."""
    return {
        **vocabulary.namespaces(),
        "dct:date": {"@type": "xsd:dateTime"},
        "dct:source": {"@type": "@id"},
        "dpv:hasApplicableLaw": {"@type": "@id"},
    }


def notice(version: Mapping[str, Any], facts: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """A version with its facts, as a node."""
    name = f"urn:tracker:{quote(version['policy'], safe='')}:{quote(version['version'], safe='')}"
    node: dict[str, Any] = {"@id": name, "@type": _NOTICE, "dct:identifier": version["policy"]}
    if version["captured"]:
        node["dct:date"] = version["captured"]
    if version["url"].startswith(("http://", "https://")):
        node["dct:source"] = quote(version["url"], safe="%:/?#[]@!$&'()*+,;=~")
    node["dct:language"] = version["language"]
    if version["title"]:
        node["dct:title"] = version["title"]
    for fact in facts:
        node.setdefault(vocabulary.kinds()[fact["kind"]].relation, []).append(_fact(fact))
    return node


def _nodes(lines: Iterable[str]) -> Iterator[dict[str, Any]]:
    yield from _minted()
    version: Mapping[str, Any] | None = None
    facts: list[Mapping[str, Any]] = []
    for line in lines:
        data = json.loads(line)
        if data["type"] == "version":
            if version:
                yield notice(version, facts)
            version, facts = data, []
        elif data["type"] == "fact":
            facts.append(data)
    if version:
        yield notice(version, facts)


def _minted() -> Iterator[dict[str, Any]]:
    """What terms that DPV does not have mean."""
    for iri, term in sorted(vocabulary.terms().items()):
        if iri.startswith("tracker:"):
            node: dict[str, Any] = {"@id": iri, "dct:description": term.sense}
            if term.broader:
                node["http://www.w3.org/2004/02/skos/core#broader"] = {"@id": term.broader}
            if term.law:
                node["dpv:hasApplicableLaw"] = term.law
            yield node


def _fact(fact: Mapping[str, Any]) -> dict[str, Any]:
    kind = vocabulary.kinds()[fact["kind"]]
    node: dict[str, Any] = {"@type": _types(kind, fact), "dct:identifier": f"{fact['kind']}:{fact['key']}"}
    if fact["key"] not in kind.keys:
        node["dct:title"] = fact["key"]
    for name, value in fact["attributes"].items():
        if value:
            node[f"tracker:{quote(name, safe='')}"] = value
    node["oa:hasSelector"] = [
        {"@type": "oa:TextQuoteSelector", "oa:exact": each["quote"]} for each in fact["evidence"]
    ]
    return node


def _types(kind: Kind, fact: Mapping[str, Any]) -> list[str]:
    """The terms of a fact: its key's, its role's or polarity's, or its kind's."""
    found = [kind.keys[fact["key"]].iri] if fact["key"] in kind.keys else [kind.term.iri]
    attributes = fact["attributes"]
    chosen = (
        ("roles", attributes.get("role") or attributes.get("for")),
        ("polarities", attributes.get("polarity")),
    )
    for table, value in chosen:
        if value in kind.more.get(table, {}):
            found.append(kind.more[table][value])
    if fact["kind"] == "retention":
        found.append(kind.more["until" if fact["key"].startswith("until:") else "period"])
    return list(dict.fromkeys(found))


def _json(data: Any) -> str:
    return json.dumps(data, ensure_ascii=False)
