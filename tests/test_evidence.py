"""A bundle proves what stood there to whoever has it, and nothing once a byte of it is altered."""

from __future__ import annotations

import gzip
import io
import json
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from warcio.archiveiterator import ArchiveIterator

from tracker import extract
from tracker.archive import Archive, Reading
from tracker.cli import main
from tracker.evidence import bundle, timestamp
from tracker.model import Check, Snapshot

URL = "https://acme.example/privacy"
RAW = "<html><main><h1>Privacy policy</h1><p>We keep logs for {} days.</p></main></html>"


def day(number: int) -> datetime:
    return datetime(2024, 1, 1, 12, tzinfo=UTC) + timedelta(days=number)


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "policies.toml").write_text("")
    with Archive.create(tmp_path / "snapshots", lambda: day(9)) as archive:
        for number in (1, 3):
            raw = RAW.format(number).encode()
            headers = {"Content-Type": "text/html", "ETag": '"1"', "Date": "Tue, 02 Jan 2024 12:00:00 GMT"}
            tls = {"issuer": "Example CA", "until": "2025-01-01"}
            moved = (f"{URL}/new",)
            snapshot = Snapshot("acme", URL, day(number), raw, "text/html", "fetch", 200, moved, headers, tls)
            archive.save(snapshot, extract.read(raw, "text/html"))
        first = archive.at("acme", day(1))
        archive.record(Check("acme", day(2), "unchanged", "", first.id))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def made(workspace: Path) -> Path:
    assert main(["evidence", "acme", "--at", "2024-01-02", "--output", "e.zip"]) == 0
    return workspace / "e.zip"


def test_a_bundle_proves_itself(made: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify-evidence", str(made)]) == 0
    assert "WRONG" not in capsys.readouterr().out
    files = bundle.unpacked(made)
    assert files["source.html"] == RAW.format(1).encode()
    words = files["STATEMENT.md"].decode()
    for told in (
        URL,
        "2024-01-02 12:00",
        "/privacy/new",
        "Example CA",
        "found 1 more time, last on 2024-01-03",
    ):
        assert told in words


def test_the_same_version_gives_the_same_bundle(made: Path) -> None:
    assert main(["evidence", "acme", "--at", "2024-01-02", "--output", "again.zip"]) == 0
    assert (made.parent / "again.zip").read_bytes() == made.read_bytes()


def test_git_and_sha256sum_are_enough(made: Path, tmp_path: Path) -> None:
    folder = tmp_path / "unpacked"
    with zipfile.ZipFile(made) as archive:
        archive.extractall(folder)
    words = (folder / "STATEMENT.md").read_text()
    commands = [line.strip() for line in words.splitlines() if line.startswith("       ")]
    ran = [
        subprocess.run(it, shell=True, cwd=folder, capture_output=True, text=True, check=True).stdout
        for it in commands
        if not it.startswith("openssl")
    ]
    assert ran[0].count(": OK") == 6
    assert ran[2].split()[0] == ran[3].split()[0] == sha256(RAW.format(1).encode()).hexdigest()
    assert "Tracker-Captured: 2024-01-02T12:00:00Z" in ran[4]


def test_a_reading_made_later_does_not_alter_what_was_captured(workspace: Path, made: Path) -> None:
    with Archive.open(workspace / "snapshots", lambda: day(10)) as archive:
        first = archive.at("acme", day(1))
        archive.reread([Reading(first, extract.read(b"Otherwise read.", "text/plain"))])
    assert main(["evidence", "acme", "--at", "2024-01-02", "--output", "later.zip"]) == 0
    assert main(["verify-evidence", "later.zip"]) == 0
    before, after = bundle.unpacked(made), bundle.unpacked(workspace / "later.zip")
    assert before["policy.md"] == after["policy.md"]


@pytest.mark.parametrize(
    "name", ["source.html", "policy.md", "capture.json", "statement.json", "STATEMENT.md"]
)
@pytest.mark.parametrize("consistent", [False, True])
def test_a_byte_altered_anywhere_is_found(made: Path, name: str, consistent: bool) -> None:
    files = bundle.unpacked(made)
    files[name] = files[name].replace(b"2024-01-02", b"2024-01-01").replace(b"1 days", b"9 days")
    if name == "policy.md":
        files[name] += b"And more.\n"
    if consistent:  # whoever alters it makes the hashes fit
        files[bundle.SUMS] = bundle.sums(files)
    made.write_bytes(bundle.packed(files))
    assert main(["verify-evidence", str(made)]) == 4


def test_a_chain_with_a_gap_is_found(made: Path) -> None:
    files = bundle.unpacked(made)
    data = json.loads(files["statement.json"])
    data["chain"] = [data["chain"][0], "0" * 40]
    files["statement.json"] = json.dumps(data).encode()
    files[bundle.SUMS] = bundle.sums(files)
    made.write_bytes(bundle.packed(files))
    assert main(["verify-evidence", str(made)]) == 4


def zipped(**files: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "/"), content)
    return out.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"PK\x03\x04 no zip",
        zipped(a=b"1"),
        zipped(**{"..__..__etc__passwd": b"x"}),
        zipped(SHA256SUMS=b"", **{"STATEMENT.md": b"", "statement.json": b"[]", "history.pack": b""}),
        zipped(bomb=b"\0" * (300 << 20)),
    ],
    ids=["empty", "broken", "other", "path", "no facts", "bomb"],
)
def test_what_is_no_bundle_is_one_clear_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes
) -> None:
    (tmp_path / "e.zip").write_bytes(content)
    assert main(["verify-evidence", str(tmp_path / "e.zip")]) == 4
    error = capsys.readouterr().err
    assert "is no evidence bundle" in error
    assert error.count("\n") == 1


# --- time stamps (RFC 3161) -----------------------------------------------------------------------------

AUTHORITY = """
[req]
distinguished_name = name
x509_extensions = ext
prompt = no
[name]
CN = Example Time Stamp Authority
[ext]
extendedKeyUsage = critical, timeStamping
[tsa]
default_tsa = here
[here]
serial = {folder}/serial
crypto_device = builtin
signer_cert = {folder}/tsa.pem
signer_key = {folder}/tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
ess_cert_id_alg = sha256
"""


@pytest.fixture
def authority(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """A time stamp authority on this machine, made of openssl, and its certificate."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    folder = tmp_path_factory.mktemp("authority")
    (folder / "tsa.cnf").write_text(AUTHORITY.format(folder=folder))
    (folder / "serial").write_text("01\n")
    request = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-config", "tsa.cnf"]
    command = [*request, "-keyout", "tsa.key", "-out", "tsa.pem"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)

    class Stamps(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            (folder / "asked.tsq").write_bytes(self.rfile.read(int(self.headers["Content-Length"])))
            if self.path == "/other":
                (folder / "asked.tsq").write_bytes(timestamp.request(b"something else", 1))
            reply = ["openssl", "ts", "-reply", "-config", "tsa.cnf", "-queryfile", "asked.tsq"]
            subprocess.run([*reply, "-out", "reply.tsr"], cwd=folder, check=True, capture_output=True)
            self.send_response(200 if self.path != "/closed" else 503)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.end_headers()
            self.wfile.write((folder / "reply.tsr").read_bytes())

        def log_message(self, *arguments: object) -> None:
            """Tests are quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Stamps)
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", folder / "tsa.pem"
    server.shutdown()
    server.server_close()


def test_a_bundle_is_stamped_and_openssl_agrees(
    workspace: Path, authority: tuple[str, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    server, certificate = authority
    assert main(["evidence", "acme", "--timestamp", server, "--output", "e.zip"]) == 0
    assert main(["verify-evidence", "e.zip"]) == 0
    assert f"existed on {datetime.now(UTC):%Y-%m}" in capsys.readouterr().out
    files = bundle.unpacked(workspace / "e.zip")
    for name in (bundle.STAMP, bundle.SUMS):
        (workspace / name).write_bytes(files[name])
    verify = ["openssl", "ts", "-verify", "-in", bundle.STAMP, "-data", bundle.SUMS, "-CAfile", certificate]
    told = subprocess.run(verify, capture_output=True, text=True, check=False)
    assert "Verification: OK" in told.stdout + told.stderr
    files[bundle.SUMS] += b"\n"
    (workspace / "e.zip").write_bytes(bundle.packed(files))
    assert main(["verify-evidence", "e.zip"]) == 4


@pytest.mark.parametrize("path", ["/other", "/closed"])
def test_a_server_that_stamps_something_else_is_refused(
    workspace: Path, authority: tuple[str, Path], capsys: pytest.CaptureFixture[str], path: str
) -> None:
    assert main(["evidence", "acme", "--timestamp", authority[0] + path, "--output", "e.zip"]) == 4
    assert "no time stamp" in capsys.readouterr().err
    assert not (workspace / "e.zip").exists()


@pytest.mark.parametrize(
    "reply", [b"", b"\x30", b"\x30\x84\xff\xff\xff\xff", b"\x30\x03\x02\x01\x00", b"x" * 99]
)
def test_a_broken_reply_is_no_stamp(reply: bytes) -> None:
    assert timestamp.read(reply) is None


# --- WARC -----------------------------------------------------------------------------------------------


def test_captures_are_exported_as_warc(workspace: Path) -> None:
    asked = ["evidence", "acme", "--warc", "--all", "--output"]
    assert main([*asked, "one.warc.gz"]) == main([*asked, "two.warc.gz"]) == 0
    assert (workspace / "one.warc.gz").read_bytes() == (workspace / "two.warc.gz").read_bytes()
    with (workspace / "one.warc.gz").open("rb") as file:
        found = [
            (
                record.rec_headers.get_header("WARC-Target-URI"),
                record.rec_headers.get_header("WARC-Date"),
                record.http_headers.get_header("etag"),
                record.content_stream().read(),
            )
            for record in ArchiveIterator(file, check_digests=True)
            if record.rec_type == "response"
        ]
    assert found == [
        (f"{URL}/new", f"2024-01-0{1 + number}T12:00:00Z", '"1"', RAW.format(number).encode())
        for number in (1, 3)
    ]
    assert gzip.decompress((workspace / "one.warc.gz").read_bytes()).startswith(b"WARC/1.0")
