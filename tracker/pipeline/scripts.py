"""A second look, by a browser, at a page that shows nothing before its scripts have run."""

from __future__ import annotations

from dataclasses import replace

from tracker.config import Policy
from tracker.fetch import RENDERED
from tracker.fetch.browser import missing
from tracker.model import Document
from tracker.pipeline.fetching import Fetching
from tracker.pipeline.judging import Look, judged


def with_scripts(fetching: Fetching, look: Look, policy: Policy, known: Document | None = None) -> Look:
    """The look, or one by a browser where the plain page is an empty shell and the policy lets one be used.

    Raises FetchError.
    """
    shell = look.suspicion if look.suspicion and look.suspicion.reason == "empty_shell" else None
    if shell is None or policy.browser != "auto" or look.snapshot.provenance == RENDERED:
        return look
    if lacking := missing():
        detail = f"{shell.detail}; its words come by scripts: {lacking} to have them run"
        return replace(look, suspicion=replace(shell, detail=detail))
    rendered = fetching.get(policy, rendered=True).snapshot
    return judged(rendered, policy, known) if rendered else look
