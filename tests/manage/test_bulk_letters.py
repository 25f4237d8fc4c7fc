"""An e-mail to many: how it will look, that it waits, that it can be taken back; and the page of all letters."""

import re
from collections.abc import Sequence
from datetime import timedelta
from email.message import EmailMessage
from typing import Any

from sqlalchemy import Connection, func, select, update

from confman.domain.messages import filled, misspelt
from confman.store.outbox import letter
from confman.store.registrations import registration
from confman.usecases.ledger import RulesCache
from confman.usecases.registrar import settle_batch
from tests.builders import AnEvent, APart, a_registration, an_event
from tests.manage.person_desk import an_event_with_forums, fields, people, undo
from tests.office import Member, Office

WRITTEN = {
    "subject": "Bitte mitbringen: {Veranstaltung}",
    "body": "hallo {Vorname}{Nachname},\n\nbringen Sie {Link} mit.",
}


def a_desk(office: Office) -> tuple[AnEvent, dict[str, str], Member]:
    made = an_event_with_forums(office)
    return made, people(office), office.signed_in_as(made)


def write(member: Member, made: AnEvent, codes: Sequence[str], **sent: Any) -> Any:
    """The preview of a letter, or, with `do`, what comes of sending it from there."""
    here = f"/manage/events/{made.slug}/bulk/letter"
    started = {"codes": list(codes), "seen": "yes", "action": "0198c0de-0000-7000-8000-000000000001"}
    page = member.send(here, **{**started, **WRITTEN, **sent, "do": ""})
    return member.send(here, **{**fields(page), **started, **sent}) if "do" in sent else page


def messages(connection: Connection) -> int:
    return int(connection.execute(select(func.count()).where(letter.c.kind == "message")).scalar_one())


def body(mail: EmailMessage, kind: str = "plain") -> str:
    part = mail.get_body((kind,))
    assert part is not None
    return str(part.get_content())


def test_an_organisers_text_has_placeholders_and_nothing_else_that_is_filled_in() -> None:
    words = {"Vorname": "{Nachname}", "Nachname": "%s", "Veranstaltung": "E", "Link": "L"}

    told = filled("{Vorname} {Nachname} {vorname} {{Link}} %(x)s {0}", words.__getitem__)

    assert told == "{Nachname} %s {vorname} {L} %(x)s {0}"
    assert misspelt("{Vorname} {vorname} {Name} { } {x\ny}") == ("{vorname}", "{Name}", "{ }")


def test_a_letter_is_seen_first_as_it_will_look_and_without_links(sqlite_office: Office) -> None:
    made, codes, erika = a_desk(sqlite_office)

    page = write(erika, made, list(codes.values()))

    assert "4 Personen bekommen sie." in page.text
    assert page.text.count("letter-view__text") == 3
    assert "hallo AdaAda," in page.text
    assert "/r/…" in page.text
    assert sqlite_office.read(messages) == 0


def test_it_waits_five_minutes_and_then_everybody_gets_it(office: Office) -> None:
    made, codes, erika = a_desk(office)
    office.run_jobs()
    done = write(erika, made, list(codes.values()), do="yes").headers["location"]
    assert "E-Mail an 4 Personen liegt bereit." in erika.see(done).text
    office.run_jobs()
    before = office.subjects_to("Ada")
    office.now += timedelta(minutes=5)

    office.run_jobs()

    mail = office.letters_to("Ada")[-1]
    assert [*before, "Bitte mitbringen: 5. Werkstatt und Abschlusskonferenz"] == office.subjects_to("Ada")
    assert "hallo AdaAda," in body(mail)
    assert office.link_of("Ada") in body(mail, "html")


def test_it_can_be_taken_back_and_sending_the_form_twice_writes_once(office: Office) -> None:
    made, codes, erika = a_desk(office)
    one, two = (write(erika, made, list(codes.values()), do="yes") for _ in range(2))
    assert one.headers["location"] == two.headers["location"]
    assert office.read(messages) == 4

    for _ in range(2):
        assert undo(erika, one.headers["location"]).status_code == 303

    assert office.read(messages) == 0
    assert "niemand bekommt sie" in erika.see(one.headers["location"]).text


def test_a_corrected_letter_from_the_same_page_is_written_too(sqlite_office: Office) -> None:
    made, codes, erika = a_desk(sqlite_office)
    one = write(erika, made, [codes["Ada"]], do="yes", body="Gutn Tag").headers["location"]
    undo(erika, one)

    two = write(erika, made, [codes["Ada"]], do="yes", body="Guten Tag").headers["location"]

    assert one != two
    assert sqlite_office.read(messages) == 1
    assert "E-Mail an 1 Person liegt bereit." in erika.see(two).text


def test_one_that_was_taken_back_is_edited_and_sent_to_the_same(sqlite_office: Office) -> None:
    made, codes, erika = a_desk(sqlite_office)
    done = write(erika, made, [codes["Ada"], codes["Bo"]], do="yes", subject="Raum").headers["location"]

    undone = erika.see(undo(erika, done).headers["location"])
    page = erika.send(f"/manage/events/{made.slug}/bulk/letter", **fields(undone))

    assert "Text noch einmal bearbeiten" in undone.text
    assert fields(page)["codes"] == [codes["Ada"], codes["Bo"]]
    assert fields(page)["subject"] == ["Raum"]
    assert "hallo {Vorname}{Nachname},</textarea>" in page.text.replace("\n\nbringen Sie {Link} mit.", "")


def test_what_is_wrong_is_said_at_its_field_and_kept(sqlite_office: Office) -> None:
    made, codes, erika = a_desk(sqlite_office)

    empty = write(erika, made, [codes["Ada"]], subject="", body="Guten Tag")
    strange = write(erika, made, [codes["Ada"]], body="Guten Tag {Name}")
    long = write(erika, made, [codes["Ada"]], body="x\n" * 6_000)

    assert (empty.status_code, strange.status_code, long.status_code) == (422, 422, 422)
    assert "Bitte geben Sie einen Betreff ein." in empty.text
    assert "Guten Tag</textarea>" in empty.text
    assert "Den Platzhalter {Name} gibt es nicht." in strange.text


def test_what_no_letter_can_carry_is_said_at_its_field(office: Office) -> None:
    made, codes, erika = a_desk(office)

    for wrong in ({"subject": "A\0B"}, {"body": "Guten\0Tag"}, {"body": "Guten \u202eTag"}):
        answer = write(erika, made, [codes["Ada"]], **wrong, do="yes")
        assert answer.status_code == 422
        assert "Darin steht ein Zeichen, das hier nicht geht." in answer.text

    assert office.read(messages) == 0
    assert write(erika, made, [codes["Ada"]], body="Liste:\n\tA", do="yes").status_code == 303


def test_who_is_doubtful_gets_it_only_where_the_organiser_ticks_so(office: Office) -> None:
    made, codes, erika = a_desk(office)
    office.write(become, codes["Bo"], confirmed_at=None)
    office.write(become, codes["Cem"], ended_at=office.now, ended_by="organiser")
    office.write(become, codes["Dora"], ended_at=office.now, ended_by="lapse")
    everybody = list(codes.values())

    page = write(erika, made, everybody)

    assert "1 Person bekommt sie." in page.text
    assert "3 weitere Personen bekommen sie nur, wenn Sie es unten ankreuzen." in page.text
    assert "auch an 1 Person, die noch nicht bestätigt hat" in page.text
    assert "auch an 1 Person, deren Teilnahme abgesagt ist" in page.text
    assert "auch an 1 Person, deren Reservierung abgelaufen ist" in page.text
    write(erika, made, everybody, do="yes")
    assert office.read(messages) == 1
    write(erika, made, everybody, also=["unconfirmed", "cancelled"], do="yes")
    assert office.read(messages) == 4
    only = write(erika, made, [codes["Cem"]])
    assert "1 Person bekommt sie." in only.text
    assert fields(only)["also"] == ["cancelled"]
    nobody = write(erika, made, [codes["Cem"]], also=[], do="yes")
    assert nobody.status_code == 409
    assert "Niemand würde die E-Mail bekommen" in nobody.text


def become(connection: Connection, code: str, **values: Any) -> None:
    connection.execute(update(registration).where(registration.c.code == code).values(**values))


def test_it_goes_to_nobody_but_those_it_was_shown_to_go_to(sqlite_office: Office) -> None:
    made, codes, erika = a_desk(sqlite_office)
    page = write(erika, made, (), all="1", forum="klima")
    sqlite_office.write(become, codes["Bo"], ended_at=sqlite_office.now, ended_by="organiser")

    again = erika.send(f"/manage/events/{made.slug}/bulk/letter", **{**fields(page), "do": "yes"})

    assert again.status_code == 409
    assert "Inzwischen würden andere Personen die E-Mail bekommen als gezeigt." in again.text
    assert sqlite_office.read(messages) == 0
    sent = erika.send(f"/manage/events/{made.slug}/bulk/letter", **{**fields(again), "do": "yes"})
    assert sent.status_code == 303


def test_names_of_people_are_text_in_it(sqlite_office: Office) -> None:
    made, codes, erika = a_desk(sqlite_office)
    sqlite_office.write(become, codes["Ada"], given_name="<b>www.evil.example</b>")

    write(erika, made, [codes["Ada"]], do="yes")
    sqlite_office.now += timedelta(minutes=5)
    sqlite_office.run_jobs()

    html = body(sqlite_office.letters_to("Ada")[-1], "html")
    assert "<b>www" not in html
    assert "www.evil" not in html


def test_thousands_get_it_in_a_few_statements(sqlite_office: Office) -> None:
    made: AnEvent = sqlite_office.write(an_event, [APart("konferenz")])
    erika = sqlite_office.signed_in_as(made)
    asks = [a_registration(made, f"P{n}") for n in range(2_100)]
    sqlite_office.write(settle_batch, made.id, asks, lambda: sqlite_office.now, RulesCache())

    with sqlite_office.counted() as sent:
        done = write(erika, made, (), all="1", do="yes")

    assert done.status_code == 303
    assert sqlite_office.read(messages) == 2_100
    assert len([each for each in sent if "INSERT" in each]) == 5  # the action, the audit, a thousand letters at once


# the page of all letters


def failed(connection: Connection, code: str, failure: str = "550 5.1.1 no such mailbox") -> None:
    whose = select(registration.c.id).where(registration.c.code == code).scalar_subquery()
    values = {"failed_at": letter.c.due_at, "accepted_at": None, "failure": failure, "attempts": 1}
    connection.execute(update(letter).where(letter.c.registration_id == whose).values(**values))


def readdress(connection: Connection, code: str, email: str) -> None:
    values = {"email": email, "email_key": email}
    connection.execute(update(registration).where(registration.c.code == code).values(**values))


def test_letters_are_listed_with_what_became_of_them(office: Office) -> None:
    made, codes, erika = a_desk(office)
    office.run_jobs()
    office.write(failed, codes["Ada"])
    write(erika, made, [codes["Bo"]], do="yes")
    here = f"/manage/events/{made.slug}/letters"

    page, only = erika.see(here), erika.see(here, params={"state": "failed"})

    assert "wartet bis" in page.text
    assert "1 E-Mail war unzustellbar." in page.text
    assert "550 5.1.1 no such mailbox" in only.text
    assert only.text.count("<tr ") == 2
    for state in ("waiting", "leaving", "accepted", "retried", "superseded", "nonsense"):
        assert erika.see(here, params={"state": state}).status_code == 200


def test_failed_ones_are_sent_again_to_the_address_of_today(office: Office) -> None:
    made, codes, erika = a_desk(office)
    office.run_jobs()
    office.write(failed, codes["Ada"])
    office.write(readdress, codes["Ada"], "neu@lindenbrueck.example")

    answer = erika.send(f"/manage/events/{made.slug}/letters/retries", all="yes")
    office.run_jobs()

    assert "1 E-Mail wird erneut versandt." in erika.see(answer.headers["location"]).text
    assert [each.split(":")[0] for each in office.subjects_to("neu")] == ["Sie sind angemeldet"]
    assert "unzustellbar.</strong>" not in erika.see(f"/manage/events/{made.slug}/letters").text


def test_what_failed_is_no_matter_any_more_once_the_registration_has_ended(sqlite_office: Office) -> None:
    made, codes, erika = a_desk(sqlite_office)
    sqlite_office.run_jobs()
    sqlite_office.write(failed, codes["Ada"])
    sqlite_office.write(become, codes["Ada"], ended_at=sqlite_office.now, ended_by="organiser")
    here = f"/manage/events/{made.slug}/letters"
    [key] = re.findall(r'name="letter" value="(\w+)"', erika.see(here).text)

    every, one = erika.send(f"{here}/retries", all="yes"), erika.send(f"{here}/retries", letter=key)

    assert "unzustellbar.</strong>" not in erika.see(here).text
    assert [answer.headers["location"][-7:] for answer in (every, one)] == ["again=0", "again=1"]


def test_one_letter_is_read_without_its_link_and_not_once_erased(sqlite_office: Office) -> None:
    made, codes, erika = a_desk(sqlite_office)
    write(erika, made, [codes["Ada"]], do="yes")
    sent = sqlite_office.read(
        lambda connection: connection.execute(select(letter.c.id).order_by(letter.c.id)).scalars().all()
    )
    here = f"/manage/events/{made.slug}/letters"

    first, last = (erika.see(f"{here}/{key.hex}").text for key in (sent[0], sent[-1]))
    sqlite_office.write(lambda connection: connection.execute(update(letter).values(facts=None, recipient=None)))
    gone = erika.see(f"{here}/{sent[0].hex}").text

    assert "Sie sind angemeldet" in first
    assert "hallo AdaAda," in last
    assert "/r/…" in first
    assert "Der Inhalt dieser E-Mail ist gelöscht." in gone


def test_letters_of_another_host_are_not_there(sqlite_office: Office) -> None:
    a_desk(sqlite_office)
    [key, *_] = sqlite_office.read(lambda connection: connection.execute(select(letter.c.id)).scalars().all())
    other: AnEvent = sqlite_office.write(an_event, slug="fremd")
    there = sqlite_office.signed_in_as(other)

    foreign, missing = (there.see(f"/manage/events/fremd/letters/{each}") for each in (key.hex, "0" * 32))
    again = there.send("/manage/events/fremd/letters/retries", letter=key.hex)

    assert (foreign.status_code, foreign.text) == (404, missing.text)
    assert again.headers["location"].endswith("again=0")


def test_the_page_of_letters_costs_the_same_for_few_and_many(office: Office) -> None:
    made: AnEvent = office.write(an_event, [APart("konferenz")])
    erika = office.signed_in_as(made)
    costs = []
    for number in (1, 120):
        asks = [a_registration(made, f"P{number}n{n}") for n in range(number)]
        office.write(settle_batch, made.id, asks, lambda: office.now, RulesCache())
        erika.see(f"/manage/events/{made.slug}")
        with office.counted() as sent:
            page = erika.see(f"/manage/events/{made.slug}/letters")
        costs.append(len([each for each in sent if not ("event.revision" in each and "programme_version" in each)]))

    assert costs[0] == costs[1]
    assert page.text.count("<tr ") == 51
    further = re.search(r'href="([^"]*after=[^"]*)"', page.text)
    assert further
    assert erika.see(further[1]).text.count("<tr ") == 51
