"""Reading facts: documents of 20 kB a CPU second, process start excluded, and the peak of memory.

The texts are the example policies and, where they lie beside the checkout, the labelled pairs; each counts
by its size, so that the figure is for documents of 20 kB. The rival is a bare search for the gazetteer's
names with one alternation of ``re``: it finds names and reads nothing.
"""

from __future__ import annotations

import re
import time
from pathlib import Path

from tracker import facts
from tracker.gazetteer import services
from tracker.model import Document
from tracker.pipeline import sources

ROOT = Path(__file__).resolve().parents[1]
SIZE = 20_000  # characters


def texts() -> list[Path]:
    """What is read."""
    examples = sorted((ROOT / "examples" / "policies").glob("*/*.html"))
    return examples + sorted((ROOT.parent / "shared" / "bench" / "pairs").glob("*/new.md"))


def main() -> None:
    """Run and print the figures."""
    began = time.process_time()
    documents = [sources.read_file(path) for path in texts()]
    extracted = time.process_time() - began
    units = sum(len(document.text) for document in documents) / SIZE
    for document in documents:  # compile what each language needs
        facts.read(document)
    ours, rival = _seconds(documents), _rival(documents)
    peak = int(Path("/proc/self/status").read_text("ascii").split("VmHWM:")[1].split()[0]) // 1024
    print(f"{len(documents)} documents, {units * SIZE / 1e6:.2f} million characters")
    print(
        f"facts      {units / ours:6.1f} documents of 20 kB a CPU second (goal 20): "
        f"{1e3 * ours / units:.0f} ms each"
    )
    print(f"extraction {units / extracted:6.1f} documents of 20 kB a CPU second")
    print(f"bare alternation of re {rival / ours:.2f} times the time of facts")
    print(f"peak of memory {peak} MB (goal under 400)")


def _seconds(documents: list[Document]) -> float:
    began = time.process_time()
    for document in documents:
        facts.read(document)
    return time.process_time() - began


def _rival(documents: list[Document]) -> float:
    names = {name for service in services() for name in (service.name, *service.aliases)}
    words = re.compile(
        "|".join(sorted(map(re.escape, names), key=lambda word: (-len(word), word))), re.IGNORECASE
    )
    began = time.process_time()
    for document in documents:
        words.findall(document.text)
    return time.process_time() - began


if __name__ == "__main__":
    main()
