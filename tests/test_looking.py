"""Looks at policies over real HTTP, day after day: what is recorded, held back, confirmed, announced."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from servers import Reply, Site, serve

from tracker import config
from tracker.pipeline.workbench import Outcome, Workbench

HTML = {"Content-Type": "text/html; charset=utf-8"}
BASIC = "allow_private = true\nhost_gap = 0\nretries = 0\nrobots = false\n"
WALL = b"<html><title>Just a moment...</title><body><h1>Checking your browser</h1></body></html>"


def policy_page(*sentences: str, count: int = 60) -> bytes:
    """A page long enough to be a policy; sentences are added to it."""
    clauses = [f"<p>Record {n} is kept for {n + 2} months by desk {n * 31}.</p>" for n in range(count)]
    more = "".join(f"<p>{sentence}</p>" for sentence in sentences)
    return (
        f"<html><title>Privacy policy</title><h1>Privacy policy</h1>{''.join(clauses)}{more}</html>".encode()
    )


A, B = policy_page(), policy_page("We share your e-mail address with Quickmail Ltd.")
SHRUNK = policy_page(count=9)
PARCELS = "".join(f"<p>Parcel {n} costs {n * 7} euros to town {n}.</p>" for n in range(99))
GERMAN = "<h1>Datenschutz</h1>" + "<p>Wir speichern Ihre Daten nur für die Lieferung der Ware.</p>" * 60


class World:
    """A workspace with one policy, a site, and days that pass."""

    def __init__(self, folder: Path, site: Site, settings: str, keys: str) -> None:
        self.now = datetime(2024, 5, 6, 7, 8, 9, tzinfo=UTC)
        self.site = site
        config.init(folder)
        table = f'[policies.acme]\nurl = "{site.url}/p"\n{keys}'
        (folder / "policies.toml").write_text(f"[settings]\n{BASIC}{settings}\n{table}")
        self.workspace = config.find_workspace(folder)
        self.bench = Workbench(self.workspace, lambda: self.now)

    def look(self, page: bytes | Reply | None = None, days: float = 1) -> Outcome:
        """The outcome of a look after so many days."""
        if page is not None:
            self.site.routes["/p"] = page if isinstance(page, Reply) else Reply(page)
        self.now += timedelta(days=days)
        return self.bench.fetch(self.workspace.policies[0])

    def outcomes(self, *pages: bytes | Reply) -> list[str]:
        """The outcomes of looks, day by day."""
        return [self.look(page).check.outcome for page in pages]

    def history(self) -> list[datetime]:
        return [version.captured for version in self.bench.archive.history("acme")]


@pytest.fixture
def world(tmp_path: Path) -> Iterator[Callable[..., World]]:
    with serve({}) as site:
        made = []

        def make(settings: str = "", keys: str = "") -> World:
            made.append(World(tmp_path / "ws", site, settings, keys))
            return made[0]

        yield make
        for each in made:
            each.bench.__exit__(None, None, None)


# --- captures held back ---------------------------------------------------------------------------------


def test_a_text_held_back_enters_the_history_when_it_keeps_coming_with_its_first_date(
    world: Callable[..., World],
) -> None:
    here = world('confirm_after = "2d"')
    assert here.outcomes(A, SHRUNK) == ["new", "suspect"]
    first = here.now
    assert here.look(SHRUNK).summary.startswith("held back, 2 times now: truncated")
    assert len(here.history()) == 1
    confirmed = here.look(SHRUNK)
    assert (confirmed.check.outcome, confirmed.check.at) == ("changed", first)
    assert confirmed.comparison is not None and confirmed.summary.startswith("confirmed after 3 looks")
    assert here.history()[0] == first and here.bench.suspects() == ()
    assert here.look(SHRUNK).check.outcome == "unchanged"


def test_a_page_that_betrays_itself_is_never_confirmed(world: Callable[..., World]) -> None:
    here = world("confirm_after = 0")
    assert here.outcomes(A, WALL, WALL, WALL, A) == ["new", "suspect", "suspect", "suspect", "unchanged"]
    assert [(each.reason, each.seen, each.state) for each in here.bench.suspects()] == [
        ("bot_wall", 3, "over")
    ]


def test_a_text_that_does_not_come_in_a_row_is_not_confirmed(world: Callable[..., World]) -> None:
    here = world('confirm_after = "1d"')
    assert here.outcomes(A, SHRUNK, A, SHRUNK, A, SHRUNK)[1::2] == ["suspect"] * 3
    assert len(here.history()) == 1


def test_what_is_rejected_stays_out_however_often_it_comes(world: Callable[..., World]) -> None:
    here = world("confirm_after = 0")
    here.outcomes(A, SHRUNK)
    here.bench.reject(here.bench.suspects("acme")[0])
    assert here.outcomes(SHRUNK, SHRUNK) == ["suspect", "suspect"]


def test_what_is_accepted_enters_and_is_not_suspected_again(world: Callable[..., World]) -> None:
    here = world()
    here.outcomes(A, WALL)
    held = here.now
    outcome = here.bench.accept(here.bench.suspects("acme")[0])
    assert (outcome.check.outcome, outcome.check.at) == ("changed", held)
    again = WALL.replace(b"browser", b"browser once more")
    assert here.outcomes(WALL, again) == ["unchanged", "changed"]


def test_each_page_of_several_is_judged(world: Callable[..., World]) -> None:
    here = world()
    here.workspace.file.write_text(here.workspace.file.read_text() + f'also = "{here.site.url}/more"\n')
    here.workspace = config.find_workspace(here.workspace.root)
    here.site.routes["/more"] = Reply(WALL)
    assert here.look(A).kind == "bot_wall"


def test_a_selector_that_finds_nothing_any_more_is_a_doubt_and_no_version(
    world: Callable[..., World],
) -> None:
    here = world(keys="select = \"//div[@id='policy']\"")
    inside = A.replace(b"<h1>", b"<p>Parcels since 1990.</p><div id=policy><h1>")
    redesigned = inside.replace(b"id=policy", b"id=text")
    assert here.outcomes(inside, redesigned, WALL) == ["new", "suspect", "suspect"]
    assert here.look(redesigned).kind == "wrong_document"


# --- announcements ----------------------------------------------------------------------------------------


def test_a_text_is_announced_when_it_has_held_and_only_once(world: Callable[..., World]) -> None:
    here = world('settle = "2d"')
    here.look(A)
    changed = here.look(B)
    assert changed.check.outcome == "changed" and not changed.announce
    assert here.history()[0] == here.now  # recorded at once
    looks = [here.look(B) for _ in range(4)]
    assert [look.comparison is not None for look in looks] == [False, True, False, False]
    assert looks[1].comparison and looks[1].comparison.changes


def test_a_text_that_flaps_is_not_announced(world: Callable[..., World]) -> None:
    here = world('settle = "2d"')
    looks = [here.look(page) for page in (A, A, A, B, A, B, A, A, A, A)]
    assert [look.comparison is not None and look.announce for look in looks] == [False] * 10


# --- conditional requests ---------------------------------------------------------------------------------


def conditional(body: bytes) -> Callable[[BaseHTTPRequestHandler], Reply]:
    headers = HTML | {"ETag": '"one"'}
    return lambda handler: (
        Reply(status=304, headers=headers)
        if handler.headers.get("If-None-Match") == '"one"'
        else Reply(body, headers=headers)
    )


def test_a_good_capture_makes_the_next_request_conditional_until_a_whole_one_is_due(
    world: Callable[..., World],
) -> None:
    here = world('full_fetch_every = "3d"')
    here.site.routes["/p"] = conditional(A)
    looks = [here.look() for _ in range(5)]
    asked = ["if-none-match" in headers for headers in here.site.asked("/p")]
    assert asked == [False, True, True, False, True]
    assert [look.check.outcome for look in looks] == ["new"] + ["unchanged"] * 4
    assert looks[1].check.detail == "not modified" and looks[1].check.version


def test_a_capture_held_back_makes_no_conditional_request(world: Callable[..., World]) -> None:
    here = world()
    here.site.routes["/p"] = conditional(WALL)
    here.look()
    here.look()
    assert not any("if-none-match" in headers for headers in here.site.asked("/p"))


def test_another_way_of_reading_asks_for_the_whole_page(world: Callable[..., World]) -> None:
    here = world()
    here.site.routes["/p"] = conditional(A)
    here.look()
    here.workspace.file.write_text(here.workspace.file.read_text() + 'remove = "em"\n')
    here.workspace = config.find_workspace(here.workspace.root)
    here.look()
    assert not any("if-none-match" in headers for headers in here.site.asked("/p"))


# --- failures ---------------------------------------------------------------------------------------------


def test_failures_in_a_row_raise_one_alarm_and_recovery_is_told_once(world: Callable[..., World]) -> None:
    here = world("alarm_after = 3")
    gone = Reply(b"", 404)
    looks = [here.look(page) for page in (A, gone, gone, WALL, gone, A, A, gone, A)]
    assert [look.alarm for look in looks] == ["", "", "", "failing", "", "recovered", "", "", ""]
    assert looks[1].kind == "http_404" and looks[1].check.detail.startswith("http_404: ")


def test_what_nobody_foresaw_is_a_failed_check(world: Callable[..., World]) -> None:
    here = world()

    def broken(*arguments: object) -> None:
        raise ZeroDivisionError("division by zero")

    here.bench._looking._fetch = broken  # type: ignore[method-assign, assignment]
    outcome = here.look(A)
    assert (outcome.check.outcome, outcome.kind) == ("failed", "internal")
    assert here.bench.archive.checks("acme")[0].detail.startswith("internal: ")


# --- volatility -------------------------------------------------------------------------------------------


def test_what_differs_with_each_visit_makes_no_version(world: Callable[..., World]) -> None:
    """Tokens, nonces, the time of the request, counters, related links and furniture in two variants."""
    here, visits = world(), iter(range(1_000, 2_000))

    def answer(handler: BaseHTTPRequestHandler) -> Reply:
        n = next(visits)
        head = f"<meta name=csrf-token content=t{n}><script nonce=n{n}>var id='{n}'</script>"
        banner = (
            f"<div class='cookie-banner'><p>{'We use cookies.' if n % 2 else 'Cookies help us.'}</p></div>"
        )
        related = f"<aside><h3>Related</h3><a href=/post/{n}>Post {n}</a></aside>"
        form = f"<form action=/search?token={n}><input type=hidden value={n}><input name=q></form>"
        foot = f"<p>{n} views</p><p>Page generated at 07:{n % 60}:01 in 0.{n} s</p><footer>Visit {n}</footer>"
        link = f"<p>Read the <a href='/cookies?session={n}'>cookie policy</a>.</p>"
        body = (
            A.decode()
            .replace("<h1>", f"{head}{banner}<h1>")
            .replace("</html>", f"{link}{form}{related}{foot}</html>")
        )
        return Reply(body.encode())

    here.site.routes["/p"] = answer
    assert [here.look().check.outcome for _ in range(6)] == ["new"] + ["unchanged"] * 5


@pytest.mark.parametrize(
    ("reason", "body"),
    [
        ("bot_wall", "<title>Security check</title><h1>Verify you are human</h1><form id=captcha></form>"),
        ("bot_wall", "<title></title><script src=/cdn-cgi/challenge-platform/h/b/orchestrate.js></script>"),
        ("not_found", "<title>Nordwind</title><h1>Page not found</h1><p>Try the <a href=/>start</a>.</p>"),
        ("error", "<title>Nordwind</title><h1>We'll be back soon</h1><p>Scheduled maintenance.</p>"),
        ("error", "<title>Error</title><h1>Something went wrong</h1><p>Please try again later.</p>"),
        ("login", "<h1>Log in</h1><form>" + "Name <input> " * 9 + "<input type=password></form>"),
        ("cookie_wall", "<h1>Before you continue to Nordwind</h1><p>We use cookies.</p>"),
        ("empty_shell", "<title>Nordwind</title><div id=root></div><script src=/app.js></script>"),
        ("truncated", f"<html><body>{PARCELS}<p>We sha"),
        ("wrong_document", f"<h1>Parcels</h1>{PARCELS}"),
        ("wrong_document", GERMAN),
    ],
)  # fmt: skip
def test_a_page_that_is_not_the_policy_is_held_back_with_its_reason(
    world: Callable[..., World], reason: str, body: str
) -> None:
    here = world(keys='browser = "never"')
    assert here.outcomes(A, body.encode()) == ["new", "suspect"]
    [held] = here.bench.suspects("acme")
    assert held.reason == reason and here.bench.archive.held(held).raw == body.encode()
    assert here.look(A).check.outcome == "unchanged"
