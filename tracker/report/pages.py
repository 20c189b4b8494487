"""Finds the templates and fills them: one page, one self-contained file."""

from __future__ import annotations

import base64
import hashlib
import re
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import jinja2
from markupsafe import Markup

from tracker import __version__
from tracker.errors import TrackerError

if TYPE_CHECKING:
    from tracker.report.wording import Wording


_STATE = re.compile(r'<meta name="made-of" content="([^"]*)">')
_HEAD = 2000  # characters within which it stands


class BrokenTemplate(TrackerError):
    """A template of the user's that cannot be filled."""

    def __init__(self, name: str, error: Exception) -> None:
        line = f", line {error.lineno}" if isinstance(error, jinja2.TemplateSyntaxError) else ""
        super().__init__(
            f"template {name}{line}: {error}",
            "correct it in the workspace's templates folder, or remove it to use tracker's own",
        )


def folder() -> Path:
    """The templates that come with the program: those of the installed package, else of the checkout."""
    package = Path(__file__).resolve().parents[1]
    packaged = package / "_templates"
    return packaged if packaged.is_dir() else package.parent / "templates"


def folders(templates: Path | None) -> list[Path]:
    """Where templates are looked for: the user's folder first, where there is one."""
    return [*([templates] if templates and templates.is_dir() else []), folder()]


def digest(templates: Path | None) -> str:
    """Tells one set of templates from another, the user's own included."""
    told = hashlib.sha256()
    for place in folders(templates):
        for path in sorted(path for path in place.rglob("*") if path.is_file()):
            told.update(path.relative_to(place).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return told.hexdigest()


def made_of(path: Path) -> str:
    """The state that the page at ``path`` was made of; "" where it tells none or there is no page."""
    if not path.is_file():
        return ""
    with path.open(encoding="utf-8", errors="replace") as file:
        found = _STATE.search(file.read(_HEAD))
    return found[1] if found else ""


def fill(
    page: str, wording: Wording, templates: Path | None = None, state: str = "", **context: object
) -> str:
    """The page made of a template, style and script within it; ``state`` is told to ``made_of``.

    Raises BrokenTemplate.
    """
    environment = _environment(templates)
    try:
        style, script = (_asset(environment, name) for name in ("style.css", "script.js"))
        texts = {
            "t": wording.text,
            "n": wording.count,
            "known": wording.known,
            "date": wording.date,
            "time": wording.time,
            "locale": wording.locale,
            "generator": f"tracker {__version__}",
        }
        return environment.get_template(page, globals=texts).render(
            style=Markup(style),  # noqa: S704  (both come with the program or from the user's own folder)
            script=Markup(script),  # noqa: S704
            state=state,
            security=f"default-src 'none'; style-src '{_digest(style)}'; script-src '{_digest(script)}'; "
            "base-uri 'none'; form-action 'none'",
            **context,
        )
    except jinja2.TemplateError as error:
        raise BrokenTemplate(page, error) from error


@lru_cache(maxsize=4)
def _environment(templates: Path | None) -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(folders(templates)),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _asset(environment: jinja2.Environment, name: str) -> str:
    """Style or script as it stands: neither is a template, and its digest must be that of what is inlined."""
    loader = environment.loader or jinja2.FileSystemLoader(folder())
    return loader.get_source(environment, name)[0].replace("\r\n", "\n")


def _digest(content: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
