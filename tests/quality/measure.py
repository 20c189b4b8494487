"""Runs the scorers of the labelled sets and compares their figures with the floors.

python tests/quality/measure.py            print figures beside floors
python tests/quality/measure.py --raise    write higher floors where the figures allow it
"""

from __future__ import annotations

import hashlib
import re
import subprocess
import sys
import tomllib
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
SHARED = ROOT.parent / "shared"
FLOORS = HERE / "floors.toml"

# set -> (scorer and its arguments, the data it reads)
SETS = {
    "policies": (["score.py", "policies"], "policies"),
    "mutations": (["score.py", "mutations"], "bench/mutations"),
    "pairs": (["score.py", "pairs"], "bench/pairs"),
    "gt200": (["corpora.py", "gt200"], "bench/gdpr200"),
    "memos": (["corpora.py", "memos"], "bench/memos"),
    "pages": (["pages.py"], "pages"),
}
_ROW = re.compile(r"^(\w+)(?:\s+\d+){3}\s+[\d.]+\s+[\d.]+\s+([\d.]+)$")
_SHARE = re.compile(r"([a-zA-Z][\w ,.>=-]*?): (\d+)/(\d+)")
_NUMBER = re.compile(r"(macro F1|mean P|R|F1|evidence that does not hold:) ([\d.]+)")


def digest(folder: Path) -> str:
    """Of every file's path and content below the folder."""
    whole = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        whole.update(
            str(path.relative_to(folder)).encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest()
        )
    return whole.hexdigest()[:16]


def measure(name: str) -> dict[str, float]:
    """The figures that a scorer prints, by what they are of; counts of what must not be are negative."""
    command, _ = SETS[name]
    tracker = f"{sys.executable} -m tracker"
    ran = subprocess.run(
        [sys.executable, str(SHARED / "bench" / command[0]), *command[1:], "--tracker", tracker],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return figures(ran.stdout)


def figures(printed: str) -> dict[str, float]:
    """Reads a scorer's tables ("table: kind" -> F1) and shares ("what" -> share)."""
    found: dict[str, float] = {}
    title = ""
    for line in printed.splitlines():
        if row := _ROW.match(line.strip()):
            found[f"{title}: {row[1]}"] = float(row[2])
        elif line and ":" not in line and not line.startswith("kind"):
            title = re.sub(r"\s*\(.*", "", line).strip().lower()
        for what, part, whole in _SHARE.findall(line):
            bad = what.strip().startswith(("traps", "good pages refused"))
            found[what.strip()] = -int(part) if bad else round(int(part) / int(whole), 3)
        if "extraction against" in line:
            found.update(
                {
                    f"extraction {k}": float(v)
                    for k, v in re.findall(r"(?:mean )?\b(P|R|F1) ([\d.]+)", line)[:3]
                }
            )
        if match := re.search(r"macro F1 ([\d.]+); exact sets (\d+)/(\d+)", line):
            found["macro F1"] = float(match[1])
            found["exact sets"] = round(int(match[2]) / int(match[3]), 3)
        if match := re.search(r"evidence that does not hold: (\d+)", line):
            found["evidence that does not hold"] = -int(match[1])
        if match := re.search(r"\((\d+) alarms\)", line):
            found["alarms on editorial pairs"] = -int(match[1])
    return found


def floors() -> dict[str, dict[str, float | str]]:
    """What must be reached, by set."""
    return tomllib.loads(FLOORS.read_text("utf-8"))


def write(wanted: dict[str, dict[str, float | str]]) -> None:
    """Keep the head of the file, write the tables anew."""
    head = [line for line in FLOORS.read_text("utf-8").splitlines() if line.startswith("#")]
    lines = [*head]
    for name, table in wanted.items():
        lines += [
            "",
            f"[{name}]",
            *(f'"{key}" = {value!r}'.replace("'", '"') for key, value in table.items()),
        ]
    FLOORS.write_text("\n".join(lines) + "\n", "utf-8")


def main() -> None:
    """Print, and with --raise write."""
    known = floors()
    for name, (_, data) in SETS.items():
        got = measure(name)
        old = known.get(name, {})
        mark = digest(SHARED / data)
        for key, value in got.items():
            print(f"{name:10} {key:70} {value:8.3f}  floor {old.get(key, '-')}")
        if "--raise" in sys.argv:
            same = old.get("digest") == mark
            known[name] = {"digest": mark} | {
                key: max(value, float(old.get(key, value))) if same else value for key, value in got.items()
            }
            write(known)


if __name__ == "__main__":
    main()
