"""The one Jinja environment, in each language: sentences through gettext, dates through filters.

Files that end in .html are escaped; all others are plain text and are not. Besides what the page is given, a template
knows `language`, `_`/`gettext`, `ngettext`, `pgettext` and these filters; instants name their zone:
`{{ day|day_long }}`, `{{ starts_at|span(ends_at, event.zone) }}`, `{{ closes_at|until(event.zone) }}`.
"""

import re
from functools import cache
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup, escape

from confman.kernel.dates import Dates
from confman.kernel.files import folder
from confman.kernel.i18n import sentences_in, translations

DATE_FILTERS: Final = (
    *("day", "day_long", "day_in_year", "days", "days_long"),
    *("clock", "span", "day_and_clock", "day_and_span", "closing", "until", "soon", "stamp"),
)


def environment(language: str) -> Environment:
    """The environment that speaks the reader's language; German where we do not speak it. Made once per process."""
    return _environment(sentences_in(language).language)


@cache
def _environment(language: str) -> Environment:
    made = Environment(
        loader=FileSystemLoader(folder("templates")),
        autoescape=select_autoescape(("html", "xml"), default=False, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        extensions=["jinja2.ext.i18n"],
    )
    made.policies["ext.i18n.trimmed"] = True
    made.install_gettext_translations(translations(language), newstyle=True)  # type: ignore[attr-defined]  # the i18n extension adds it
    dates = Dates(language)
    made.filters.update({name: getattr(dates, name) for name in DATE_FILTERS})
    made.filters["telephone"] = telephone
    made.globals["language"] = language
    return made


_DIALLED = re.compile(r"\+?[\d ()/.-]{5,}", re.ASCII)


def telephone(number: str) -> Markup:
    """For pages: a number that a phone dials when it is touched; as it stands where it is more than a number."""
    if not _DIALLED.fullmatch(number):
        return escape(number)
    return Markup('<a class="kern-link" href="tel:{}">{}</a>').format(re.sub(r"[^+\d]", "", number), number)
