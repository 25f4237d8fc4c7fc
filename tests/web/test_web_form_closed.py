"""When the form is not there, or not all of it: too early, too late, fully booked, cancelled."""

import re
from datetime import date, timedelta

import pytest
from sqlalchemy import update

from confman.store.events import event
from confman.store.programme import part, slot
from tests.api_node import Api
from tests.builders import (
    NOW,
    APart,
    a_limited_question,
    an_event,
)
from tests.web.visitor import ANNA, FORM, FORUMS, TWO_PARTS, Visitor, people, taken


@pytest.mark.parametrize(
    ("columns", "heading", "sentence"),
    [
        ({"cancelled_at": NOW, "cancel_reason": {"de": "Sturm"}}, "Diese Veranstaltung ist abgesagt", "Sturm"),
        ({"published_at": None}, "Die Anmeldung hat noch nicht begonnen", "sobald die Anmeldung öffnet"),
        (
            {"opens_at": NOW + timedelta(days=1)},
            "Die Anmeldung hat noch nicht begonnen",
            "Die Anmeldung öffnet am Montag, 23. November 2026, 13:00 Uhr.",
        ),
        (
            {"closes_at": NOW},
            "Die Anmeldung ist geschlossen",
            "Die Anmeldung war bis Sonntag, 22. November 2026, 13:00 Uhr möglich.",
        ),
        (
            {
                "starts_on": date(2026, 11, 1),
                "ends_on": date(2026, 11, 1),
                "starts_at": None,
                "ends_at": None,
                "opens_at": None,
                "closes_at": None,
            },
            "Diese Veranstaltung hat stattgefunden",
            "werkstatt@lindenbrueck.example",
        ),
    ],
)
def test_where_nobody_can_register_a_page_says_why(
    site: Api, columns: dict[str, object], heading: str, sentence: str
) -> None:
    site.write(an_event, **columns)
    visitor = Visitor(site)

    page = visitor.look(FORM)
    sent = visitor.send(ANNA)

    assert (page.status, page.heading) == (200, heading)
    assert sentence in page.text
    assert (sent.status, sent.heading) == (409, heading)
    assert "Wir haben Ihre Angaben nicht gespeichert." in sent.text
    assert site.read(people) == []


def test_a_part_with_a_time_of_its_own_says_when_it_can_be_had(sqlite_site: Api) -> None:
    made = sqlite_site.write(an_event, TWO_PARTS)
    later = update(part).where(part.c.id == made.parts["werkstatt"]).values(opens_at=NOW + timedelta(days=1))
    sqlite_site.write(lambda c: c.execute(later))

    page = Visitor(sqlite_site).open()

    assert "werkstatt" not in page.labels
    assert (
        "werkstatt, 9:30 bis 13:30 Uhr: Die Anmeldung dafür öffnet am Montag, 23. November 2026, 13:00 Uhr."
        in page.text
    )


def test_forums_that_are_not_settled_yet_are_chosen_later(sqlite_site: Api) -> None:
    made = sqlite_site.write(an_event, (APart("konferenz", slots=(FORUMS,)),))
    later = update(slot).where(slot.c.id == made.slots["foren"]).values(choice_opens_at=NOW + timedelta(days=1))
    sqlite_site.write(lambda c: c.execute(later))

    page = Visitor(sqlite_site).open()

    assert "Die Auswahl steht noch nicht fest. Sie wählen ab Montag, 23. November 2026, 13:00 Uhr" in page.text
    assert 'name="choice.foren"' not in page.answer.text


def test_what_is_fully_booked_without_a_waiting_list_is_said_instead_of_asked(sqlite_site: Api) -> None:
    made = sqlite_site.write(an_event, (APart("konferenz", 1),), offers_waiting=False)
    taken(sqlite_site, made, ["Eins"])

    page = Visitor(sqlite_site).look(FORM)

    assert page.heading == "Diese Veranstaltung ist ausgebucht"


def test_a_limited_answer_that_is_gone_cannot_be_chosen(sqlite_site: Api) -> None:
    made = sqlite_site.write(an_event)
    sqlite_site.write(a_limited_question, made, "bus", hin=1, zurueck=30)
    visitor = Visitor(sqlite_site)
    visitor.register({"answer.bus": "hin"})

    page = visitor.open()

    assert page.labels["hin"].startswith("hin | ausgebucht")
    assert re.search(r'name="answer.bus" value="hin" disabled', page.answer.text)
    assert page.labels["zurueck"] == "zurueck"


def test_an_event_without_confirmation_says_what_is_true(sqlite_site: Api) -> None:
    sqlite_site.write(an_event, confirm_address=False)
    visitor = Visitor(sqlite_site)

    form = visitor.open()
    page = visitor.register()

    assert "Sie erhalten gleich eine E-Mail mit allem, was Sie wissen müssen." in form.text
    assert page.heading == "Ihre Anmeldung ist angekommen"
    assert "Sie brauchen nichts weiter zu tun." in page.text


def test_drafts_and_unknown_events_have_no_form(sqlite_site: Api) -> None:
    sqlite_site.write(an_event, announced_at=None, published_at=None)
    visitor = Visitor(sqlite_site)

    assert [visitor.look(FORM).status, visitor.look("/events/nirgends/registration").status] == [404, 404]
    assert visitor.send(ANNA, "/events/nirgends/registration").status == 404


def test_the_deadline_is_the_same_instant_for_page_and_ledger(site: Api) -> None:
    closes = NOW + timedelta(hours=1)
    site.write(an_event, closes_at=closes)
    visitor = Visitor(site)
    visitor.open()

    site.now = closes - timedelta(microseconds=1)
    before = visitor.send(ANNA)
    site.now = closes
    after = visitor.send({**ANNA, "family_name": "Andere"})

    assert [before.status, after.status] == [303, 409]
    assert visitor.look(FORM).heading == "Die Anmeldung ist geschlossen"


def test_cancelling_the_event_between_opening_and_sending_is_said(site: Api) -> None:
    made = site.write(an_event)
    visitor = Visitor(site)
    visitor.open()
    site.write(lambda c: c.execute(update(event).where(event.c.id == made.id).values(cancelled_at=NOW, revision=2)))
    site.now += timedelta(seconds=1)
    site.node.catalogue._known.clear()

    sent = visitor.send(ANNA)

    assert (sent.status, sent.heading) == (409, "Diese Veranstaltung ist abgesagt")
