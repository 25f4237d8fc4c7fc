"""docs/event-book.md names every field that a book may have, and what it shows can be read."""

import re
from pathlib import Path

import pytest

from confman.usecases import book_events, book_form, book_frame, book_programme
from confman.usecases.book import read_book
from confman.usecases.book_faults import BookRefused

PAGE = (Path(__file__).parents[2] / "docs/event-book.md").read_text()
STRANGER = "zzzqqqxxx"
EVERYWHERE = f"""
{STRANGER}: 1
host: {{slug: s, name: S, {STRANGER}: 1, privacy: {{{STRANGER}: 1}}, retention: {{{STRANGER}: 1}}}}
categories: [{{key: a, title: A, {STRANGER}: 1}}]
bodies: [{{key: a, name: A, {STRANGER}: 1}}]
projects:
  - slug: p
    title: P
    {STRANGER}: 1
    contact: {{{STRANGER}: 1}}
    topics: [{{slug: t, title: T, {STRANGER}: 1}}]
    bodies: [{{body: a, {STRANGER}: 1}}]
    documents: [{{key: d, title: D, {STRANGER}: 1}}]
series: [{{slug: s, title: S, {STRANGER}: 1}}]
events:
  - slug: e
    title: E
    kind: dialogue
    date: 2027-01-26
    {STRANGER}: 1
    venue: {{{STRANGER}: 1}}
    contact: {{{STRANGER}: 1}}
    registration: {{{STRANGER}: 1}}
    projects: [{{project: p, {STRANGER}: 1}}]
    rooms: [{{slug: r, name: R, {STRANGER}: 1}}]
    speakers: [{{slug: s, family_name: S, {STRANGER}: 1}}]
    questions: [{{key: q, kind: one, label: Q, purpose: P, {STRANGER}: 1, options: [{{key: a, label: A, {STRANGER}: 1}}]}}]
    consents: [{{key: c, text: T, {STRANGER}: 1}}]
    parts:
      - slug: p
        title: P
        {STRANGER}: 1
        slots:
          - {STRANGER}: 1
            sessions: [{{slug: s, title: S, {STRANGER}: 1, speakers: [{{speaker: s, {STRANGER}: 1}}]}}]
  - {{slug: f, title: F, kind: dialogue, date: 2027-01-26, registration: {{{STRANGER}: 1}}}}
"""


def known_fields() -> set[str]:
    """What the reader lists where it meets a field it does not know, in every corner of a book."""
    with pytest.raises(BookRefused) as refused:
        read_book("b.yaml", EVERYWHERE.encode())
    lists = [str(fault.facts["known"]) for fault in refused.value.faults]
    assert len(lists) == EVERYWHERE.count(STRANGER)
    return {field for listed in lists for field in listed.split(", ")}


def test_every_field_of_a_book_is_documented() -> None:
    documented = set(re.findall(r"`([a-z_]+)`", PAGE)) | set(re.findall(r"([a-z_]+): …", PAGE))

    assert known_fields() - documented == set()


def test_every_word_that_a_field_knows_is_documented() -> None:
    words = {*book_events.EVENT_KINDS, *book_events.VISIBILITIES, *book_events.LIVES, *book_events.PHOTOS}
    words |= {*book_events.ACCESS_KEYS, *book_frame.BODY_ROLES, *book_programme.RULES, *book_programme.SESSION_KINDS}
    words |= {*book_programme.SPEAKER_ROLES, *book_form.QUESTION_KINDS, *book_form.AUDIENCES}

    assert {word for word in words if f"`{word}`" not in PAGE} == set()


def test_the_book_of_the_page_can_be_read() -> None:
    (shown,) = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)

    book = read_book("page.yaml", shown.encode())

    assert [session.slug for session in book.events[0].parts[0].slots[0].sessions] == ["forum-1", "forum-2"]
