"""SQLite, ready for Datasette: keys between tables, indexes to browse by, full-text search of the quotes."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from pathlib import Path

from tracker.export.files import draft
from tracker.export.tables import COLUMNS, Numbered, names

_KEYS = {
    "versions": "PRIMARY KEY (policy, version)",
    "facts": "PRIMARY KEY (id), FOREIGN KEY (policy, version) REFERENCES versions (policy, version)",
    "changes": "PRIMARY KEY (id), FOREIGN KEY (policy, version) REFERENCES versions (policy, version)",
    "evidence": 'FOREIGN KEY (fact) REFERENCES facts (id), FOREIGN KEY ("change") REFERENCES changes (id)',
}
_AFTERWARDS = """
CREATE INDEX facts_by_kind ON facts (kind, "key");
CREATE INDEX facts_by_version ON facts (policy, version);
CREATE INDEX changes_by_rule ON changes (rule, severity);
CREATE INDEX changes_by_version ON changes (policy, version);
CREATE INDEX evidence_by_fact ON evidence (fact);
CREATE INDEX evidence_by_change ON evidence ("change");
CREATE VIRTUAL TABLE evidence_fts USING fts5(quote, section, content = evidence, tokenize = 'unicode61');
INSERT INTO evidence_fts (evidence_fts) VALUES ('rebuild');
CREATE VIEW latest_facts AS SELECT facts.* FROM facts JOIN (
  SELECT policy, max(captured) AS captured FROM versions GROUP BY policy) USING (policy, captured);
"""


def write(lines: Iterable[str], path: Path) -> list[Path]:
    """Write the database. Raises CannotExport."""
    with draft(path) as part:
        store = sqlite3.connect(part)
        try:
            _fill(store, lines)
        finally:
            store.close()
    return [path]


def _fill(store: sqlite3.Connection, lines: Iterable[str]) -> None:
    store.execute("PRAGMA journal_mode = OFF")  # a draft: what breaks off is thrown away
    for table, columns in COLUMNS.items():
        fields = ", ".join(f'"{name}" {kind}' for name, kind in columns)
        store.execute(f"CREATE TABLE {table} ({fields}, {_KEYS[table]})")
    inserts = {
        table: f"INSERT INTO {table} VALUES ({', '.join('?' * len(names(table)))})"  # noqa: S608  (own names)
        for table in COLUMNS
    }
    numbered = Numbered()
    with store:
        for line in lines:
            for table, row in numbered.rows(json.loads(line)):
                store.execute(inserts[table], row)
        store.executescript(_AFTERWARDS)
    store.execute("VACUUM")
