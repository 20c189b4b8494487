"""One look at a policy: fetched, judged, recorded, and what is to be told of it."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Literal

from tracker import __version__, fetch
from tracker.archive import Suspect
from tracker.archive.mapping import text_digest
from tracker.config import Policy
from tracker.errors import TrackerError
from tracker.extract import EmptyInput
from tracker.fetch import Validators
from tracker.fetch.gate import Suspicion
from tracker.fetch.remembered import Remembered
from tracker.model import Check, Document, Snapshot, Version
from tracker.pipeline import streaks
from tracker.pipeline.fetching import Fetching
from tracker.pipeline.judging import Look, judged
from tracker.pipeline.outcome import Outcome
from tracker.pipeline.scripts import with_scripts
from tracker.pipeline.sources import read_snapshot

if TYPE_CHECKING:
    from tracker.pipeline.workbench import Workbench

_log = logging.getLogger(__name__)
_NOT_MODIFIED = "not modified"


class Looking:
    """Looks at the policies of a workspace. Threads may share it."""

    def __init__(self, bench: Workbench) -> None:
        self._bench, self._archive, self._clock = bench, bench.archive, bench.clock
        self._settings = bench.workspace.settings
        self.fetching = Fetching(self._settings, bench.clock)
        self._remembered = Remembered(bench.workspace.state)

    def close(self) -> None:
        """Closes what is remembered."""
        self._remembered.close()

    def fetch(self, policy: Policy) -> Outcome:
        """Look at a policy now and record what came of it: whatever goes wrong is a failed check."""
        try:
            outcome = self._fetch(policy)
        except TrackerError as error:
            outcome = self._failed(policy, getattr(error, "kind", "unreadable"), str(error))
        except Exception as error:  # one policy that nobody foresaw must not stop the others
            _log.exception("%s: the look failed for a reason that nobody foresaw", policy.id)
            words = " ".join(f"{type(error).__name__}: {error}".split())[:300]
            outcome = self._failed(policy, "internal", f"{policy.url}: {words}")
        return replace(outcome, alarm=self._alarm(policy))

    def _fetch(self, policy: Policy) -> Outcome:
        previous = self.latest(policy.id)
        look = self.look(policy, previous)
        if look is None:
            known = previous.id if previous else ""
            check = self._record(Check(policy.id, self._clock(), "unchanged", _NOT_MODIFIED, known))
            return self._settled(Outcome(policy.id, check, "unchanged"))
        if look.suspicion:
            return self._hold(policy, look, look.suspicion)
        return self.keep(look, policy)

    def _failed(self, policy: Policy, kind: str, words: str) -> Outcome:
        check = Check(policy.id, self._clock(), "failed", f"{kind}: {words}")
        with suppress(TrackerError):  # where the archive itself fails nothing can be recorded
            self._archive.record(check)
        return Outcome(policy.id, check, words, kind=kind)

    def _record(self, check: Check) -> Check:
        self._archive.record(check)
        return check

    def _alarm(self, policy: Policy) -> Literal["", "failing", "recovered"]:
        with suppress(TrackerError):
            return streaks.alarm(self._archive.checks(policy.id), self._settings.alarm_after)
        return ""

    # --- fetching and judging -----------------------------------------------------------------------

    def latest(self, policy: str) -> Version | None:
        """The policy's newest version; None where nothing is archived of it."""
        return self._archive.history(policy)[0] if policy in self._archive.policies() else None

    def look(self, policy: Policy, previous: Version | None = None) -> Look | None:
        """Fetch and read a policy without recording anything; None where the server says "not modified".

        Raises FetchError and what extraction raises.
        """
        rendered = policy.browser == "always"
        validators = () if rendered else self._validators(policy, previous)
        fetched = self.fetching.get(policy, validators, rendered)
        if fetched.snapshot is None:
            return None
        known = self._archive.document(previous) if previous else None
        look = with_scripts(self.fetching, judged(fetched.snapshot, policy, known), policy, known)
        if look.suspicion and previous and known and self._is_known(look, policy, previous):
            return replace(look, suspicion=None)
        return look

    def _is_known(self, look: Look, policy: Policy, previous: Version) -> bool:
        """Whether the last version, which the user accepted, would meet the same suspicion."""
        if look.document is None or look.suspicion is None:
            return False
        if text_digest(look.document) == previous.text_sha256:
            return True
        if look.suspicion.confirmable:
            return False
        before = judged(self._snapshot(previous), policy).suspicion
        return before is not None and before.reason == look.suspicion.reason

    def _snapshot(self, version: Version) -> Snapshot:
        stored = self._archive.metadata(version)
        return Snapshot(
            version.policy,
            version.url,
            version.captured,
            self._archive.raw(version),
            version.media_type,
            redirects=tuple(stored.get("redirects", ())),
            headers=stored.get("headers", {}),
        )

    # --- conditional requests -----------------------------------------------------------------------

    def _validators(self, policy: Policy, version: Version | None) -> Sequence[Validators]:
        """Those of the last good capture, where it was read as it would be now and is not too long ago."""
        if version is None:
            return ()
        found = self._remembered.get(policy.id, _reading(policy, version.text_sha256))
        if found is None:
            return ()
        whole_at, given = found
        age = self._clock() - whole_at
        return given if timedelta(0) <= age < timedelta(seconds=self._settings.full_fetch_every) else ()

    # --- recording ----------------------------------------------------------------------------------

    def keep(self, look: Look, policy: Policy | None = None) -> Outcome:
        """Record what a look brought. Raises EmptyInput where it brought no words."""
        snapshot = look.snapshot
        document = look.document or read_snapshot(snapshot, policy)
        outcome = self.save(snapshot, document)
        if policy is not None:
            reading = _reading(policy, text_digest(document))
            plain = snapshot.provenance != fetch.RENDERED
            given = fetch.validators(snapshot) if plain else ()
            self._remembered.put(policy.id, reading, snapshot.captured, given)
        for suspect in self._archive.suspects(snapshot.policy):
            if suspect.state == "waiting":
                self._archive.settle(suspect, "over")
        return self._settled(outcome) if outcome.check.outcome == "unchanged" else self._told(outcome)

    def save(self, snapshot: Snapshot, document: Document) -> Outcome:
        """Record a capture and say what it changed."""
        from tracker.pipeline import rereading  # what shows a history does without
        from tracker.pipeline.workbench import first_summary

        declared = next((p for p in self._bench.workspace.policies if p.id == snapshot.policy), None)
        if declared is not None:
            snapshot = replace(snapshot, read_as=rereading.read_as_declared(declared))
        rereading.keep_up(self._archive, snapshot, document)
        check = self._archive.save(snapshot, document)
        if check.outcome == "unchanged":
            return Outcome(check.policy, check, "unchanged")
        history = self._archive.history(check.policy)
        place = next(n for n, version in enumerate(history) if version.id == check.version)
        if place + 1 == len(history):
            return Outcome(check.policy, check, first_summary(self._bench.side(history[place])))
        result = self._bench.compare(history[place + 1], history[place])
        return Outcome(check.policy, check, result.summary or result.verdict, result)

    def _told(self, outcome: Outcome) -> Outcome:
        """The outcome of a new version: told at once, or when it has held."""
        if outcome.comparison is None or not self._settle(outcome.policy):
            return outcome
        return replace(
            outcome, announce=False, summary=f"{outcome.summary} (to be announced when it has held)"
        )

    def _settled(self, outcome: Outcome) -> Outcome:
        """The outcome of a look that found nothing new: it may settle a version that nobody was told of."""
        settle = self._settle(outcome.policy)
        if not settle or outcome.policy not in self._archive.policies():
            return outcome
        history, checks = self._archive.history(outcome.policy), self._archive.checks(outcome.policy)
        held = streaks.newly_settled(history, checks, settle)
        if held is None:
            return outcome
        result = self._bench.compare(*held)
        return replace(outcome, comparison=result, summary=f"has held: {result.summary or result.verdict}")

    def _settle(self, name: str) -> float:
        declared = next((each for each in self._bench.workspace.policies if each.id == name), None)
        return self._bench.workspace.settle(declared) if declared else 0.0

    # --- captures held back -------------------------------------------------------------------------

    def _hold(self, policy: Policy, look: Look, suspicion: Suspicion) -> Outcome:
        """Keep the capture apart; where enough like ones have come, it enters the history."""
        held = self._archive.hold(look.snapshot, _suspect(look, suspicion))
        if held.state == "waiting" and held.confirmable and self._is_confirmed(held):
            return self._confirmed(policy, held)
        check = self._record(Check(policy.id, self._clock(), "suspect", str(suspicion)))
        times = f", {held.seen} times now" if held.seen > 1 else ""
        return Outcome(policy.id, check, f"held back{times}: {suspicion}", kind=suspicion.reason)

    def _is_confirmed(self, held: Suspect) -> bool:
        long_enough = held.last - held.captured >= timedelta(seconds=self._settings.confirm_after)
        return long_enough and held.seen >= self._settings.confirm_fetches

    def _confirmed(self, policy: Policy, held: Suspect) -> Outcome:
        outcome = self.accept(held, policy)
        detail = f"confirms the capture of {held.captured:%Y-%m-%d %H:%M} that was held back"
        self._record(Check(policy.id, self._clock(), "unchanged", detail, outcome.check.version))
        return replace(outcome, summary=f"confirmed after {held.seen} looks: {outcome.summary}")

    def accept(self, held: Suspect, policy: Policy | None = None) -> Outcome:
        """Let a capture that was held back enter the history, with its own date."""
        snapshot = self._archive.held(held)
        try:
            document = read_snapshot(snapshot, policy)
        except EmptyInput as error:
            raise error.within(f"{held.policy}: the capture held back") from None
        outcome = self.save(snapshot, document)
        self._archive.settle(held, "recorded")
        return outcome


def _suspect(look: Look, suspicion: Suspicion) -> Suspect:
    """What is kept of the capture: one text, or one of each reason where pages betray themselves."""
    snapshot = look.snapshot
    key = f"{suspicion.reason} of {snapshot.url}"
    if suspicion.confirmable and look.document is not None:
        key = text_digest(look.document)
    return Suspect(
        snapshot.policy,
        snapshot.captured,
        key,
        suspicion.reason,
        suspicion.detail,
        suspicion.confirmable,
        snapshot.captured,
    )


def _reading(policy: Policy, text: str) -> str:
    """What a capture was and how it was read: addresses, selectors, language, program and text."""
    words = (
        __version__,
        *policy.pages,
        "select",
        *policy.select,
        "remove",
        *policy.remove,
        policy.language,
        text,
    )
    return sha256("\n".join(words).encode()).hexdigest()
