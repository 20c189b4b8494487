"""PDF, made for real."""

from __future__ import annotations

from io import BytesIO

import pytest
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import PageBreak, Paragraph, SimpleDocTemplate

from tracker.extract import EmptyInput, read
from tracker.extract.from_pdf import UnreadablePdf
from tracker.model import BlockKind

BODY = ParagraphStyle("body", fontName="Helvetica", fontSize=10, leading=12, spaceAfter=8)
TITLE = ParagraphStyle("title", fontName="Helvetica-Bold", fontSize=18, leading=22, spaceAfter=12)
BOLD = ParagraphStyle("bold", parent=BODY, fontName="Helvetica-Bold")
LONG = (
    "We keep the data that you give us for as long as you have an account with us and sixty days more. " * 3
)


def furniture(canvas: Canvas, _: SimpleDocTemplate) -> None:
    canvas.setFont("Helvetica", 8)
    canvas.drawString(70, 820, "Acme Cloud Ltd. - confidential")
    canvas.drawString(290, 20, f"Page {canvas.getPageNumber()} of 3")


def pdf() -> bytes:
    out = BytesIO()
    story = [Paragraph("Privacy Policy", TITLE), Paragraph(LONG, BODY), Paragraph("Your rights", BOLD)]
    story += [
        Paragraph("You may:", BODY),
        Paragraph("• see your data;", BODY),
        Paragraph("• delete your data.", BODY),
    ]
    story += [
        PageBreak(),
        Paragraph("5.2. Clause. " + LONG, BODY),
        PageBreak(),
        Paragraph("The last words of all.", BODY),
    ]
    SimpleDocTemplate(out, invariant=1).build(story, onFirstPage=furniture, onLaterPages=furniture)
    return out.getvalue()


def test_a_pdf_becomes_the_same_kind_of_document() -> None:
    doc = read(pdf(), "application/pdf")
    assert [(block.kind, block.label, doc.words(block)) for block in doc.blocks] == [
        (BlockKind.HEADING, "", "Privacy Policy"),
        (BlockKind.PARAGRAPH, "", LONG.strip()),
        (BlockKind.HEADING, "", "Your rights"),
        (BlockKind.PARAGRAPH, "", "You may:"),
        (BlockKind.LIST_ITEM, "", "see your data;"),
        (BlockKind.LIST_ITEM, "", "delete your data."),
        (BlockKind.PARAGRAPH, "5.2.", "Clause. " + LONG.strip()),
        (BlockKind.PARAGRAPH, "", "The last words of all."),
    ]
    assert [block.level for block in doc.blocks][:3] == [1, 0, 2]


def test_a_broken_pdf_is_refused() -> None:
    with pytest.raises(UnreadablePdf, match="cannot be read"):
        read(b"%PDF-1.7\n" + b"garbage" * 50)


def test_a_pdf_of_pictures_has_no_words() -> None:
    out = BytesIO()
    canvas = Canvas(out)
    canvas.rect(10, 10, 100, 100, fill=1)
    canvas.save()
    with pytest.raises(EmptyInput):
        read(out.getvalue())
