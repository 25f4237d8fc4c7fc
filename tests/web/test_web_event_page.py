"""The page of an event in all its states: what it is about, where it stands, what one can do."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from confman.kernel.ids import new_id
from confman.store.events import document, event_body, event_project
from confman.store.events import event as event_table
from confman.store.hosts import body, project, series
from confman.store.programme import room, session, session_speaker, slot, speaker
from tests.api_node import Api
from tests.builders import NOW, STARTS, APart, ASession, ASlot, an_event
from tests.web.looking import PAGE, later, register, set_event, show, text

FORUMS = (APart("konferenz", 2, slots=(ASlot("foren", (ASession("f1", 1), ASession("f2", 40))),)),)


def test_a_page_tells_when_where_and_until_when_to_register(sqlite_site: Api) -> None:
    sqlite_site.write(an_event, doors_at=STARTS - timedelta(minutes=30), closes_at=STARTS.replace(hour=23, minute=0))

    shown = text(show(sqlite_site))

    assert "Anmeldung bis einschließlich Dienstag, 26. Januar 2027" in shown
    assert "Wann Dienstag, 26. Januar 2027, 9:30 bis 17:30 Uhr Einlass ab 9:00 Uhr" in shown
    assert "Wo Altes Speicherhaus Lindenbrück Karte (externer Dienst)" in shown
    assert "Sprache Deutsch" in shown
    assert "Veranstaltet von Stadt Lindenbrück" in shown
    assert "werkstatt@lindenbrueck.example" in shown


@pytest.mark.parametrize(
    ("columns", "days", "says"),
    [
        ({"cancelled_at": NOW}, 0, "Abgesagt am 22. November 2026"),
        ({"published_at": None}, 0, "Terminankündigung (Save the Date)"),
        ({"opens_at": NOW + timedelta(days=8)}, 0, "Die Anmeldung öffnet am Montag, 30. November 2026, 13:00 Uhr."),
        ({}, 56, "Anmeldung bis Donnerstag, 21. Januar 2027, 9:30 Uhr"),
        ({}, 58, "Noch 3 Tage: Anmeldung bis Donnerstag, 21. Januar 2027, 9:30 Uhr"),
        ({}, 59, "Noch 2 Tage: Anmeldung bis Donnerstag, 21. Januar 2027, 9:30 Uhr"),
        (
            {"closes_at": datetime(2027, 1, 20, 23, tzinfo=UTC)},
            59,
            "Letzter Tag: Anmeldung bis einschließlich Mittwoch, 20. Januar 2027",
        ),
        ({}, 62, "Anmeldeschluss war Donnerstag, 21. Januar 2027, 9:30 Uhr. Fragen? werkstatt@lindenbrueck.example"),
        ({}, 66, "Hat am 26. Januar 2027 stattgefunden"),
        ({"ends_on": date(2027, 1, 27), "ends_at": None}, 67, "Hat vom 26. bis 27. Januar 2027 stattgefunden"),
        ({"starts_on": None, "starts_at": None, "ends_at": None, "ends_on": None, "date_text": {"de": "2017"}}, 0,
         "Diese Veranstaltung hat stattgefunden."),
        (
            {"postponed_from": date(2026, 12, 1)},
            0,
            "Verlegt: Dies ist der neue Termin, ursprünglich war es Dienstag, 1. Dezember 2026.",
        ),
    ],
)  # fmt: skip
def test_a_page_says_where_the_event_stands(sqlite_site: Api, columns: dict[str, Any], days: int, says: str) -> None:
    sqlite_site.write(an_event, **columns)
    sqlite_site.now = NOW + timedelta(days=days)

    assert says in text(show(sqlite_site))


def test_who_cancels_an_event_says_why(sqlite_site: Api) -> None:
    sqlite_site.write(an_event, cancelled_at=NOW, cancel_reason={"de": "Die Halle ist gesperrt."})

    page = show(sqlite_site)

    assert "Die Halle ist gesperrt." in text(page)
    assert "/registration" not in page.text
    assert "calendar.ics?download" not in page.text


def test_an_announcement_without_a_day_shows_its_text_and_no_calendar(sqlite_site: Api) -> None:
    undated = {"starts_on": None, "ends_on": None, "starts_at": None, "ends_at": None}
    sqlite_site.write(an_event, published_at=None, date_text={"de": "Frühjahr 2027"}, **undated)

    page = show(sqlite_site)

    assert "Wann Frühjahr 2027" in text(page)
    assert "calendar.ics?download" not in page.text


def test_the_state_changes_at_the_very_instant(sqlite_site: Api) -> None:
    closes_at = STARTS - timedelta(days=5)
    sqlite_site.write(an_event)
    sqlite_site.now = closes_at - timedelta(microseconds=1)
    assert "Jetzt anmelden" in text(show(sqlite_site))

    sqlite_site.now = closes_at

    assert "Jetzt anmelden" not in text(show(sqlite_site))


# places


def test_places_are_told_in_words_and_never_in_numbers(site: Api) -> None:
    made = site.write(an_event, FORUMS)
    register(site, made, "Adler", choices={"foren": "f1"})

    shown = text(show(site))

    assert "9:30 bis 17:30 Uhr – nur noch wenige Plätze" in shown
    assert "Forum 1 von 2 f1 ausgebucht, Warteliste möglich Forum 2 von 2 f2 freie Plätze" in shown
    site.write(set_event, offers_waiting=False)
    register(site, made, "Bussard", choices={"foren": "f2"})
    later(site)
    shown = text(show(site))
    assert "Ausgebucht Anmeldung bis Donnerstag" in shown
    assert "9:30 bis 17:30 Uhr – ausgebucht" in shown
    assert "Jetzt anmelden" not in shown


def test_a_full_event_offers_its_waiting_list(sqlite_site: Api) -> None:
    made = sqlite_site.write(an_event, (APart("konferenz", 1),))
    register(sqlite_site, made, "Adler")

    page = show(sqlite_site)

    assert "Ausgebucht – Warteliste möglich" in text(page)
    assert (
        'href="/events/abschlusskonferenz/registration"><span class="kern-label">Für die Warteliste anmelden</span>'
        in page.text
    )


def test_parts_are_listed_and_told_where_they_overlap(sqlite_site: Api) -> None:
    walk = STARTS + timedelta(hours=3, minutes=15)
    sqlite_site.write(
        an_event, (APart("werkstatt", 40, starts_at=STARTS, hours=4), APart("spaziergang", 30, starts_at=walk, hours=1))
    )

    shown = text(show(sqlite_site))

    assert (
        "Teile und Plätze werkstatt, 9:30 bis 13:30 Uhr – freie Plätze Überschneidet sich 12:45 bis 13:30 Uhr mit: "
        "spaziergang spaziergang, 12:45 bis 13:45 Uhr – freie Plätze Überschneidet sich 12:45 bis 13:30 Uhr mit: "
        "werkstatt" in shown
    )


def test_places_are_told_only_while_one_can_register(sqlite_site: Api) -> None:
    sqlite_site.write(an_event, FORUMS, opens_at=NOW + timedelta(days=1))

    assert "freie Plätze" not in text(show(sqlite_site))


# the programme


def test_the_programme_stands_in_order_with_speakers_rooms_and_days(sqlite_site: Api) -> None:
    days = {"ends_on": date(2027, 1, 27), "ends_at": STARTS + timedelta(days=1)}
    made = sqlite_site.write(an_event, FORUMS, **days)
    ada = {"id": new_id(), "event_id": made.id, "slug": "ada", "title": "Dr.", "given_name": "Ada"}
    ada |= {"family_name": "Beispiel", "institution": "Stadt Musterhafen", "function": {"de": "Leitung"}}
    saal = {"id": new_id(), "event_id": made.id, "slug": "saal", "name": "2.01", "position": 0}
    sqlite_site.write(lambda c: c.execute(insert(speaker).values(ada)))
    sqlite_site.write(lambda c: c.execute(insert(room).values(saal)))
    session_id = sqlite_site.read(lambda c: c.execute(select(session.c.id).where(session.c.slug == "f1")).scalar_one())
    role = {"session_id": session_id, "speaker_id": ada["id"], "role": "moderator", "position": 0}
    sqlite_site.write(lambda c: c.execute(insert(session_speaker).values(role)))
    values = {"room_id": saal["id"], "language": "en", "abstract": {"de": "Eine Stunde."}}
    sqlite_site.write(lambda c: c.execute(update(session).where(session.c.slug == "f1").values(values)))
    sqlite_site.write(lambda c: c.execute(update(slot).values(on_day=date(2027, 1, 26))))

    assert (
        "Dienstag, 26. Januar 10:30 bis 11:30 Uhr Foren gleichzeitig Forum 1 von 2 f1 "
        "Moderation: Dr. Ada Beispiel, Leitung, Stadt Musterhafen Raum 2.01 · Sprache: Englisch "
        "nur noch wenige Plätze Worum es geht Eine Stunde. Forum 2 von 2 f2" in text(show(sqlite_site))
    )


def test_what_everybody_hears_stands_one_after_the_other(sqlite_site: Api) -> None:
    sqlite_site.write(an_event, FORUMS)
    half = timedelta(minutes=30)
    sqlite_site.write(lambda c: c.execute(update(slot).values(rule="everybody", label=None)))
    sqlite_site.write(
        lambda c: c.execute(
            update(session).where(session.c.slug == "f2").values(starts_at=STARTS + half, ends_at=STARTS + 2 * half)
        )
    )

    assert "10:30 bis 11:30 Uhr f1 10:00 bis 10:30 Uhr f2" in text(show(sqlite_site))


def test_what_moved_is_marked_for_14_days_with_where_it_was(sqlite_site: Api) -> None:
    sqlite_site.write(an_event, FORUMS)
    was = {"starts_at": "2027-01-26T09:45:00+00:00", "ends_at": "2027-01-26T10:45:00+00:00", "room": "2.04"}
    moved = update(session).where(session.c.slug == "f1").values(moved_from={"at": NOW.isoformat(), **was})
    sqlite_site.write(lambda c: c.execute(moved))
    sqlite_site.now = NOW + timedelta(days=14) - timedelta(microseconds=1)
    sqlite_site.node.pages._FRESH_SECONDS = 600
    assert "f1 Geändert bisher: 10:45 bis 11:45 Uhr, Raum 2.04" in text(show(sqlite_site))

    sqlite_site.now = NOW + timedelta(days=14)

    assert "Geändert" not in text(show(sqlite_site))


def test_forums_that_are_chosen_later_say_from_when(sqlite_site: Api) -> None:
    sqlite_site.write(an_event, FORUMS)
    sqlite_site.write(lambda c: c.execute(update(slot).values(choice_opens_at=NOW + timedelta(days=50))))

    assert "Sie wählen ab Montag, 11. Januar 2027, 13:00 Uhr." in text(show(sqlite_site))


def test_a_programme_says_of_when_it_is(sqlite_site: Api) -> None:
    sqlite_site.write(an_event, FORUMS)

    assert "Änderungen vorbehalten. Stand: 22. November 2026" in text(show(sqlite_site))


# around it


def test_a_page_tells_for_whom_what_it_costs_and_what_it_belongs_to(sqlite_site: Api) -> None:
    made = sqlite_site.write(
        an_event,
        audience={"de": "Kommunen"},
        cost={"de": "Die Teilnahme ist kostenfrei."},
        access_keys=["step-free", "lift"],
        way={"de": "Mit der Straßenbahn 5."},
        hotel={"de": "Hotel Beispielhof"},
    )
    key = new_id()
    line = {"id": key, "host_id": made.host_id, "slug": "reihe", "titles": {"de": "Werkstattreihe"}}
    sqlite_site.write(lambda c: c.execute(insert(series).values({**line, "item_label": {"de": "Werkstatt"}})))
    sqlite_site.write(an_event, slug="vierte", number=4, series_id=key, cancelled_at=NOW)
    sqlite_site.write(an_event, slug="entwurf", number=6, series_id=key, announced_at=None, published_at=None)
    sqlite_site.write(
        lambda c: c.execute(
            update(event_table).where(event_table.c.id == made.id).values(
                series_id=key, number=5, texts={"de": "Erstens.\n\nZweitens."}
            )
        )
    )  # fmt: skip

    page = show(sqlite_site)
    shown = text(page)

    assert "Für wen Kommunen Kosten Die Teilnahme ist kostenfrei. Sprache Deutsch" in shown
    assert "Barrierefreiheit stufenlos, Aufzug" in shown
    assert "Anreise Mit der Straßenbahn 5. Übernachten Hotel Beispielhof" in shown
    assert "Teil der Reihe Werkstattreihe 4. Werkstatt (abgesagt) 5. Werkstatt Impressum" in shown
    assert '<strong aria-current="page">5. Werkstatt</strong>' in page.text
    assert "<p>Erstens.</p>\n<p>Zweitens.</p>" in page.text


def test_a_page_names_who_holds_and_who_pays_as_of_then(sqlite_site: Api) -> None:
    made = sqlite_site.write(an_event)
    partner = {"id": new_id(), "host_id": made.host_id, "key": "h", "name": "Hochschule", "city": "Lindenbrück"}
    labs = {"id": new_id(), "host_id": made.host_id, "slug": "labore", "titles": {"de": "Labore"}, "position": 0}
    sqlite_site.write(lambda c: c.execute(insert(body).values(partner)))
    sqlite_site.write(lambda c: c.execute(insert(project).values({**labs, "funder_wording": {"de": "Heute anders"}})))
    link = {"event_id": made.id, "position": 0}
    sqlite_site.write(
        lambda c: c.execute(insert(event_body).values({**link, "body_id": partner["id"], "role": "partner"}))
    )
    paid = {"funder_wording": {"de": "Gefördert vom BMBF"}, "funding_code": "01XX"}
    sqlite_site.write(lambda c: c.execute(insert(event_project).values({**link, "project_id": labs["id"], **paid})))

    assert (
        "Veranstaltet von Stadt Lindenbrück Partner Hochschule, Lindenbrück "
        "Gefördert vom BMBF (Förderkennzeichen 01XX) Teil des Projekts: Labore" in text(show(sqlite_site))
    )


def test_what_is_over_leads_to_its_documents(sqlite_site: Api) -> None:
    made = sqlite_site.write(an_event)
    paper = {"id": new_id(), "host_id": made.host_id, "event_id": made.id, "key": "doku", "position": 0}
    paper |= {"titles": {"de": "Dokumentation"}, "url": "https://www.lindenbrueck.example/doku.pdf"}
    sqlite_site.write(lambda c: c.execute(insert(document).values(paper)))
    sqlite_site.now = NOW + timedelta(days=70)

    page = show(sqlite_site)

    assert '<a href="#documents">Zu den Unterlagen</a>' in page.text
    assert "Unterlagen Dokumentation" in text(page)


def test_saving_and_subscribing_are_told_apart(sqlite_site: Api) -> None:
    sqlite_site.write(an_event)

    page = show(sqlite_site, f"{PAGE}?lang=de")

    assert 'href="/events/abschlusskonferenz/calendar.ics?lang=de&amp;download=1"' in page.text
    assert 'href="webcal://events.example.org/events/abschlusskonferenz/calendar.ics?lang=de"' in page.text
    assert (
        "Termin speichern (einmalig) Kalender abonnieren aktualisiert sich, je nach Programm erst nach Stunden"
        in text(page)
    )


def test_other_clocks_are_named_where_somebody_may_think_of_them(sqlite_site: Api) -> None:
    sqlite_site.write(an_event, online_url="https://treffen.lindenbrueck.example/geheim")

    page = show(sqlite_site)

    assert "17:30 Uhr (MEZ)" in text(page)
    assert "und online Den Zugang erhalten Sie mit Ihrer Anmeldung." in text(page)
    assert "geheim" not in page.text


def test_an_event_of_others_is_shown_without_registration(sqlite_site: Api) -> None:
    sqlite_site.write(an_event, kind="appearance")

    shown = text(show(sqlite_site))

    assert "Anmeldung" not in shown
    assert "Veranstaltet von" not in shown


def test_a_text_in_another_language_is_marked_with_it(sqlite_site: Api) -> None:
    sqlite_site.write(an_event, subtitles={"de": "Was bleibt"})

    assert '<span lang="de">Was bleibt</span></p>' in show(sqlite_site, f"{PAGE}?lang=en").text


def test_what_organisers_write_is_text_and_never_markup(sqlite_site: Api) -> None:
    nasty = "<script>alert(1)</script> & {{ 7 * 7 }}"
    sqlite_site.write(an_event, titles={"de": nasty}, subtitles={"de": nasty}, venue_name=nasty, texts={"de": nasty})

    page = show(sqlite_site).text

    assert "<script" not in page
    assert page.count("&lt;script&gt;alert(1)&lt;/script&gt; &amp; {{ 7 * 7 }}") >= 5


def test_drafts_have_no_page_and_events_behind_a_code_ask_for_it(sqlite_site: Api) -> None:
    sqlite_site.write(an_event, slug="entwurf", announced_at=None, published_at=None)
    sqlite_site.write(an_event, slug="mit-code", visibility="code")
    sqlite_site.write(an_event, slug="mit-link", visibility="link")

    statuses = [show(sqlite_site, f"/events/{slug}").status_code for slug in ("entwurf", "mit-code", "mit-link")]

    assert statuses == [404, 303, 200]
    assert '<meta name="robots" content="noindex">' in show(sqlite_site, "/events/mit-link").text


def test_a_page_is_read_in_a_fixed_number_of_statements(site: Api) -> None:
    site.write(an_event, FORUMS)
    with site.counted() as cold:
        show(site)
    later(site)
    with site.counted() as after:
        show(site)
    site.node.pages._FRESH_SECONDS = site.node.catalogue._FRESH_SECONDS = 600  # however slow this machine is
    with site.counted() as warm:
        show(site)

    assert (len(cold), len(after), len(warm)) == (15, 3, 0)
