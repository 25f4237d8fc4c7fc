"""What the team does to one registration: each with what comes of it for others, and one line in the audit."""

import re
from datetime import timedelta

import httpx
from sqlalchemy import Connection, select

from confman.store.registrations import registration
from tests.builders import STARTS
from tests.by_hand import added, letters
from tests.manage.person_desk import an_event_with_forums, audited, fields, has, here, people, send, size
from tests.manage.test_person_page import said
from tests.office import Office


def decision(page: httpx.Response) -> str:
    """The field that asks what is to be done about what is full."""
    [name] = set(re.findall(r'name="(full\.\w+)"', page.text))
    return str(name)


def test_a_full_forum_offers_the_waiting_list_or_one_more(office: Office) -> None:
    made = an_event_with_forums(office)
    code = people(office)["Cem"]
    erika, path = office.signed_in_as(made), here(made, code, "places")

    page = send(erika, path, **{"choice.foren": "klima"})
    assert page.status_code == 303  # they wait for it already, and nothing is different

    office.signed_in(made)
    eva = added(office, "Eva", parts=["konferenz"], choices={"foren": "verkehr"}, email="eva@lindenbrueck.example")
    office.token = None
    asked = send(erika, here(made, eva, "places"), **{"choice.foren": "klima"})
    assert "Forum 1 ist ausgebucht, 2 Personen warten. auf die Warteliste zusätzlich zulassen (dann 3 Plätze)" in said(
        asked
    )
    assert has(office, made, eva) == {"konferenz": "held", "verkehr": "held"}

    answer = send(erika, here(made, eva, "places"), asked, **{decision(asked): "beyond"})

    assert answer.status_code == 303
    assert has(office, made, eva) == {"konferenz": "held", "klima": "held"}
    assert (size(office, made, "klima"), size(office, made, "verkehr")) == ((3, 2, 3), (1, 0, 5))
    [row] = [row for row in audited(office) if row[0] == "change"]
    assert (row[0], row[1], row[2]["beyond"]) == ("change", erika.actor, [made.units["klima"].hex])
    words = said(erika.see(here(made, eva)))
    assert "Forum 1 zusätzlich zugelassen" in words
    assert "Erika Beispiel: von Forum 2 nach Forum 1 umgebucht, zusätzlich zugelassen" in words

    send(erika, here(made, eva, "cancellation"))  # the ceiling shrinks back, and nobody moves up for it
    assert size(office, made, "klima") == (2, 2, 2)


def test_who_is_put_on_the_waiting_list_keeps_the_place_until_then(sqlite_office: Office) -> None:
    office = sqlite_office
    made = an_event_with_forums(office)
    people(office)
    office.signed_in(made)
    code = added(office, "Eva", parts=["konferenz"], choices={"foren": "verkehr"})
    office.token = None
    erika, path = office.signed_in_as(made), here(made, code, "places")

    asked = send(erika, path, **{"choice.foren": "klima"})
    send(erika, path, asked, **{decision(asked): "wait"})

    assert has(office, made, code) == {"konferenz": "held", "verkehr": "held", "klima": "waiting"}
    assert fields(erika.see(path))["choice.foren"] == ["klima"]


def test_where_nobody_may_wait_only_one_more_is_offered(sqlite_office: Office) -> None:
    office = sqlite_office
    made = an_event_with_forums(office)
    codes = people(office)
    erika = office.signed_in_as(made)
    send(erika, here(made, codes["Dora"], "places"), **{"choice.foren": "wohnen"})

    asked = send(erika, here(made, codes["Bo"], "places"), **{"choice.foren": "wohnen"})
    assert "auf die Warteliste" not in said(asked)
    weighed = send(erika, here(made, codes["Bo"], "places"), asked)  # now Forum 1 becomes free
    assert "Ada Cem rückt nach: von Forum 2 nach Forum 1 umgebucht" in said(weighed)
    send(erika, here(made, codes["Bo"], "places"), weighed)

    assert has(office, made, codes["Bo"]) == {"konferenz": "held", "wohnen": "held"}
    assert size(office, made, "wohnen") == (2, 0, 2)


def test_cancelling_shows_who_moves_up_before_it_happens(office: Office) -> None:
    made = an_event_with_forums(office)
    codes = people(office)
    erika, path = office.signed_in_as(made), here(made, codes["Ada"], "cancellation")
    done = len(audited(office))

    page = erika.see(path)
    assert "Ada Cem rückt nach: von Forum 2 nach Forum 1 umgebucht" in said(page)
    assert (has(office, made, codes["Ada"]), len(audited(office))) == ({"konferenz": "held", "klima": "held"}, done)
    erika.send(path, revision="1")  # without having seen it
    assert len(audited(office)) == done
    send(erika, path, page, tells=None)

    assert (has(office, made, codes["Ada"]), has(office, made, codes["Cem"])) == (
        {},
        {"konferenz": "held", "klima": "held"},
    )
    assert [row[:2] for row in audited(office, done)] == [("cancel", erika.actor), ("promoted", "ledger")]
    assert "cancelled" not in {kind for kind, _ in office.read(letters)}


def test_who_was_cancelled_is_let_in_again_at_any_time(sqlite_office: Office) -> None:
    office = sqlite_office
    made = an_event_with_forums(office)
    codes = people(office)
    erika = office.signed_in_as(made)
    send(erika, here(made, codes["Ada"], "cancellation"))
    office.now = STARTS + timedelta(hours=1)
    erika = office.signed_in_as(made)
    done = len(audited(office))

    asked = erika.see(here(made, codes["Ada"], "return"))
    assert "Forum 1 ist ausgebucht, eine Person wartet." in said(asked)
    answer = send(erika, here(made, codes["Ada"], "return"), asked, **{decision(asked): "beyond"})

    assert answer.status_code == 303
    assert has(office, made, codes["Ada"]) == {"konferenz": "held", "klima": "held"}
    assert size(office, made, "klima") == (3, 1, 3)
    [row] = audited(office, done)
    assert (row[0], row[2]["revived"], row[2]["beyond"]) == ("confirm", True, [made.units["klima"].hex])
    assert "Forum 1 zusätzlich zugelassen" in said(erika.see(here(made, codes["Ada"])))


def test_places_are_changed_after_the_deadline(sqlite_office: Office) -> None:
    office = sqlite_office
    made = an_event_with_forums(office)
    code = people(office)["Cem"]
    office.now = STARTS + timedelta(hours=1)

    answer = send(office.signed_in_as(made), here(made, code, "places"), **{"choice.foren": "verkehr"})

    assert answer.status_code == 303
    assert has(office, made, code) == {"konferenz": "held", "verkehr": "held"}


def test_whoever_has_called_is_confirmed_by_hand(sqlite_office: Office) -> None:
    office = sqlite_office
    made = an_event_with_forums(office)
    office.token = None
    office.register(made.slug, "Frisch", parts=["konferenz"])
    erika = office.signed_in_as(made)
    [code] = office.read(codes_of, "Frisch")
    assert "wartet auf Bestätigung (bis Mi. 25. Nov., 18 Uhr)" in said(erika.see(here(made, code)))
    done = len(audited(office))

    sent = {"revision": "1", "tells": "yes"}
    answers = [erika.send(here(made, code, "confirmation"), **sent).status_code for _ in range(2)]

    assert answers == [303, 409]
    assert [row[:2] for row in audited(office, done)] == [("confirm", erika.actor)]
    assert "Anna Frisch angemeldet" in said(erika.see(here(made, code)))


def codes_of(connection: Connection, family: str) -> list[str]:
    return [row.code for row in connection.execute(select(registration).where(registration.c.family_name == family))]


def test_a_new_category_gives_the_place_to_who_waits(sqlite_office: Office) -> None:
    office = sqlite_office
    made = an_event_with_forums(office)
    codes = people(office)
    erika, path = office.signed_in_as(made), here(made, codes["Ada"], "details")
    done = len(audited(office))

    weighed = send(erika, path, category="contributor")
    assert "Ada Cem rückt nach: von Forum 2 nach Forum 1 umgebucht" in said(weighed)
    send(erika, path, weighed)

    assert (size(office, made, "klima"), size(office, made, "konferenz")) == ((2, 1, 2), (3, 0, 20))
    assert audited(office, done)[0][2] == {"category": ["attendee", "contributor"]}
    assert "Kategorie von Teilnehmende zu Mitwirkende geändert" in said(erika.see(here(made, codes["Ada"])))

    asked = send(erika, path, category="attendee")  # and back: now it is full
    assert "Forum 1 ist ausgebucht, eine Person wartet." in said(asked)
    send(erika, path, asked, **{decision(asked): "beyond"})
    assert size(office, made, "klima") == (3, 1, 3)


def test_a_form_with_something_wrong_keeps_what_was_typed(sqlite_office: Office) -> None:
    office = sqlite_office
    made = an_event_with_forums(office)
    code = people(office)["Ada"]
    office.signed_in(made)
    added(office, "Ada", parts=["konferenz"], email="bo@lindenbrueck.example")
    office.token = None
    erika, path = office.signed_in_as(made), here(made, code, "details")
    wrong = [
        ("family_name", "", "Bitte geben Sie einen Nachnamen ein."),
        ("email", "kaputt", "In der E-Mail-Adresse fehlt das @-Zeichen."),
        ("institution", "x" * 201, "Bitte kürzen Sie auf 200 Zeichen."),
        ("category", "erfunden", "Diese Kategorie gibt es nicht."),
        ("language", "xx", "Die Sprache muss de oder en sein."),
        ("email", "bo@lindenbrueck.example", "Unter diesem Namen ist mit dieser Adresse schon jemand angemeldet."),
    ]

    answers = [send(erika, path, title="Dr.", **{field: value}) for field, value, _ in wrong]

    for answer, (field, value, says) in zip(answers, wrong, strict=True):
        words = said(answer)
        assert (answer.status_code in {409, 422}, "Bitte prüfen Sie eine Angabe" in words) == (True, True)
        assert says in words
        assert fields(answer)["title"] == ["Dr."]
        if field not in {"category", "language"}:
            assert fields(answer)[field] == [value]
    assert fields(erika.see(path))["title"] == [""]


def test_what_no_form_of_ours_sends_changes_nothing(sqlite_office: Office) -> None:
    office = sqlite_office
    made = an_event_with_forums(office)
    code = people(office)["Ada"]
    erika = office.signed_in_as(made)
    before = has(office, made, code)
    kept = fields(erika.see(here(made, code, "places")))
    strange: list[dict[str, object]] = [
        {"parts": None},
        {"parts": ["konferenz", "erfunden"]},
        {"choice.foren": "erfunden"},
        {"choice.foren": ["verkehr", "klima"], "revision": "x"},
        {"choice.foren": "verkehr", "revision": "99999999999999999999"},
        {"choice.foren": "verkehr", "revision": None},
        {"full.zzz": "beyond", "full.": "wait", "choice.foren": "x\x00"},
    ]

    answers = [send(erika, here(made, code, "places"), **{**kept, **changed}) for changed in strange]

    assert [answer.status_code for answer in answers] == [422, 422, 422, 409, 409, 409, 422]
    assert has(office, made, code) == before


def test_a_choice_in_a_part_that_is_not_ticked_means_the_part_too(sqlite_office: Office) -> None:
    office = sqlite_office
    made = an_event_with_forums(office)
    people(office)
    office.signed_in(made)
    code = added(office, "Eva", parts=["rundgang"])
    office.token = None
    erika, path = office.signed_in_as(made), here(made, code, "places")

    clash = send(erika, path, **{"choice.foren": "verkehr"})
    answer = send(erika, path, **{"choice.foren": "verkehr", "parts": ["konferenz"]})
    untick = send(erika, path, parts=["rundgang"])

    assert clash.status_code == 409
    assert "überschneiden sich (9:30 bis 10:30 Uhr)" in said(clash)
    assert (answer.status_code, untick.status_code) == (303, 303)
    assert has(office, made, code) == {"rundgang": "held"}


def test_a_code_may_be_typed_in_any_way(sqlite_office: Office) -> None:
    made = an_event_with_forums(sqlite_office)
    code = people(sqlite_office)["Ada"]
    erika = sqlite_office.signed_in_as(made)

    answer = erika.send(here(made, f"{code.lower().replace('-', ' – ')}", "letters"))

    assert answer.status_code == 303
    assert erika.see(answer.headers["location"]).status_code == 200


def test_who_has_registered_anew_is_not_let_in_twice(sqlite_office: Office) -> None:
    made = an_event_with_forums(sqlite_office)
    codes = people(sqlite_office)
    erika = sqlite_office.signed_in_as(made)
    send(erika, here(made, codes["Ada"], "cancellation"))
    sqlite_office.token = None
    sqlite_office.register(made.slug, "Ada", given_name="Ada", parts=["konferenz"])
    [new] = set(sqlite_office.read(codes_of, "Ada")) - {codes["Ada"]}

    answer = erika.see(here(made, codes["Ada"], "return"))

    assert (answer.status_code, "hat eine andere Anmeldung, die gilt" in said(answer)) == (409, True)
    assert f'/registrations/{new}"' in answer.text
    assert "Wieder zulassen" not in said(answer)
