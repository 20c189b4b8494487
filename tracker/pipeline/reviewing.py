"""The changes of a workspace that people may review, with what was said of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from tracker import review
from tracker.archive.reviews import Reviews
from tracker.errors import UsageError
from tracker.model import Change, Severity
from tracker.pipeline import ledger
from tracker.pipeline.ledger import Step
from tracker.pipeline.workbench import Workbench
from tracker.review import Mark, State

_SHORTEST = 4  # digits by which a change may be named


class UnknownChange(UsageError):
    """Digits that name no change of a policy."""

    def __init__(self, policy: str, digits: str) -> None:
        super().__init__(
            f"{policy}: no change begins with {digits!r}", f"`tracker review {policy} --all` lists them"
        )


@dataclass(frozen=True, slots=True)
class Item:
    """A change that may be reviewed; ``change`` is None where only uncovered statements changed."""

    step: Step
    change: Change | None
    mark: Mark | None

    @property
    def id(self) -> str:
        """The change's id."""
        return self.change.id if self.change else review.TEXT

    @property
    def severity(self) -> Severity:
        """The change's gravity."""
        return self.change.severity if self.change else Severity.LOW

    @property
    def message(self) -> str:
        """The change in words."""
        return self.change.message if self.change else self.step.summary

    @property
    def state(self) -> State:
        """What was said of it last."""
        return self.mark.state if self.mark else "open"

    @property
    def waits(self) -> bool:
        """Whether somebody should still look at it."""
        return self.state in ("open", "flagged")


class Desk:
    """A workspace's changes and what is said of them, open for reading and marking."""

    def __init__(self, bench: Workbench) -> None:
        self._bench = bench
        self._reviews = Reviews(bench.workspace.snapshots, bench.clock)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._reviews.close()

    def items(self, policies: Iterable[str], least: Severity = Severity.LOW) -> list[Item]:
        """All changes at least that grave: flagged ones first, then the gravest, then the newest."""
        found = [
            item
            for policy in policies
            for item in self._of(policy, ledger.steps(self._bench, policy))
            if item.severity.rank <= least.rank
        ]
        found.sort(key=lambda item: (item.step.policy, item.id))
        found.sort(key=lambda item: item.step.new.captured, reverse=True)
        return sorted(found, key=lambda item: (item.state != "flagged", item.severity.rank))

    def waiting(self, policy: str) -> list[Item]:
        """What waits of the changes that are known without comparing anything, info left out."""
        items = self._of(policy, ledger.known(self._bench, policy))
        return [item for item in items if item.waits and item.severity is not Severity.INFO]

    def mark(self, policy: str, digits: Sequence[str], state: State, by: str, note: str) -> list[Item]:
        """Mark the changes that begin with those digits, or all that wait ("all"). Raises UnknownChange."""
        items = self.items([policy], Severity.INFO)
        named = [item for each in digits for item in _named(policy, items, each)]
        chosen = list({(item.step.new.id, item.id): item for item in named}.values())
        now = self._bench.clock()
        marks = [Mark(now, state, item.step.new.id, item.id, by, note) for item in chosen]
        if marks:
            self._reviews.add(policy, marks)
        return chosen

    def _of(self, policy: str, steps: Iterable[Step]) -> Iterator[Item]:
        marks = None
        for step in steps:
            if not step.real:
                continue
            marks = self._reviews.of(policy) if marks is None else marks
            version = step.new.id[: review.DIGITS]
            for change in step.changes or (None,):
                yield Item(step, change, marks.get((version, change.id if change else review.TEXT)))


def _named(policy: str, items: Sequence[Item], digits: str) -> list[Item]:
    if digits == "all":
        return [item for item in items if item.waits]
    found = [item for item in items if item.id.startswith(digits) and len(digits) >= _SHORTEST]
    if not found:
        raise UnknownChange(policy, digits)
    return found
