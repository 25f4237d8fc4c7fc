"""The registration form: what it asks, and what becomes of what is sent."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from confman.store.hosts import host
from confman.store.programme import slot, unit
from confman.store.registrations import answer, answer_sensitive, consent, registration
from tests.api_node import Api
from tests.builders import (
    STARTS,
    APart,
    a_consent,
    a_question,
    an_event,
)
from tests.web.attendee import confirmed
from tests.web.visitor import ANNA, FORM, FORUMS, TWO_PARTS, Visitor, letters, people, places, taken


def test_a_registration_leads_to_the_page_that_tells_where_the_e_mail_went(site: Api) -> None:
    site.write(an_event)
    visitor = Visitor(site)

    visitor.open()
    sent = visitor.send(ANNA)
    page = visitor.look(sent.address)

    assert sent.status == 303
    assert re.fullmatch(rf"{FORM}/received/[\w-]{{43}}", sent.address)
    assert page.heading == "Fast geschafft: Bitte bestätigen Sie Ihre Anmeldung"
    assert (
        "Wir haben eine E-Mail an anna@lindenbrueck.example geschickt. "
        "Öffnen Sie den Link darin bis Mittwoch, 25. November 2026, 18:00 Uhr. "
        "Bis dahin halten wir Ihre Plätze frei."
    ) in page.text
    assert site.read(people) == [("Beispiel", "anna@lindenbrueck.example")]
    assert site.read(letters) == [("confirm", "anna@lindenbrueck.example")]


def test_an_event_of_one_part_never_speaks_of_parts(sqlite_site: Api) -> None:
    sqlite_site.write(an_event, (APart("konferenz", slots=(FORUMS,)),))

    page = Visitor(sqlite_site).open()

    assert "Teil " not in page.text
    assert "Woran möchten Sie teilnehmen?" not in page.text
    assert 'name="parts"' not in page.answer.text


def test_the_form_asks_in_the_order_of_the_conversation(sqlite_site: Api) -> None:
    made = sqlite_site.write(an_event, TWO_PARTS)
    sqlite_site.write(a_question, made, "vegan", "yes_no", sensitive=True)
    sqlite_site.write(a_consent, made, "list")

    page = Visitor(sqlite_site).open()

    headings = re.findall(r"<h2[^>]*>\s*(.*?)\s*</h2>", page.answer.text)
    assert headings == [
        "Woran möchten Sie teilnehmen?",
        "Foren: Was möchten Sie besuchen?",
        "Ihre Angaben",
        "Damit Sie gut teilnehmen können",
        "Ihre Wünsche",
        "Datenschutz",
    ]


def test_parts_tell_their_times_their_places_and_what_they_overlap(sqlite_site: Api) -> None:
    parts = (
        APart("werkstatt", 1, hours=4),
        APart("spaziergang", 3, starts_at=STARTS + timedelta(hours=3), hours=2),
        APart("konferenz", starts_at=STARTS + timedelta(hours=5), hours=3),
    )
    made = sqlite_site.write(an_event, parts)
    taken(sqlite_site, made, ("Eins", "Zwei"), "werkstatt")

    labels = Visitor(sqlite_site).open().labels

    assert labels["werkstatt"] == (
        "werkstatt, 9:30 bis 13:30 Uhr | ausgebucht, Warteliste möglich; "
        "überschneidet sich mit: spaziergang (12:30 bis 13:30 Uhr)"
    )
    assert labels["spaziergang"] == (
        "spaziergang, 12:30 bis 14:30 Uhr | nur noch wenige Plätze; "
        "überschneidet sich mit: werkstatt (12:30 bis 13:30 Uhr)"
    )
    assert labels["konferenz"] == "konferenz, 14:30 bis 17:30 Uhr | freie Plätze"


def test_choices_tell_how_full_they_are_and_until_when_they_can_be_changed(sqlite_site: Api) -> None:
    made = sqlite_site.write(an_event, (APart("konferenz", slots=(FORUMS,)),), change_until=STARTS - timedelta(days=4))
    for family in ("Eins", "Zwei", "Drei"):
        confirmed(sqlite_site, made, family, choices={"foren": "f1"})

    page = Visitor(sqlite_site).open()

    assert page.labels["f1"] == "Forum 1: f1 | ausgebucht, 2 Personen warten"
    assert page.labels["f2"] == "Forum 2: f2 | freie Plätze"
    assert page.labels["f3"] == "Forum 3: f3 | nur noch wenige Plätze"
    assert page.labels[""] == "Ich entscheide mich später"
    assert (
        "Die Foren laufen gleichzeitig, 10:30 bis 11:30 Uhr. Sie können Ihre Wahl bis Freitag, 22. Januar 2027, 9:30 Uhr ändern."
    ) in page.text


def test_sessions_without_a_name_of_their_own_are_all_at_the_same_time(sqlite_site: Api) -> None:
    sqlite_site.write(an_event, (APart("konferenz", slots=(FORUMS,)),))
    sqlite_site.write(lambda c: c.execute(update(slot).values(label=None, label_plural=None)))

    page = Visitor(sqlite_site).open()

    assert "Alles läuft gleichzeitig, 10:30 bis 11:30 Uhr." in page.text
    assert "<h2>Was möchten Sie besuchen?</h2>" in page.answer.text


def test_nobody_learns_from_how_many_wait_whether_somebody_is_registered(site: Api) -> None:
    made = site.write(an_event, (APart("konferenz", slots=(FORUMS,)),))
    for family in ("Eins", "Zwei", "Drei"):
        confirmed(site, made, family, choices={"foren": "f1"})
    visitor, seen = Visitor(site), []
    visitor.open()
    asked = {"choice.foren": "f1", "accept_waiting": "foren"}
    newcomer = visitor.send({**ANNA, **asked})

    for again in (ANNA, {**ANNA, "given_name": "Berta", "email": "berta@lindenbrueck.example"}):
        seen.append(visitor.open().labels["f1"])
        visitor.send({**again, **asked})
    seen.append(visitor.open().labels["f1"])

    assert newcomer.answer.status_code == 303
    assert seen == ["Forum 1: f1 | ausgebucht, 2 Personen warten"] * 3
    assert site.read(lambda c: c.scalar(select(func.max(unit.c.waiting)))) == 4


def test_waiting_with_a_seat_meanwhile(site: Api) -> None:
    made = site.write(an_event, (APart("konferenz", slots=(FORUMS,)),))
    taken(site, made, ["Erste"], foren="f1")

    page = Visitor(site).register({"choice.foren": "f1", "accept_waiting": "foren", "until.foren": "f3"})

    assert site.read(places, "Beispiel") == {
        made.units["konferenz"]: "held",
        made.units["f1"]: "waiting",
        made.units["f3"]: "held",
    }
    assert "Forum 3: f3, Dienstag, 26. Januar 2027, 10:30 bis 11:30 Uhr (bis auf Weiteres)" in page.text
    assert "Warteliste Forum 1: f1" in page.text
    assert "Platz 1" not in page.text


@pytest.mark.parametrize("language", ["de", "en"])
def test_the_page_and_the_registration_speak_the_readers_language(sqlite_site: Api, language: str) -> None:
    sqlite_site.write(an_event, languages=["de", "en"])
    visitor = Visitor(sqlite_site, language=language)

    page = visitor.register()

    assert page.heading.startswith({"de": "Fast geschafft", "en": "Nearly done"}[language])
    spoken = sqlite_site.read(lambda c: c.execute(select(registration.c.language)).scalars().all())
    assert spoken == [language]


def test_a_choice_in_a_part_that_is_not_ticked_ticks_it_and_says_so(site: Api) -> None:
    made = site.write(an_event, TWO_PARTS)

    page = Visitor(site).register({"parts": "werkstatt", "choice.foren": "f2"})

    assert "Sie haben bei „konferenz“ etwas gewählt und sind deshalb auch dafür angemeldet." in page.text
    assert set(site.read(places, "Beispiel")) == {made.units[slug] for slug in ("werkstatt", "konferenz", "f2")}


def test_deciding_later_is_no_choice_and_ticks_nothing(site: Api) -> None:
    made = site.write(an_event, TWO_PARTS)

    page = Visitor(site).register({"parts": "werkstatt", "choice.foren": ""})

    assert "konferenz" not in page.text
    assert set(site.read(places, "Beispiel")) == {made.units["werkstatt"]}


def test_answers_of_all_kinds_are_kept_and_sensitive_ones_apart(site: Api) -> None:
    made = site.write(an_event)
    choice = [{"value": value, "labels": {"de": value}} for value in ("eins", "zwei", "drei")]
    ids = {
        "ort": site.write(a_question, made, "ort"),
        "frage": site.write(a_question, made, "frage", "long"),
        "mittag": site.write(a_question, made, "mittag", "yes_no"),
        "art": site.write(a_question, made, "art", "one", options=choice, required=True),
        "hilfe": site.write(a_question, made, "hilfe", "many", options=choice, sensitive=True),
    }
    site.write(a_consent, made, "needs")

    Visitor(site).register(
        {
            "answer.ort": " Köln ",
            "answer.frage": "Erste Zeile\r\nZweite",
            "answer.mittag": "yes",
            "answer.art": "zwei",
            "answer.hilfe": ["eins", "drei"],
            "consents": "needs",
        }
    )

    plain = site.read(lambda c: {row.question_id: row.value for row in c.execute(select(answer))})
    sensitive = site.read(lambda c: {row.question_id: row.value for row in c.execute(select(answer_sensitive))})
    assert plain == {ids["ort"]: "Köln", ids["frage"]: "Erste Zeile\nZweite", ids["mittag"]: True, ids["art"]: "zwei"}
    assert sensitive == {ids["hilfe"]: ["eins", "drei"]}


def test_consent_to_sensitive_answers_is_asked_only_if_there_are_some(site: Api) -> None:
    made = site.write(an_event)
    site.write(a_question, made, "vegan", "yes_no", sensitive=True)
    site.write(a_consent, made, "needs")
    site.write(a_consent, made, "list")
    visitor = Visitor(site)

    visitor.open()
    asked = visitor.send({**ANNA, "answer.vegan": "yes"})
    given = visitor.send({**ANNA, "consents": ["needs", "list"]})

    assert asked.messages == {
        "consents.needs": "Damit wir Ihre Angaben nutzen dürfen, brauchen wir Ihre Einwilligung. "
        "Sonst lassen Sie diese Felder bitte leer."
    }
    assert given.status == 303
    assert site.read(lambda c: len(c.execute(select(consent)).all())) == 1


def test_wishes_are_optional_unticked_and_kept(site: Api) -> None:
    made = site.write(an_event)
    listed = site.write(a_consent, made, "list")
    visitor = Visitor(site)

    page = visitor.open()
    visitor.send({**ANNA, "consents": "list", "no_photo": "yes"})

    assert page.chosen == set()
    assert "Ich möchte nicht fotografiert werden. Mein Namensschild erhält ein Zeichen." in page.text
    assert site.read(lambda c: c.execute(select(consent.c.consent_text_id)).scalars().all()) == [listed]
    assert site.read(lambda c: c.execute(select(registration.c.no_photo)).scalar_one()) is True


@pytest.mark.parametrize(("consents", "marked"), [((), True), (("photos",), False)])
def test_where_photographs_need_consent_the_badge_is_marked_without(
    sqlite_site: Api, consents: tuple[str, ...], *, marked: bool
) -> None:
    made = sqlite_site.write(an_event, photos="consent")
    sqlite_site.write(a_consent, made, "photos")

    Visitor(sqlite_site).register({"consents": list(consents)})

    assert sqlite_site.read(lambda c: c.execute(select(registration.c.no_photo)).scalar_one()) is marked


def test_the_privacy_notice_is_made_of_the_real_questions_and_days(sqlite_site: Api) -> None:
    made = sqlite_site.write(an_event)
    sqlite_site.write(
        a_question, made, "ort", labels={"de": "Woher?"}, purpose={"de": "Für die Planung"}, erase_days=30
    )
    sqlite_site.write(
        a_question,
        made,
        "vegan",
        "yes_no",
        labels={"de": "Vegan"},
        purpose={"de": "Für die Küche"},
        sensitive=True,
        erase_days=14,
    )

    page = Visitor(sqlite_site).open()

    assert "löschen sie spätestens am 26. Juli 2027. Verantwortlich: Stadt Lindenbrück." in page.text
    assert "Woher?: Für die Planung; gelöscht am 25. Februar 2027" in page.text
    assert "Vegan: Für die Küche; gelöscht am 9. Februar 2027" in page.text
    assert "Nur das Organisationsteam sieht sie. Wir löschen sie am 9. Februar 2027." in page.text
    assert re.findall('<a href="/privacy#([^"]+)">Datenschutzhinweise</a>', page.answer.text) == [_host_of(sqlite_site)]


def _host_of(site: Api) -> str:
    return str(site.write(lambda c: c.scalar(select(host.c.slug))))


def test_another_person_over_the_same_address_begins_with_what_is_the_same(site: Api) -> None:
    site.write(an_event, TWO_PARTS)
    visitor = Visitor(site)
    page = visitor.register({"parts": "konferenz", "institution": "Amt für Beispiele", "title": "Dr."})

    [link] = re.findall(r'href="([^"]*again=[^"]*)"', page.answer.text)
    again = visitor.open(link)
    visitor.send(
        {"given_name": "Jonas", "family_name": "Muster", "email": "anna@lindenbrueck.example", "parts": "konferenz"}
    )

    kept = {name: again.value(name) for name in ("institution", "email", "title", "given_name", "family_name")}
    assert kept == {
        "institution": "Amt für Beispiele",
        "email": "anna@lindenbrueck.example",
        "title": "",
        "given_name": "",
        "family_name": "",
    }
    assert again.chosen == {("parts", "konferenz")}
    assert site.read(people) == [("Beispiel", ANNA["email"]), ("Muster", ANNA["email"])]


def test_the_form_is_kept_by_nobody_and_sets_no_cookie(sqlite_site: Api) -> None:
    sqlite_site.write(an_event)

    page = Visitor(sqlite_site).open()

    assert page.answer.headers["cache-control"] == "no-store"
    assert "set-cookie" not in page.answer.headers
    assert "maxlength" not in page.answer.text
    assert "<script" not in page.answer.text


def test_fields_name_themselves_to_the_browser(sqlite_site: Api) -> None:
    sqlite_site.write(an_event)

    page = Visitor(sqlite_site).open()

    tokens = re.findall(r'name="(\w+)"[^>]*autocomplete="([\w-]+)"', page.answer.text)
    assert dict(tokens) == {
        "title": "honorific-prefix",
        "given_name": "given-name",
        "family_name": "family-name",
        "email": "email",
        "institution": "organization",
    }
    assert 'inputmode="email"' in page.answer.text
