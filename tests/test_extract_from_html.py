"""Pages: what of them is read, and what their elements become."""

from __future__ import annotations

import pytest

from tracker.extract import WrongSelector, examine, read
from tracker.model import BlockKind, Document

LONG = "We collect the data that you give us when you open an account, and we keep it safe. " * 3


def document(body: str, **options: list[str]) -> Document:
    return read(
        f"<!doctype html><title>Acme</title><body>{body}</body>".encode(),
        "text/html",
        "https://acme.example/p",
        **options,
    )


def outline(doc: Document) -> list[tuple[str, int, str, str]]:
    return [(block.kind.value, block.level, block.label, doc.words(block)) for block in doc.blocks]


def test_furniture_is_left_out_and_told() -> None:
    body = f"""<a href="#main">Skip to content</a><header role=banner>Acme</header>
    <nav><a href=/>Home</a></nav>
    <div id="onetrust-banner-sdk">We value your privacy</div><main><h1>Policy</h1><p>{LONG}</p></main>
    <form><input name=q> Search the site</form><footer>© Acme</footer><script>x()</script>"""
    found = examine(body.encode(), "text/html")
    assert [found.document.words(block) for block in found.document.blocks] == ["Policy", LONG.strip()]
    assert {(each.what, each.why) for each in found.dropped} >= {
        ("We value your privacy", "consent banner"),
        ("© Acme", "footer"),
        ("Home", "navigation"),
    }


@pytest.mark.parametrize(
    "wrapper",
    [
        "div class=privacy-consent",
        "div id=cookie-banner",
        "aside",
        "footer",
        "form",
        "div class=sidebar",
        "div class=modal",
    ],
)
def test_what_holds_the_document_is_kept_whatever_it_is_called(wrapper: str) -> None:
    assert (
        LONG.strip()
        in document(
            f"<p>Top</p><{wrapper}><input><p>{LONG}</p><p>{LONG} Again.</p></{wrapper.split()[0]}>"
        ).text
    )


def test_an_almost_empty_main_element_is_not_believed() -> None:
    assert LONG.strip() in document(f"<main><p>Loading</p></main><div><p>{LONG}</p></div>").text


def test_ordered_lists_print_their_numbers() -> None:
    doc = document(
        "<p>You may:</p><ol start=3><li>see<li value=7>move<ol type=a><li>by post<li>by mail</ol></ol>"
        "<ol type=I><li>x<li>y</ol>"
    )
    assert [(label, words) for _, _, label, words in outline(doc)[1:]] == [
        ("3.", "see"), ("7.", "move"), ("a.", "by post"), ("b.", "by mail"), ("I.", "x"), ("II.", "y"),
    ]  # fmt: skip
    assert [block.lead for block in doc.blocks][1:5] == [0, 0, 2, 2]


def test_tables_tie_cells_to_their_headers() -> None:
    doc = document(
        "<p>Who gets it:</p><table><thead><tr><th>Name<th>Purpose<th>Where</tr></thead>"
        "<tr><td rowspan=2>Foo Inc<td><p>Mail</p><ul><li>news<li>bills</ul><td>US<tr><td>Support<td>IE"
        "<tr><td colspan=3>Others</table>"
    )
    rows = [[(doc.text[c.start : c.end], c.header) for c in block.cells] for block in doc.blocks[1:]]
    assert rows == [
        [("Name", ""), ("Purpose", ""), ("Where", "")],
        [("Foo Inc", "Name"), ("Mail\nnews\nbills", "Purpose"), ("US", "Where")],
        [("", "Name"), ("Support", "Purpose"), ("IE", "Where")],
        [("Others", "")],
    ]
    assert [block.lead for block in doc.blocks] == [-1, 0, 0, 0, 0]


def test_a_table_that_lays_out_the_page_is_no_table() -> None:
    doc = document(f"<table><tr><td><h1>Policy</h1><p>{LONG}</p><td>Side</table>")
    assert BlockKind.TABLE_ROW not in {block.kind for block in doc.blocks}


def test_accordions_bold_lines_and_definitions_are_headings() -> None:
    doc = document(
        f"<h1>Policy</h1><button aria-expanded=false>What we collect</button>"
        f"<div aria-hidden=true><p>{LONG}</p></div>"
        f"<details><summary>How long</summary><p>{LONG} Two.</p></details>"
        f"<p><b>Your rights</b></p><p>{LONG} Three.</p>"
    )
    headings = [doc.words(block) for block in doc.blocks if block.kind is BlockKind.HEADING]
    assert headings == ["Policy", "What we collect", "How long", "Your rights"]
    assert doc.path(doc.blocks[-1].section) == ("Policy", "Your rights")


def test_typed_bullets_and_numbers_are_items() -> None:
    doc = document("<p>You may:<br>- see it<br>- delete it</p><p>(a) first;</p><p>(b) second.</p>")
    assert [(kind, label, words) for kind, _, label, words in outline(doc)] == [
        ("paragraph", "", "You may:"), ("list_item", "", "see it"), ("list_item", "", "delete it"),
        ("list_item", "(a)", "first;"), ("list_item", "(b)", "second."),
    ]  # fmt: skip


def test_masked_addresses_are_shown() -> None:
    mask = 0x2A
    code = bytes([mask, *(byte ^ mask for byte in b"dpo@acme.example")]).hex()
    doc = document(
        f'<p>Write to <a href="/cdn-cgi/l/email-protection" data-cfemail="{code}">[email&#160;protected]</a>'
        f' or <a href="/cdn-cgi/l/email-protection#{code}">us</a>.</p>'
    )
    assert doc.text == "Write to dpo@acme.example or us."
    assert [link.href for link in doc.links] == ["mailto:dpo@acme.example"]


def test_selectors_choose_and_remove() -> None:
    body = "<nav><p id=a>One.</p></nav><p class=b>Two. <i>Three.</i></p><p>Four.</p>"
    assert document(body, select=["#a", ".b"], remove=["i"]).text == "One.\n\nTwo."
    for wrong in ("p[", ".missing"):
        with pytest.raises(WrongSelector):
            document(body, select=[wrong])


@pytest.mark.parametrize(
    ("select", "words"),
    [
        ("//p[@class='b']", "Two. Three."),
        ("//h2[contains(., 'Data')]/following-sibling::p", "Two. Three.\n\nFour."),
        ("(//p)[last()] | //nav/p", "One.\n\nFour."),
        ("//p/..[h2]", "Data we use\n\nTwo. Three.\n\nFour."),
        ("/html/body", "One.\n\nData we use\n\nTwo. Three.\n\nFour."),
    ],
)
def test_selectors_may_be_xpath(select: str, words: str) -> None:
    body = "<nav><p id=a @click=x x:y=z>One.</p></nav>"
    body += "<div><h2>Data we use</h2><p class=b>Two. <i>Three.</i></p><p>Four.</p></div>"
    assert document(body, select=[select]).text == words
    assert "Three" not in document(body, remove=["//i"]).text


@pytest.mark.parametrize(
    "wrong", ["//p[", "//p/text()", "//p/@id", "(1 + 1)", "//p[1 div 0 = nothing()]", "//aside"]
)
def test_xpath_that_finds_no_elements_is_told(wrong: str) -> None:
    with pytest.raises(WrongSelector) as caught:
        document("<p id=a>One.</p>", select=[wrong])
    assert wrong in str(caught.value) and "\n" not in str(caught.value)


def test_menus_that_nothing_marks_are_left_out() -> None:
    links = "".join(f"<div><a href=/{n}>Product {n}</a></div>" for n in range(6))
    words = (LONG * 3).strip()
    page = f"{links}<h1>Policy</h1><p>{words}</p><h4>Company</h4>{links}"
    assert document(page).text == f"Policy\n\n{words}"


def test_links_keep_their_spans_across_blanks_and_elements() -> None:
    doc = document('<p>Read<a href="terms?a=1"> our <b>terms</b> </a>now.</p>')
    assert doc.text == "Read our terms now."
    assert [(doc.text[a.start : a.end], a.href) for a in doc.links] == [
        ("our terms", "https://acme.example/terms?a=1")
    ]
