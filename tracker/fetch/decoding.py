"""Unpacks a body as it comes in, piece by piece, so that a bomb is noticed before it has taken memory."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator

ACCEPTED = "gzip, deflate"  # what is asked for; every server can do one of them

_PIECE = 65_536
_MOST_LAYERS = 3
_MOST_MEMBERS = 1_000  # files in one gzip stream: empty ones cost time and yield nothing
_GZIP = 16 + zlib.MAX_WBITS


class BadCoding(ValueError):
    """A body that is not packed as its header says; the words say what is wrong."""


def unpack(chunks: Iterable[bytes], content_encoding: str) -> Iterator[bytes]:
    """The unpacked body in pieces of bounded size; raises BadCoding."""
    codings = [word.strip().lower() for word in content_encoding.split(",")]
    codings = [word for word in codings if word not in ("", "identity", "none", "utf-8")]
    if len(codings) > _MOST_LAYERS:
        raise BadCoding(f"packed {len(codings)} times over")
    pieces = iter(chunks)
    for coding in reversed(codings):
        if coding in ("gzip", "x-gzip"):
            pieces = _inflate(pieces, _GZIP)
        elif coding == "deflate":
            pieces = _deflate(pieces)
        else:
            raise BadCoding(f"packed as {coding!r}, which was not asked for")
    return pieces


def _deflate(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """HTTP's "deflate" is zlib by the standard, and bare deflate with some servers: the first bytes tell."""
    head = b""
    for chunk in chunks:
        head += chunk
        if len(head) >= 2:
            break
    zlib_header = len(head) >= 2 and head[0] & 0x0F == 8 and int.from_bytes(head[:2], "big") % 31 == 0
    return _inflate(_chain(head, chunks), zlib.MAX_WBITS if zlib_header else -zlib.MAX_WBITS)


def _chain(head: bytes, chunks: Iterator[bytes]) -> Iterator[bytes]:
    if head:
        yield head
    yield from chunks


def _inflate(chunks: Iterator[bytes], window: int) -> Iterator[bytes]:
    machine = zlib.decompressobj(window)
    empty, members = True, 1
    for chunk in chunks:
        empty = empty and not chunk
        data = chunk
        while data:
            if machine.eof:  # gzip files may follow one another; other trailing bytes are padding
                if window != _GZIP or not data.startswith(b"\x1f\x8b"):
                    data = b""
                    break
                machine, members = zlib.decompressobj(window), members + 1
                if members > _MOST_MEMBERS:
                    raise BadCoding("packed in too many parts")
            piece = _step(machine, data)
            data = machine.unconsumed_tail or machine.unused_data
            if piece:
                yield piece
        while not machine.eof and (piece := _step(machine, machine.unconsumed_tail)):
            yield piece
    if not empty and not machine.eof:
        raise BadCoding("cut off inside its packing")


def _step(machine: zlib._Decompress, data: bytes) -> bytes:
    try:
        return machine.decompress(data, _PIECE)
    except zlib.error as error:
        raise BadCoding(f"badly packed ({error})") from None
