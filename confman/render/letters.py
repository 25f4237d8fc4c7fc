"""Letters in words: subject, plain text and HTML. No clock, no database; equal values give equal texts."""

import re
import textwrap
from collections.abc import Mapping

from markupsafe import Markup, escape

from confman.domain.letter_kinds import KINDS
from confman.domain.messages import filled
from confman.kernel.i18n import N_
from confman.kernel.templates import environment
from confman.render.letter_speech import Speech, speech_in
from confman.render.letter_values import LetterValues, Written
from confman.render.letter_views import OccasionView, PersonView, occasion_view, person_view
from confman.render.mime import Letter, one_line

WIDTH = 72
"""Columns of a plain text letter; only addresses and single words are longer."""

_BLANK_LINES = re.compile(r"\n\s*\n")
# what mail programs make links of by themselves: a dot or colon inside of what could be an address
_LINKABLE = re.compile(r"(?<=\w)([.:@])(?=[\w/])")

_VARIANTS = {
    "confirm_another": N_("Registration no. %(nth)s with this address: please confirm for %(name)s"),
    "reminder_another": N_("Reminder: please confirm the registration of %(name)s"),
    "confirm_several": N_("Please confirm: %(count)s registrations for “%(title)s”"),
    "links_several": N_("The links to your registrations: %(title)s"),
    "lapsed": N_("Your reservation has ended: %(title)s"),
}
"""Subjects that depend on more than the kind."""


def render(values: LetterValues) -> Letter:
    """One mail about one person, or about all who were registered with one address."""
    speech = speech_in(values.language)
    occasion = occasion_view(values.occasion, speech)
    people = tuple(person_view(person, values.occasion, speech) for person in values.people)
    context = {
        "occasion": occasion,
        "people": people,
        "person": people[0],
        "has_ics": values.ics is not None,
        "kind": values.kind,
        "language": values.language,
        "paragraphs": [],
        "marked_paragraphs": [],
    }
    subject = _subject(values.kind, occasion, people, speech)
    if values.written is not None:
        words = _words(values.written, occasion, people[0])
        subject = one_line(filled(values.written.message.subject, words.__getitem__))
        context |= _paragraphs(values.written.message.body, words)
    templates, name = environment(values.language), "several" if len(people) > 1 else values.kind
    text = templates.get_template(f"mail/{name}.txt").render(context)
    html = templates.get_template(f"mail/{name}.html").render(context, subject=subject, unlinked=unlinked)
    return Letter(subject=subject, text=_wrapped(text), html=html.strip() + "\n", ics=values.ics)


def unlinked(text: str) -> Markup:
    """Text of people as HTML that mail programs make no link of: it must not bait anybody with our letterhead."""
    return Markup(_LINKABLE.sub(r"<span>\1</span>", str(escape(text))))  # noqa: S704 - escaped right here


def _words(written: Written, occasion: OccasionView, person: PersonView) -> dict[str, str]:
    """What the placeholders of organisers stand for."""
    given, family = one_line(written.given_name), one_line(written.family_name)
    return {"Vorname": given, "Nachname": family, "Veranstaltung": occasion.title, "Link": person.link}


def _paragraphs(body: str, words: Mapping[str, str]) -> dict[str, list[str] | list[Markup]]:
    """What an organiser wrote, as plain text and as HTML; names are text of people."""

    def marked(name: str) -> str:
        is_link = name == "Link"
        return Markup('<a href="{0}">{0}</a>').format(words[name]) if is_link else unlinked(words[name])

    plain = filled(body, words.__getitem__)
    html = filled(body, marked, lambda text: str(escape(text)))
    html = html.replace("\n", "<br>\n")
    return {
        "paragraphs": [piece.strip("\n") for piece in _BLANK_LINES.split(plain) if piece.strip()],
        "marked_paragraphs": [Markup(piece) for piece in re.split(r"<br>\s*<br>\s*", html) if piece.strip()],  # noqa: S704 - our own rendering of the text
    }


def _wrapped(text: str) -> str:
    paragraphs = _BLANK_LINES.sub("\n\n", text.strip())
    return "\n".join(_fit(line.strip()) for line in paragraphs.split("\n")) + "\n"


def _fit(line: str) -> str:
    if len(line) <= WIDTH:
        return line
    indent = "  " if line.startswith("- ") else ""
    return textwrap.fill(line, WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)


def _subject(kind: str, occasion: OccasionView, people: tuple[PersonView, ...], speech: Speech) -> str:
    person = people[0]
    facts = {
        "title": occasion.title,
        "name": person.name,
        "nth": person.nth,
        "count": sum(not person.confirmed for person in people),
        "what": person.short_gained[0] if person.short_gained else occasion.title,
    }
    variant = _variant(kind, people)
    says = _VARIANTS[variant] if variant in _VARIANTS else KINDS[variant].subject
    subject = speech.sentences.say(says, **facts)
    return f"{subject}, {occasion.day}" if KINDS[kind].names_day and occasion.day else subject


def _variant(kind: str, people: tuple[PersonView, ...]) -> str:
    person = people[0]
    unconfirmed = sum(not person.confirmed for person in people)
    if len(people) > 1:
        known = "links_several" if kind == "links" else "already_registered"
        return (known, "confirm", "confirm_several")[min(unconfirmed, 2)]
    if kind in {"confirm", "reminder"} and person.nth > 1:
        return f"{kind}_another"
    if kind in {"already_registered", "links"} and not person.confirmed:
        return "confirm"
    if kind == "cancelled" and person.by == "lapse":
        return "lapsed"
    return kind
