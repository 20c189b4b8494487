"""Reports in a real Chromium: nothing is fetched, switches and keys work, everybody can use them."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from sides import compared
from test_report_timeline import FIRST, SECOND, THIRD, made, row

from tracker.pipeline import sources
from tracker.report import html, index, timeline

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
AXE = Path(sys.prefix) / "node_modules" / "axe-core" / "axe.min.js"
EXAMPLES = Path(__file__).resolve().parents[1] / "examples" / "policies"
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here: apt install chromium"),
]


@dataclass
class Opened:
    """A page with what it asked for and what it complained of."""

    page: playwright.Page
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)


Open = Callable[..., Opened]


@pytest.fixture(scope="module")
def browser() -> Iterator[playwright.Browser]:
    with playwright.sync_playwright() as tool:
        started = tool.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture
def open_page(browser: playwright.Browser, tmp_path: Path) -> Iterator[Open]:
    contexts = []

    def opened(text: str, scripts: bool = True, **options: object) -> Opened:
        path = tmp_path / "page.html"
        path.write_text(text, "utf-8")
        context = browser.new_context(java_script_enabled=scripts, **options)
        contexts.append(context)
        made = Opened(context.new_page())
        made.page.on("request", lambda request: made.requests.append(request.url))
        made.page.on("console", lambda message: made.complaints.append(message.text))
        made.page.on("pageerror", lambda error: made.complaints.append(str(error)))
        made.page.goto(path.as_uri())
        return made

    yield opened
    for context in contexts:
        context.close()


@pytest.fixture(scope="module")
def report() -> str:
    old, new = (EXAMPLES / "brindlewood" / f"{day}.html" for day in ("2023-09-18", "2024-11-04"))
    sides = [sources.side_of(sources.read_file(page), "brindlewood") for page in (old, new)]
    return html.render(sources.compare(*sides), title="Brindlewood")


def test_nothing_is_fetched_and_nobody_complains(open_page: Open, report: str) -> None:
    opened = open_page(report)
    assert len(opened.requests) == 1
    assert opened.complaints == []


def test_it_can_be_read_without_scripts(open_page: Open, report: str) -> None:
    page = open_page(report, scripts=False).page
    assert page.locator(".verdict").is_visible()
    assert page.locator(".change").first.is_visible()
    page.check("#beside")
    assert page.locator(".reworded > .pair").first.is_visible()
    assert page.locator("#everything").is_hidden()
    page.locator("details.fold summary").first.click()
    assert page.locator("details.fold .passage").first.is_visible()


def test_layout_switches(open_page: Open, report: str) -> None:
    page = open_page(report).page
    clause = page.locator(".passage.reworded:has(> .pair)").first
    assert clause.locator("> .both").is_visible()
    assert clause.locator("> .pair").is_hidden()
    page.check("#beside")
    assert clause.locator("> .both").is_hidden()
    assert clause.locator("> .pair").is_visible()


def test_everything_and_only_changes(open_page: Open, report: str) -> None:
    page = open_page(report).page
    folded = page.locator("details.fold .passage").first
    assert folded.is_hidden()
    page.check("#everything")
    assert folded.is_visible()
    page.check("#only")
    assert folded.is_hidden()


def focused(page: playwright.Page) -> str:
    return str(page.evaluate("document.activeElement.id"))


def test_keys_step_through_the_changes(open_page: Open, report: str) -> None:
    page = open_page(report).page
    changes = page.locator(".change").evaluate_all("all => all.map(each => each.id)")
    page.keyboard.press("j")
    assert focused(page) == changes[0]
    page.keyboard.press("j")
    assert focused(page) == changes[1]
    page.keyboard.press("k")
    assert focused(page) == changes[0]
    page.keyboard.press("k")
    assert focused(page) == changes[0]


def test_a_link_to_a_folded_passage_opens_it(open_page: Open, report: str) -> None:
    page = open_page(report).page
    hidden = page.locator("details.fold .passage").first
    name = hidden.get_attribute("id")
    page.evaluate(f"location.hash = '#{name}'")
    page.wait_for_function(f"document.getElementById('{name}').closest('details').open")
    assert hidden.is_visible()


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_nothing_overflows(open_page: Open, width: int) -> None:
    word = "Datenschutzgrundverordnung" * 12
    table = f"| Company | Purpose |\n|-|-|\n| {word} | {word} |"
    result = compared(f"# Policy\n\nWe keep {word}.", f"# Policy {word}\n\nWe sell {word}.\n\n{table}")
    page = open_page(html.render(result), viewport={"width": width, "height": 800}).page
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_hostile_words_do_nothing(open_page: Open) -> None:
    act = "document.title='owned'"
    words = f"<script>{act}</script><img src=http://127.0.0.1:9/x onerror={act}>"
    result = compared("# Policy\n\nNothing.", f"# Policy `{words}`\n\nWe share data with `{words}`.")
    opened = open_page(html.render(result, title=words))
    assert opened.page.title() != "owned"
    assert len(opened.requests) == 1
    assert opened.complaints == []


def test_scripts_that_are_not_its_own_do_not_run(open_page: Open, report: str) -> None:
    opened = open_page(report.replace("</main>", "<script>document.title='owned'</script></main>"))
    assert opened.page.title() != "owned"


def test_right_to_left_words_keep_their_direction(open_page: Open) -> None:
    result = compared("# מדיניות\n\nאנו שומרים מידע.", "# מדיניות\n\nאנו שומרים ומוכרים מידע.", "he")
    page = open_page(html.render(result)).page
    clause = page.locator(".passage .both").last
    assert clause.evaluate("each => getComputedStyle(each).direction") == "rtl"
    assert clause.get_attribute("lang") == "he"


def test_marks_survive_without_colour(open_page: Open, report: str) -> None:
    page = open_page(report).page
    page.emulate_media(media="print")
    for tag, line in (("del", "line-through"), ("ins", "underline")):
        drawn = page.locator(tag).first.evaluate("each => getComputedStyle(each).textDecorationLine")
        assert drawn == line
    assert page.locator(".switches").is_hidden()


@pytest.mark.skipif(not AXE.is_file(), reason="no axe-core: npm install --prefix .venv --no-save axe-core")
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_no_accessibility_violation(open_page: Open, report: str, scheme: str, width: int) -> None:
    size = {"width": width, "height": 900}
    page = open_page(report, color_scheme=scheme, viewport=size, bypass_csp=True).page
    page.check("#everything")
    assert violations(page) == []


@pytest.mark.skipif(not AXE.is_file(), reason="no axe-core: npm install --prefix .venv --no-save axe-core")
@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("which", ["policy", "index"])
def test_no_accessibility_violation_on_the_other_pages(open_page: Open, which: str, width: int) -> None:
    life = made(FIRST, SECOND, THIRD)
    texts = {"policy": timeline.render(life), "index": index.render([row(life, reports=("a--b.html",))])}
    opened = open_page(texts[which], viewport={"width": width, "height": 900}, bypass_csp=True)
    assert violations(opened.page) == []


def test_the_other_pages_fetch_nothing(open_page: Open) -> None:
    life = made(FIRST, SECOND, THIRD)
    for text in (timeline.render(life), index.render([row(life)])):
        opened = open_page(text)
        assert len(opened.requests) == 1
        assert opened.complaints == []


def test_the_index_can_be_searched(open_page: Open) -> None:
    rows = [row(made(FIRST, SECOND)), row(made(FIRST, policy="zeta", title="Zeta"))]
    page = open_page(index.render(rows)).page
    first = page.locator("tr[data-found]").first
    page.fill("#search", "zeta")
    assert first.is_hidden()
    page.fill("#search", "")
    assert first.is_visible()


def violations(page: playwright.Page) -> list[str]:
    """What axe-core finds against WCAG 2.2 AA and good practice."""
    page.evaluate(AXE.read_text("utf-8"))
    found = page.evaluate("axe.run()")["violations"]
    return [f"{each['id']}: {each['nodes'][0]['html'][:200]}" for each in found]
