"""Turns what was fetched into a Document (placeholder: the plain-text reader is about to come)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from tracker.model import Block, BlockKind, Document, Section

_HEAD = re.compile(r"^(#{1,6})\s+(.*)$")
_ITEM = re.compile(r"^(\s*)([•*-]|\d+[.)])\s+(.*)$")


def read(
    raw: bytes, media_type: str = "", url: str = "", select: Sequence[str] = (), remove: Sequence[str] = ()
) -> Document:
    """The document in ``raw``."""
    lines = [line.rstrip() for line in raw.decode("utf-8", "replace").replace("\u00a0", " ").splitlines()]
    text, blocks, sections = "", [], []
    section = -1
    last_paragraph = -1
    for line in lines:
        if not line.strip():
            continue
        head, item = _HEAD.match(line), _ITEM.match(line)
        words = line.strip()
        kind, level = BlockKind.PARAGRAPH, 0
        if head:
            kind, words, level = BlockKind.HEADING, head[2], len(head[1])
        elif item:
            kind, words, level = BlockKind.LIST_ITEM, item[3], 1
        elif len(words) < 70 and words[-1:] not in ".,;:?":
            kind, level = BlockKind.HEADING, 2
        start = len(text)
        text += words + "\n\n"
        if kind is BlockKind.HEADING:
            section = len(sections)
            sections.append(Section(words, "", level, len(blocks), -1, 0))
        lead = last_paragraph if kind is BlockKind.LIST_ITEM else -1
        blocks.append(Block(kind, start, start + len(words), level, "", section, lead))
        if kind is not BlockKind.LIST_ITEM:
            last_paragraph = len(blocks) - 1
    russian = len(re.findall("[а-я]", text)) > len(text) / 4
    return Document(text.rstrip("\n"), tuple(blocks), tuple(sections), (), "ru" if russian else "en")
