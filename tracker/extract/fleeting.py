"""Lines that tell of the visit and not of the policy: counters, the present time, ids of requests."""

from __future__ import annotations

import re
from collections.abc import Sequence

from tracker.extract.pieces import Piece
from tracker.model import BlockKind

_MOST = 12  # words of such a line
_AMOUNT = r"\d[\d.,\s\u00a0\u202f]*\d[km]?"  # one figure alone may number a heading
_COUNTED = (
    r"(?:views?|visitors?|visits|readers?|people|users|guests|likes?|shares?|comments?|vues?|visiteurs?|"
    r"lecteurs?|aufrufe|besucher|leser|visitas|visitantes|lecturas|visualizzazioni|visitatori|visualizações|"
    r"weergaven|bezoekers|wyświetleń|odwiedzin|просмотр\w*|посетител\w*|читател\w*)"
)
_NOW = r"(?:\s(?:online|today|now|so far|en ligne|heute|hoy|oggi|сегодня|онлайн))?"
_UPDATED = (
    r"(?:(?:last\s)?(?:updated|modified|edited|published|posted)|actualisée?|mise? à jour|aktualisiert|"
    r"actualizado|aggiornato|atualizado|bijgewerkt|zaktualizowano|обновлен[оа]|изменен[оа])"
)
_AGO = (
    r"(?:(?:an?|one|\d{1,3})\s(?:second|minute|hour|day|week|month)s?\sago|il y a \d{1,3}\s\w+|"
    r"vor \d{1,3}\s\w+|hace \d{1,3}\s\w+|\d{1,3}\s\w+ fa|há \d{1,3}\s\w+|\d{1,3}\s\w+ geleden|"
    r"\d{1,3}\s\w+ temu|\d{1,3}\s\w+ назад)"
)
_MADE = (
    r"(?:(?:this\s)?page|seite|cette page|страница)\s(?:was\s)?"
    r"(?:generated|rendered|served|loaded|created|erzeugt|générée|сгенерирована)\b"
    r"[^.]{0,60}\d[^.]{0,40}(?:\.\d+)?\s*(?:ms|s|seconds|сек)?"
)
_TODAY = (
    r"(?:today is|today|(?:current|server|local)\s(?:date|time)(?:\sis)?|heute ist|nous sommes le|hoy es|"
    r"oggi è|сегодня)\s?:?\s[^.]{0,30}\d[^.]{0,40}"
)
_ID = r"(?:ray|request|session|trace|correlation|reference|incident)\s?id\s?:?\s*[0-9a-f][\w-]{5,64}"
_FLEETING = re.compile(
    rf"(?:{_AMOUNT}\s*{_COUNTED}{_NOW}|{_COUNTED}{_NOW}\s*:\s*{_AMOUNT}|(?:{_UPDATED}:?\s)?{_AGO}|"
    rf"{_MADE}|{_TODAY}|{_ID})\.?",
    re.IGNORECASE,
)


def without_fleeting(pieces: Sequence[Piece]) -> tuple[list[Piece], list[Piece]]:
    """The pieces without such lines, and those lines."""
    kept, gone = list[Piece](), list[Piece]()
    for piece in pieces:
        (gone if _is_fleeting(piece) else kept).append(piece)
    return kept, gone


def _is_fleeting(piece: Piece) -> bool:
    if piece.kind not in (BlockKind.PARAGRAPH, BlockKind.LIST_ITEM) or piece.inline.strong:
        return False
    if piece.words.count(" ") >= _MOST or len(piece.words) > 160:
        return False
    return _FLEETING.fullmatch(piece.words) is not None
