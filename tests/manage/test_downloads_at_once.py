"""Small lists and badges are answered at once: whose, in which columns, and what is noted of it."""

import csv
import io
from typing import Any

from sqlalchemy import select

from confman.store.audit import audit
from tests.builders import APart, ASession, ASlot, an_event
from tests.manage.downloading import HOME, confirmed
from tests.office import Office

FORUMS = (APart("konferenz", slots=(ASlot("foren", (ASession("f1", 1), ASession("f2"))),)),)


def rows_of(answer: Any) -> list[list[str]]:
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))


def audited(office: Office) -> list[Any]:
    found = select(audit.c.actor, audit.c.verb, audit.c.subject, audit.c.facts).where(audit.c.verb == "downloaded")
    return list(office.read(lambda conn: conn.execute(found.order_by(audit.c.id)).all()))


def test_a_list_is_downloaded_with_a_name_that_says_what_it_is(office: Office) -> None:
    made = office.write(an_event)
    confirmed(office, made, "Adler", "Bussard")
    reader = office.signed_in_as(made, "reader")

    answer = reader.see(f"{HOME}/registrations.csv")

    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == (
        'attachment; filename="anmeldungen-abschlusskonferenz-2026-11-22.csv"'
    )
    assert answer.headers["cache-control"] == "no-store"
    assert rows_of(answer) == [
        ["Nachname", "Vorname", "Titel", "Institution", "E-Mail", "Kategorie", "Status", "Teile", "Forum", "Eingang"],
        [
            *("Adler", "Anna", "", "", "adler@lindenbrueck.example", "Teilnehmende", "angemeldet"),
            *("5. Werkstatt und Abschlusskonferenz", "", "2026-11-22 13:00"),
        ],
        [
            *("Bussard", "Anna", "", "", "bussard@lindenbrueck.example", "Teilnehmende", "angemeldet"),
            *("5. Werkstatt und Abschlusskonferenz", "", "2026-11-22 13:00"),
        ],
    ]
    assert audited(office) == [
        (reader.actor, "downloaded", "", {"kind": "csv", "rows": 2, "filter": {}, "searched": False})
    ]
