"""A thousand policies over fifty hosts on loopback, politely: throughput, memory, and how polite it was.

The hosts run in a process of their own and note when they were asked; ``tracker fetch`` runs as usual.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path

HOSTS, POLICIES, GAP, SECTIONS = 50, 1_000, 1.0, 10


@dataclass(frozen=True)
class Run:
    """One run of ``tracker fetch``: its summary, seconds, and megabytes at the peak."""

    counts: dict[str, int]
    wall: float
    cpu: float
    memory: float
    least_gap: float  # seconds between two pages that one host was asked for


def page(number: int, sections: int = SECTIONS) -> bytes:
    """A policy of some 120 words a section."""
    clauses = "".join(
        f"<h2>{n}. Matter {n} of company {number}</h2><p>"
        + " ".join(f"Record {n}.{i} is kept for {n + i} months by desk {number * 7 + i}." for i in range(10))
        + "</p>"
        for n in range(1, sections + 1)
    )
    return f"<!doctype html><title>Privacy policy {number}</title><h1>Privacy policy</h1>{clauses}".encode()


def hosts(count: int, port: int, sections: int) -> None:
    """Serve on 127.0.0.2 and so on until standard input ends; then write when each was asked."""
    asked: dict[str, list[float]] = defaultdict(list)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            etag = f'"{self.path}"'
            body, status = (
                (b"", 404) if self.path == "/robots.txt" else (page(int(self.path[1:]), sections), 200)
            )
            if status == 200:
                asked[self.headers["Host"]].append(time.monotonic())
                if self.headers.get("If-None-Match") == etag:
                    body, status = b"", 304
            self.send_response(status)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("ETag", etag)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *arguments: object) -> None:
            """Silent."""

    for number in range(count):
        server = ThreadingHTTPServer((f"127.0.0.{number + 2}", port), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
    print("ready", flush=True)
    for _ in sys.stdin:
        least = min((b - a for times in asked.values() for a, b in pairwise(times)), default=0.0)
        asked.clear()
        print(json.dumps(least), flush=True)


def workspace(folder: Path, policies: int, count: int, port: int, gap: float) -> None:
    """A workspace with so many policies, spread over the hosts."""
    tables = [f"[settings]\nallow_private = true\nhost_gap = {gap}\njobs = 16\n"]
    tables += [
        f'[policies.p{n:04}]\nurl = "http://127.0.0.{n % count + 2}:{port}/{n}"\n' for n in range(policies)
    ]
    folder.mkdir(parents=True)
    (folder / "policies.toml").write_text("\n".join(tables))


def runs(
    policies: int = POLICIES,
    count: int = HOSTS,
    gap: float = GAP,
    times: int = 2,
    sections: int = SECTIONS,
    place: Path | None = None,
) -> list[Run]:
    """The first fetch of all policies, and further ones that find nothing new; ``place`` is the disk used."""
    port = 18_000 + os.getpid() % 20_000
    options = {"--serve": count, "--port": port, "--sections": sections}
    served = subprocess.Popen(  # noqa: S603  # ourselves
        [sys.executable, "-m", "benchmarks.fetch", *(str(it) for pair in options.items() for it in pair)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).resolve().parents[1],
    )
    assert served.stdin and served.stdout  # noqa: S101  # both are pipes
    try:
        served.stdout.readline()
        with tempfile.TemporaryDirectory(dir=place) as folder:
            root = Path(folder) / "ws"
            workspace(root, policies, count, port, gap)
            return [_run(root, served) for _ in range(times)]
    finally:
        served.stdin.close()
        served.terminate()
        served.wait()


def _run(place: Path, served: subprocess.Popen[str]) -> Run:
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    command = [sys.executable, "-m", "benchmarks.fetch", "--fetch", str(place)]
    ran = subprocess.run(  # noqa: S603  # ourselves
        command, capture_output=True, text=True, check=True, cwd=Path(__file__).resolve().parents[1]
    )
    wall, after = time.monotonic() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    *summary, peak = ran.stdout.splitlines()
    assert served.stdin and served.stdout  # noqa: S101  # both are pipes
    print(file=served.stdin, flush=True)
    return Run(
        json.loads("".join(summary))["counts"], wall, cpu, int(peak) / 1_024, float(served.stdout.readline())
    )


def fetch(place: Path) -> None:
    """``tracker fetch``, and the peak of its memory in kilobytes."""
    from tracker.cli import main

    main(["fetch", "--workspace", str(place), "--format", "json"])
    peak = Path("/proc/self/status").read_text("ascii").split("VmHWM:")[1].split()[0]
    print(f"\n{peak}")  # in kB; getrusage would tell of the parent's memory as well


def main() -> None:
    """Run and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--serve", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--port", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--sections", type=int, default=SECTIONS, help=argparse.SUPPRESS)
    parser.add_argument("--fetch", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--policies", type=int, default=POLICIES)
    parser.add_argument("--gap", type=float, default=GAP)
    arguments = parser.parse_args()
    if arguments.serve:
        hosts(arguments.serve, arguments.port, arguments.sections)
        return
    if arguments.fetch:
        fetch(arguments.fetch)
        return
    print(
        f"{arguments.policies} policies over {HOSTS} hosts, {arguments.gap:g} s between two pages of a host"
    )
    for name, run in zip(("first", "again"), runs(arguments.policies, gap=arguments.gap), strict=True):
        rate = sum(run.counts.values()) / run.wall
        print(
            f"{name}: {run.wall:.1f} s, {rate:.1f} policies/s, {run.cpu:.1f} s of CPU, {run.memory:.0f} MB, "
            f"least gap {run.least_gap:.2f} s, {run.counts}"
        )


if __name__ == "__main__":
    main()
