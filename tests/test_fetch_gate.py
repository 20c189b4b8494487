"""The gate: what is held back and why, and that good pages pass."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tracker import extract
from tracker.errors import TrackerError
from tracker.fetch.gate import judge, judge_by
from tracker.model import Document, Snapshot

SHARED = Path(__file__).resolve().parents[1].parent / "shared"
FILLER = "We keep the delivery address until the parcel has arrived, and invoices for ten years. " * 12
POLICY = "".join(
    f"<h2>{n}. Section {n}</h2><p>"
    + " ".join(f"Record {n}{i} is kept for {n + i} months by desk {n * 31 + i}." for i in range(20))
    + "</p>"
    for n in range(8)
)
HOME = "<h1>Find love today</h1>" + "".join(f"<p>Meet {n} singles near town {n}</p>" for n in range(200))
GERMAN = (
    "<h1>Datenschutz</h1>"
    + "<p>Wir verarbeiten Ihre Daten nur für die Lieferung und die Abrechnung.</p>" * 90
)
LOGIN = (
    "<h1>Sign in</h1><form>Email <input name=e> Password <input type='password'></form>" + "<p>x y z</p>" * 9
)


def page(body: str, title: str = "Acme", head: str = "") -> str:
    return f"<!doctype html><html><head><title>{title}</title>{head}</head><body>{body}</body></html>"


def read(raw: bytes, media_type: str) -> Document | None:
    try:
        return extract.read(raw, media_type)
    except TrackerError:
        return None


def reason(html: str | bytes, previous: str = "", media_type: str = "text/html") -> str | None:
    raw = html.encode() if isinstance(html, str) else html
    snapshot = Snapshot(
        "acme", "https://acme.example/privacy", datetime(2024, 1, 1, tzinfo=UTC), raw, media_type
    )
    document, known = read(raw, media_type), read(previous.encode(), "text/html") if previous else None
    found = judge(document, snapshot) or (judge_by(document, known) if document and known else None)
    assert found is None or (found.detail and "\n" not in str(found))
    return found.reason if found else None


@pytest.mark.parametrize(
    ("held", "html"),
    [
        ("bot_wall", page("<h1>Just a moment...</h1><p>Checking your browser</p>")),
        ("bot_wall", page("", head="<script>window._cf_chl_opt={}</script>")),
        ("bot_wall", page("<h1>Доступ ограничен</h1><p>Подтвердите, что вы не робот.</p>")),
        ("not_found", page("<h1>Page not found</h1><p>Try the <a href='/'>home page</a>.</p>")),
        ("not_found", page(f"<h1>Oh no</h1><p>{FILLER}</p>", title="404 - Acme")),
        ("not_found", page("<h1>Seite nicht gefunden</h1>")),
        ("error", page("<h1>Something went wrong</h1><p>Please try again later.</p>")),
        ("error", page(f"<h1>Diese Seite ist momentan nicht verfügbar</h1><p>{FILLER * 4}</p>")),
        ("login", page(LOGIN)),
        ("cookie_wall", page(f"<h1>Before you continue to Acme</h1><p>{FILLER}</p>")),
        ("cookie_wall", page(f"<p>We use cookies.</p><p>{FILLER}</p><button>Accept all</button>")),
        ("cookie_wall", page(f"<p>We use cookies. By clicking accept you agree.</p><p>{FILLER}</p>")),
        ("empty_shell", page("<div id=root></div>")),
        ("empty_shell", page("<noscript>Please enable JavaScript.</noscript><p>Loading...</p>")),
        ("truncated", page(POLICY)[:4000] + "<p>We share your"),
        ("wrong_document", page(HOME, head="<link href='https://acme.example/en/' rel='canonical'>")),
    ],
)  # fmt: skip
def test_bad_pages_are_held_back(held: str, html: str) -> None:
    assert reason(html) == held


@pytest.mark.parametrize(
    "html",
    [
        page(POLICY, title="Privacy Policy"),
        page(POLICY)[:-14],  # end tags may be left out
        page(HOME + "<p>Privacy: we keep no data.</p>", head="<link rel=canonical href=https://acme.example/>"),
        page(f"<h1>Cookie Policy</h1><p>We use cookies. {FILLER}</p><button>Accept all</button>"),
        page(f"<h1>Privacy</h1><p>We value your privacy. {FILLER}</p>"),
        page(f"<h1>500 Hills Ltd privacy</h1><p>{FILLER}</p>"),
        page(f"<a href=/l>Log in</a><h1>Terms</h1><p>{FILLER}</p><form><input type=password></form>"),
        page(f"<h1>Your rights</h1><p>{FILLER}</p>", head="<script src='/recaptcha/api.js'></script>"),
        page("<h1>Imprint</h1><p>Acme GmbH, Am Anger 4, Erfurt. Managing director: Ida Beispiel. "
             "Register: HRB 1234 Jena. VAT id: DE999999999. Write to office@acme.example or call us.</p>"),
    ],
)  # fmt: skip
def test_good_pages_pass(html: str) -> None:
    assert reason(html) is None


def test_a_policy_behind_a_consent_panel_alone() -> None:
    panel = f"<div class='cky-consent-container'><p>Cookies, {FILLER}</p></div>"
    assert reason(page(panel)) == "cookie_wall"
    assert reason(page(panel + POLICY)) is None


def test_a_pdf_without_an_end_is_cut() -> None:
    assert reason(b"%PDF-1.7\n1 0 obj", media_type="application/pdf") == "truncated"


# --- with the last good version ------------------------------------------------------------------------

OLD = page(POLICY, title="Privacy Policy")


@pytest.mark.parametrize(
    ("held", "html"),
    [
        ("truncated", page(POLICY[: len(POLICY) // 3])),
        ("truncated", page(POLICY[: len(POLICY) * 3 // 4])),
        ("wrong_document", page(HOME)),
        ("wrong_document", page(GERMAN)),
    ],
)  # fmt: skip
def test_history_tells_more(held: str, html: str) -> None:
    assert reason(html) is None
    assert reason(html, OLD) == held


@pytest.mark.parametrize(
    "html",
    [
        page(POLICY.replace("months", "years")),
        page(POLICY.replace("<h2>3. Section 3</h2>", "<h2>3. Sale of data</h2><p>We now sell data.</p>")),
        page(POLICY[: POLICY.index("<h2>7.")]),  # the last section struck
        page("<h2>0. News</h2><p>Read this first.</p>" + POLICY),
    ],
)
def test_real_changes_pass(html: str) -> None:
    assert reason(html, OLD) is None


@pytest.mark.corpus
def test_real_pages() -> None:
    manifest = SHARED / "pages" / "manifest.jsonl"
    if not manifest.exists():
        pytest.skip("the labelled pages are not beside the checkout")
    held = refused = bad = 0
    for row in map(json.loads, manifest.read_text("utf-8").splitlines()):
        raw = (SHARED / "pages" / row["file"]).read_bytes()
        found = reason(gzip.decompress(raw) if row["file"].endswith(".gz") else raw, media_type=row["mime"])
        bad += row["label"] != "good"
        held += row["label"] != "good" and found is not None
        refused += row["label"] == "good" and found is not None
    assert refused == 0 and held / bad >= 0.85
