"""What a bundle states: as data, and in plain words that also say how to check it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from tracker.archive import Proof
from tracker.archive.mapping import METADATA, TEXT, source_name, stamp
from tracker.evidence.bundle import FACTS, PACK, STAMP, SUMS
from tracker.model import Check, Version

SCHEMA = "tracker.evidence/1"


def facts(
    version: Version, metadata: Mapping[str, Any], proof: Proof, checks: Sequence[Check]
) -> dict[str, Any]:
    """The statement as data; ``checks`` are those that confirmed the version."""
    return {
        "schema": SCHEMA,
        "policy": version.policy,
        "captured": stamp(version.captured),
        "address": version.url,
        "redirects": list(metadata.get("redirects", ())),
        "status": metadata.get("status"),
        "headers": dict(metadata.get("headers", {})),
        "tls": dict(metadata.get("tls", {})),
        "provenance": version.provenance,
        "tool": version.tool,
        "title": version.title,
        "language": version.language,
        "files": {"source": source_name(version.media_type), "text": TEXT, "metadata": METADATA},
        "raw_sha256": version.raw_sha256,
        "text_sha256": version.text_sha256,
        "commit": version.id,
        "folder": proof.folder,
        "chain": list(proof.chain),
        "seen_unchanged": [stamp(check.at) for check in checks],
    }


def as_json(data: Mapping[str, Any]) -> bytes:
    """The statement as JSON, in one order."""
    return json.dumps(data, ensure_ascii=False, indent=1).encode("utf-8", "replace") + b"\n"


def in_words(data: Mapping[str, Any]) -> bytes:
    """The statement for people."""
    lines = [
        f"# What stood at {data['address'] or data['policy']}",
        "",
        f"On {_day(data['captured'])} (UTC) this archive of the policy `{data['policy']}` recorded the bytes "
        f"in `{data['files']['source']}`. `{TEXT}` is the text that tracker {data['tool']} read out of them.",
        "",
        *_how_it_came(data),
        *_confirmations(data["seen_unchanged"]),
        "",
        *_how_to_check(data),
    ]
    return "\n".join(lines).encode("utf-8", "replace")


def _how_it_came(data: Mapping[str, Any]) -> list[str]:
    rows = {
        "Address asked for": data["address"],
        "Redirected to": " → ".join(data["redirects"]),
        "HTTP status": data["status"],
        "The server's clock": data["headers"].get("date", ""),
        "Last modified, as the server says": data["headers"].get("last-modified", ""),
        "TLS certificate": "; ".join(f"{name} {value}" for name, value in data["tls"].items()),
        "How it came": data["provenance"],
        "SHA-256 of the bytes": data["raw_sha256"],
        "Commit": data["commit"],
        "Commits after it in this bundle": len(data["chain"]) - 1,
    }
    told = [f"| {name} | {str(value).replace('|', '&#124;')} |" for name, value in rows.items() if value]
    return ["| what | |", "|---|---|", *told]


def _confirmations(times: Sequence[str]) -> list[str]:
    if not times:
        return []
    often = f"{len(times)} more time{'s' * (len(times) != 1)}"
    return ["", f"The same text was found {often}, last on {_day(times[-1])}."]


def _how_to_check(data: Mapping[str, Any]) -> list[str]:
    place, commit = data["folder"], data["commit"]
    return [
        "## How to check this",
        "",
        "With tracker: `tracker verify-evidence FILE`. Without it, where the bundle was unpacked:",
        "",
        "1. The files are whole:",
        "",
        f"       sha256sum --check {SUMS}",
        "",
        "2. The bytes are those of the commit (both commands print the same hash):",
        "",
        f"       git init --quiet check && git -C check unpack-objects -q < {PACK}",
        f"       git -C check show {commit}:{place}/{data['files']['source']} | sha256sum",
        f"       sha256sum {data['files']['source']}",
        "",
        "3. The commit says when it was captured, and each later commit names the one before it:",
        "",
        f"       git -C check cat-file -p {commit}",
        f"       git -C check cat-file -p {data['chain'][-1]}",
        "",
        "   A commit's name is the hash of all that came before. Whoever finds one of the commits listed in",
        f"   `{FACTS}` in a backup, a clone or a publication of this archive knows that this capture was",
        "   part of the archive by then, and that not a byte of it was altered since.",
        "",
        f"4. Where the bundle holds `{STAMP}`, an authority (RFC 3161) attests when `{SUMS}` existed:",
        "",
        f"       openssl ts -reply -in {STAMP} -text",
        f"       openssl ts -verify -in {STAMP} -data {SUMS} -CAfile AUTHORITY.pem",
        "",
        "What this does not prove: that the server sent everybody the same page, and, without a time stamp",
        "or a published commit, that the archive's keeper did not make up its dates.",
        "",
    ]


def _day(words: str) -> str:
    return words[:16].replace("T", " ")
