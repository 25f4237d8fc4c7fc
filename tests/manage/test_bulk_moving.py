"""Moving and cancelling many: what is shown before, what is done, and undoing it."""

import re
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import httpx
from sqlalchemy import Connection, delete, select, update

from confman.store.audit import audit
from confman.store.outbox import letter
from confman.store.programme import unit
from confman.store.registrations import place, registration
from confman.usecases.ledger import RulesCache
from confman.usecases.registrar import settle_batch
from tests.builders import AnEvent, APart, a_registration, an_event
from tests.manage.person_desk import FORUMS, PARTS, an_event_with_forums, fields, people, states, undo
from tests.office import Member, Office


def first(member: Member, made: AnEvent, what: str, codes: Sequence[str], **more: Any) -> httpx.Response:
    return member.send(f"/manage/events/{made.slug}/bulk/{what}", codes=list(codes), **more)


def then(member: Member, made: AnEvent, what: str, page: httpx.Response, **changed: Any) -> httpx.Response:
    """The form of a page about many, as it stands but for what is changed."""
    return member.send(f"/manage/events/{made.slug}/bulk/{what}", **{**fields(page), **changed})


def lines(page: httpx.Response) -> list[str]:
    """What a preview says, in the order of the page."""
    found = re.search(r'<ul class="[^"]*preview">(.*?)</ul>', page.text, re.DOTALL)
    items = re.findall(r"<li>(.*?)</li>", found[1], re.DOTALL) if found else []
    return [" ".join(item.split()) for item in items]


def a_desk(office: Office) -> tuple[AnEvent, dict[str, str], Member]:
    made = an_event_with_forums(office)
    return made, people(office), office.signed_in_as(made)


def book(connection: Connection) -> list[list[tuple[Any, ...]]]:
    """Everything that the ledger holds of anybody; what was given up leaves no trace."""
    columns = (place.c.registration_id, place.c.unit_id, place.c.lane, place.c.state, place.c.counted, place.c.seq)
    asked = (
        select(*columns, place.c.given_by, place.c.was).where(place.c.state != "released"),
        select(unit.c.id, unit.c.held, unit.c.waiting, unit.c.ceiling, unit.c.reserve),
        select(registration.c.id, registration.c.ended_at, registration.c.ended_by),
    )
    return [sorted(map(tuple, connection.execute(each)), key=repr) for each in asked]


def held(connection: Connection) -> list[tuple[str, Any]]:
    """Letters to be sent later: kind and when."""
    rows = select(letter.c.kind, letter.c.due_at).where(letter.c.bulk_action_id.is_not(None))
    return sorted(map(tuple, connection.execute(rows)))


def test_moving_is_shown_first_and_says_who_moves_up(office: Office) -> None:
    made, codes, erika = a_desk(office)
    before = office.read(book)

    page = first(erika, made, "move", [codes["Ada"], codes["Bo"]])
    page = then(erika, made, "move", page, target="verkehr")

    assert lines(page) == [
        "2 Personen wechseln von Forum 1 nach Forum 2.",
        "2 von 2 Wartenden rücken in Forum 1 nach. 1 davon kommt aus Forum 2.",
        "Danach sind in Forum 2 noch 3 Plätze frei.",
    ]
    assert "Alle 4 per E-Mail informieren" in page.text
    assert office.read(book) == before


def test_many_are_moved_and_taken_back(office: Office) -> None:
    made, codes, erika = a_desk(office)
    before = office.read(book)
    page = first(erika, made, "move", [codes["Ada"], codes["Bo"]], target="verkehr")

    done = then(erika, made, "move", page, do="yes")
    assert done.status_code == 303
    result = erika.see(done.headers["location"])
    assert "2 Personen umgebucht." in result.text
    assert office.read(states, codes["Cem"])[made.units["klima"].hex] == "held"
    assert office.read(held) == [
        (kind, office.now + timedelta(minutes=5)) for kind in ["changed"] * 2 + ["promoted"] * 2
    ]

    undone = undo(erika, done.headers["location"])

    assert undone.status_code == 303
    assert office.read(book) == before
    assert office.read(held) == []
    assert "Alles ist wieder so wie vorher." in erika.see(undone.headers["location"]).text
    assert undo(erika, done.headers["location"]).status_code == 303  # once more is harmless
    assert office.read(book) == before


def test_who_cannot_be_moved_is_named_and_what_is_done_where_it_is_full_is_chosen(sqlite_office: Office) -> None:
    made, codes, erika = a_desk(sqlite_office)

    page = first(erika, made, "move", [codes["Ada"], codes["Bo"]], target="wohnen")
    assert lines(page)[0] == "1 Person wechselt von Forum 1 nach Forum 3."
    assert "Ausgebucht: Forum 3." in page.text
    assert "Für wen in Forum 3 kein Platz ist" in page.text

    page = then(erika, made, "move", page, if_full="beyond", do="no")
    assert lines(page)[0] == "2 Personen wechseln von Forum 1 nach Forum 3."
    then(erika, made, "move", page, do="yes")

    assert sqlite_office.read(states, codes["Bo"])[made.units["wohnen"].hex] == "held"


def test_a_preview_says_how_many_places_it_takes_from_what_is_kept_back(sqlite_office: Office) -> None:
    made, codes, erika = a_desk(sqlite_office)
    keep_back = update(unit).where(unit.c.id == made.units["verkehr"]).values(reserve=4)
    sqlite_office.write(lambda connection: connection.execute(keep_back))

    assert "4 zurückgehalten" in erika.see(f"/manage/events/{made.slug}").text
    page = first(erika, made, "move", [codes["Ada"], codes["Bo"]], target="verkehr")
    assert "Dafür wird 1 zurückgehaltener Platz in Forum 2 vergeben." in lines(page)
    then(erika, made, "move", page, do="yes")

    assert "3 zurückgehalten" in erika.see(f"/manage/events/{made.slug}").text


def test_what_has_changed_since_it_was_shown_is_shown_again_and_not_done(sqlite_office: Office) -> None:
    made, codes, erika = a_desk(sqlite_office)
    page = first(erika, made, "move", [codes["Ada"], codes["Bo"]], target="verkehr")
    sqlite_office.signed_in(made).delete(f"events/{made.slug}/registrations/{codes['Bo']}")
    before = sqlite_office.read(book)

    again = then(erika, made, "move", page, do="yes")

    assert again.status_code == 409
    assert "Inzwischen hat sich etwas geändert" in again.text
    assert lines(again)[0] == "1 Person wechselt von Forum 1 nach Forum 2."
    assert sqlite_office.read(book) == before
    assert then(erika, made, "move", again, do="yes").status_code == 303


def test_a_form_that_is_sent_twice_does_it_once(sqlite_office: Office) -> None:
    made, codes, erika = a_desk(sqlite_office)
    page = first(erika, made, "cancel", [codes["Ada"]])

    one, two = (then(erika, made, "cancel", page, do="yes") for _ in range(2))

    assert one.headers["location"] == two.headers["location"]
    assert [kind for kind, _ in sqlite_office.read(held)] == ["cancelled", "promoted"]


def test_another_deed_from_the_same_page_is_done_too(sqlite_office: Office) -> None:
    """As who goes back in the browser and chooses otherwise sends it."""
    made, codes, erika = a_desk(sqlite_office)
    page = first(erika, made, "move", [codes["Ada"]], target="verkehr")
    then(erika, made, "move", page, do="yes")
    key = fields(page)["action"]
    again = first(erika, made, "move", [codes["Ada"]], target="wohnen", action=key)

    done = then(erika, made, "move", again, do="yes", action=key)
    gone = then(erika, made, "cancel", first(erika, made, "cancel", [codes["Bo"]]), do="yes", action=key)

    assert (done.status_code, gone.status_code) == (303, 303)
    assert sqlite_office.read(states, codes["Ada"])[made.units["wohnen"].hex] == "held"
    assert "1 Teilnahme abgesagt." in erika.see(gone.headers["location"]).text


def test_the_way_back_leads_to_the_table_as_it_was(sqlite_office: Office) -> None:
    made, codes, erika = a_desk(sqlite_office)
    table = f"/manage/events/{made.slug}/registrations"
    asked = {"forum": "klima", "order": "name"}
    ticked = {"codes": [codes["Ada"], codes["Bo"]], **fields(erika.see(table, params=asked))}
    del ticked["columns"]  # of the other form

    page = erika.send(f"/manage/events/{made.slug}/bulk/move", **ticked, target="verkehr")
    back = erika.see(back_of(page))
    done = erika.see(then(erika, made, "move", page, do="yes").headers["location"])
    every = erika.send(f"/manage/events/{made.slug}/bulk/cancel", **{**ticked, "all": "1"})

    assert sorted(fields(back)["codes"]) == sorted([codes["Ada"], codes["Bo"]])
    assert back_of(page).endswith(f"?forum=klima&order=name&chosen={codes['Ada']}.{codes['Bo']}")
    assert back_of(done) == f"{table}?forum=klima&order=name"
    assert fields(erika.see(back_of(every)))["all"] == ["1"]


def back_of(page: httpx.Response) -> str:
    [found] = re.findall(r'href="(/manage/events/[^"]*/registrations\?[^"]*)"', page.text[page.text.index("<main") :])
    return str(found).replace("&amp;", "&")


def test_cancelled_people_come_back_with_all_they_had(office: Office) -> None:
    made, codes, erika = a_desk(office)
    before = office.read(book)
    page = first(erika, made, "cancel", list(codes.values()))
    assert lines(page) == ["Die Teilnahme von 4 Personen wird abgesagt."]

    done = then(erika, made, "cancel", page, do="yes").headers["location"]
    assert {ended for _, _, ended in office.read(book)[2]} == {"organiser"}
    undo(erika, done)

    assert office.read(book) == before


def test_undoing_is_refused_whole_and_says_who_has_changed(sqlite_office: Office) -> None:
    made, codes, erika = a_desk(sqlite_office)
    page = first(erika, made, "move", [codes["Ada"], codes["Bo"]], target="verkehr")
    done = then(erika, made, "move", page, do="yes").headers["location"]
    sqlite_office.signed_in(made).delete(f"events/{made.slug}/registrations/{codes['Cem']}")
    before = sqlite_office.read(book)

    refused = undo(erika, done)

    assert refused.status_code == 409
    assert "Diese Anmeldungen sind inzwischen geändert:" in refused.text
    assert codes["Cem"] in refused.text
    assert sqlite_office.read(book) == before
    assert len(sqlite_office.read(held)) == 4


def test_nothing_is_undone_once_the_letters_may_leave(sqlite_office: Office) -> None:
    made, codes, erika = a_desk(sqlite_office)
    page = first(erika, made, "move", [codes["Ada"]], target="verkehr")
    done = then(erika, made, "move", page, do="yes").headers["location"]
    sqlite_office.now += timedelta(minutes=5)

    assert "Rückgängig" not in erika.see(done).text
    refused = undo(erika, done)

    assert refused.status_code == 409
    assert "Die E-Mails sind schon hinausgegangen oder gehen eben hinaus." in refused.text


def test_a_held_letter_tells_what_is_so_when_it_leaves(sqlite_office: Office) -> None:
    """Ada is moved, then moved on by another hand: the later letter tells it all, and the first is not sent."""
    made, codes, erika = a_desk(sqlite_office)
    sqlite_office.run_jobs()
    page = first(erika, made, "move", [codes["Ada"]], target="verkehr")
    then(erika, made, "move", page, do="yes")
    body = {"choices": {"foren": "wohnen"}}
    sqlite_office.signed_in(made).patch(f"events/{made.slug}/registrations/{codes['Ada']}", body)
    sqlite_office.run_jobs()
    sqlite_office.now += timedelta(minutes=6)

    sqlite_office.run_jobs()

    assert [each.split(":")[0] for each in sqlite_office.subjects_to("Ada")][1:] == ["Ihre Anmeldung wurde geändert"]
    assert [each.split(":")[0] for each in sqlite_office.subjects_to("Cem")][-1].startswith("Ein Platz ist frei")


def test_each_is_in_the_audit_and_the_whole_once(sqlite_office: Office) -> None:
    made, codes, erika = a_desk(sqlite_office)
    page = first(erika, made, "move", [codes["Ada"], codes["Bo"]], target="verkehr")
    before = sqlite_office.read(audited)

    done = then(erika, made, "move", page, do="yes").headers["location"]
    after_doing = sqlite_office.read(audited)
    undo(erika, done)

    mine = erika.actor
    assert after_doing - before == Counter({("ledger", "promoted"): 2, (mine, "change"): 2, (mine, "bulk"): 1})
    undone = sqlite_office.read(audited) - after_doing
    assert undone == Counter({(mine, "restore"): 1, (mine, "restored"): 4})


def audited(connection: Connection) -> Counter[tuple[str, str]]:
    """Who and what, how often."""
    return Counter(tuple(row) for row in connection.execute(select(audit.c.actor, audit.c.verb)))


def test_without_letters_nobody_is_told(sqlite_office: Office) -> None:
    made, codes, erika = a_desk(sqlite_office)
    page = first(erika, made, "move", [codes["Ada"]], target="verkehr")

    done = then(erika, made, "move", page, do="yes", tells=[]).headers["location"]

    assert sqlite_office.read(held) == []
    assert "Es geht keine E-Mail hinaus." in erika.see(done).text


def test_nobody_chosen_and_codes_of_others_change_nothing(sqlite_office: Office) -> None:
    _, codes, _ = a_desk(sqlite_office)
    other: AnEvent = sqlite_office.write(an_event, PARTS, "fremd")
    there = sqlite_office.signed_in_as(other)

    nobody, foreign, missing = (
        there.send("/manage/events/fremd/bulk/cancel", codes=sent) for sent in ([], [codes["Ada"]], ["AAAA-AAAA"])
    )

    assert [each.status_code for each in (nobody, foreign, missing)] == [422, 422, 422]
    assert foreign.text == missing.text
    assert "Niemand ist ausgewählt" in nobody.text


def test_the_same_number_of_statements_shows_one_and_many(office: Office) -> None:
    made: AnEvent = office.write(an_event, [APart("konferenz", None, [FORUMS])])
    asks = [a_registration(made, f"P{n}", choices={"foren": "verkehr"}, accept_waiting=True) for n in range(60)]
    office.write(settle_batch, made.id, asks, lambda: office.now, RulesCache())
    erika = office.signed_in_as(made)
    costs = []
    for asked in ({"q": "P59"}, {"q": "P"}):
        erika.see(f"/manage/events/{made.slug}")
        with office.counted() as sent:
            page = first(erika, made, "cancel", (), all="1", **asked)
        costs.append(len([each for each in sent if not ("event.revision" in each and "programme_version" in each)]))
        number = 1 if asked["q"] == "P59" else 60
        assert lines(page)[0].startswith(f"Die Teilnahme von {number} Person")

    assert costs[0] == costs[1]
    assert costs[0] <= 16


def test_letters_are_wanted_until_somebody_says_otherwise(sqlite_office: Office) -> None:
    """Also where the first preview had nobody to write to."""
    made, codes, erika = a_desk(sqlite_office)
    page = first(erika, made, "move", [codes["Ada"]], target="wohnen")
    then(erika, made, "move", page, do="yes")

    page = first(erika, made, "move", [codes["Bo"]], target="wohnen")
    assert "Es würde sich nichts ändern." in page.text
    page = then(erika, made, "move", page, if_full="beyond", do="no")
    then(erika, made, "move", page, do="yes")

    assert [kind for kind, _ in sqlite_office.read(held)] == ["changed"] * 2 + ["promoted"] * 2


def test_undoing_says_so_where_somebody_is_erased_since(sqlite_office: Office) -> None:
    made, codes, erika = a_desk(sqlite_office)
    page = first(erika, made, "cancel", [codes["Ada"]])
    done = then(erika, made, "cancel", page, do="yes").headers["location"]
    sqlite_office.write(erase, codes["Ada"])

    refused = undo(erika, done)

    assert refused.status_code == 409
    assert "Inzwischen gelöscht: 1." in refused.text


def erase(connection: Connection, code: str) -> None:
    connection.execute(delete(registration).where(registration.c.code == code))
