"""The main job on the example policies: serve them, fetch each version on its date, compare, report.

The pages in ``policies/`` (three invented companies) are served over loopback as a web site would serve
them; the real fetcher fetches them into a fresh workspace, ``.demo/`` beside this folder, with the clock set
to each date.
"""

from __future__ import annotations

import shutil
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from tracker import config
from tracker.cli import main
from tracker.pipeline.workbench import Workbench

HERE = Path(__file__).resolve().parent
PAGES = HERE / "policies"
WORKSPACE = HERE.parent / ".demo"
NAMES = {"brindlewood": "Brindlewood", "marlow-fenn": "Marlow & Fenn", "oblakon": "Облакон"}


class Site(ThreadingHTTPServer):
    """A web site that shows each policy as it stood on ``today``."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Pages)
        self.today = date.min

    def page(self, company: str) -> Path | None:
        """The page in force: the newest one dated today or before."""
        dated = [page for page in versions(company) if date.fromisoformat(page.stem) <= self.today]
        return dated[-1] if dated else None

    def url(self, company: str) -> str:
        return f"http://127.0.0.1:{self.server_port}/{company}/privacy"


class Pages(BaseHTTPRequestHandler):
    """Answers ``/<company>/privacy``."""

    def do_GET(self) -> None:
        assert isinstance(self.server, Site)
        page = self.server.page(self.path.strip("/").split("/")[0])
        body = page.read_bytes() if page else b"<h1>Not found</h1>"
        self.send_response(200 if page else 404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  (the name is the base class's)
        """Say nothing: the demo's output is the program's."""


def versions(company: str) -> list[Path]:
    """The company's pages, oldest first."""
    folder = PAGES / company
    return sorted(folder.glob("*.html")) if folder.is_dir() else []


@contextmanager
def served() -> Iterator[Site]:
    """The site, answering on loopback."""
    site = Site()
    thread = threading.Thread(target=site.serve_forever, daemon=True)
    thread.start()
    try:
        yield site
    finally:
        site.shutdown()
        site.server_close()


def prepare(folder: Path, site: Site) -> config.Workspace:
    """A fresh workspace that declares the three policies."""
    folder.mkdir(parents=True)
    (folder / config.FILE).write_text(
        "# Made by examples/demo.py: the pages are served on this machine.\n"
        "[settings]\nallow_private = true\nhost_gap = 0\nrobots = false\n\n"
        + "\n".join(
            f'[policies.{company}]\nname = "{name}"\nurl = "{site.url(company)}"\n'
            for company, name in NAMES.items()
        ),
        "utf-8",
    )
    return config.load(folder / config.FILE)


def fetch_history(workspace: config.Workspace, site: Site) -> None:
    """Fetch every policy on each day on which one of them changed."""
    days = sorted({date.fromisoformat(page.stem) for company in NAMES for page in versions(company)})
    with Workbench(workspace, lambda: datetime.combine(site.today, time(12), UTC)) as bench:
        for site.today in days:
            there = [policy for policy in workspace.policies if site.page(policy.id)]
            for outcome in bench.fetch_all(there):
                if outcome.check.outcome != "unchanged":
                    told = f"{outcome.check.outcome:<8} {outcome.summary}"
                    print(f"  {site.today}  {outcome.policy:<12} {told}", flush=True)


def show(*words: str) -> None:
    """Run a command and show it as a user would type it."""
    print(f"\n$ tracker {' '.join(words)}", flush=True)
    status = main([*words, "--workspace", str(WORKSPACE)])
    if status:
        sys.exit(status)


def run() -> None:
    """The demo."""
    shutil.rmtree(WORKSPACE, ignore_errors=True)
    print("Fetching the example policies of three invented companies, each version on its date:\n")
    with served() as site:
        fetch_history(prepare(WORKSPACE, site), site)
    for company in NAMES:
        show("log", company)
    show("diff", "brindlewood", "2023-12", "latest")
    show("report", "brindlewood", "--from", "2023-12", "--to", "latest")
    print(f"\nTry: .venv/bin/tracker diff oblakon first latest --workspace {WORKSPACE.name}")


if __name__ == "__main__":
    run()
