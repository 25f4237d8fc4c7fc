"""Several registrations over one mailbox share a mail, and nobody's mailbox is flooded."""

from datetime import timedelta

from confman.kernel.db import Database
from confman.kernel.security import Purpose
from tests.builders import NOW
from tests.jobs.letter_office import BASE, SECRETS, delivered, letters_of, registered, the_event
from tests.mail_sink import Sink

MINUTE = timedelta(minutes=1)


def test_three_people_of_one_mailbox_get_one_letter_with_three_links(database: Database) -> None:
    made = the_event(database)
    people = registered(database, made, "Eins", "Zwei", "Drei", address="vorzimmer@lindenbrueck.example")
    registered(database, made, "Vier")
    sink = Sink()

    assert delivered(database, sink, NOW + 10 * MINUTE) == 4

    (bundle,) = [one for one in sink.received if one.recipients == ("vorzimmer@lindenbrueck.example",)]
    links = [line.removeprefix(f"{BASE}/r/") for line in bundle.text.splitlines() if line.startswith(f"{BASE}/r/")]
    opened = [SECRETS.read_link(Purpose.MANAGE, token) for token in links]
    assert [link.registration_id for link in opened if link] == people
    assert bundle.mail["Subject"] == "Bitte bestätigen: 3 Anmeldungen zu „5. Werkstatt und Abschlusskonferenz“"
    assert "Anna Zwei (2. Anmeldung über diese Adresse)" in bundle.text.splitlines()
    assert len(sink.received) == 2
    assert all(row["accepted_at"] for row in letters_of(database))


def test_whoever_types_an_address_a_hundred_times_causes_three_mails_an_hour(local: Database) -> None:
    made = the_event(local, max_per_address=200)
    sink = Sink()

    for minute in range(0, 60, 3):
        names = ("Immer", f"Neu{minute}", f"Auch{minute}", "Immer", "Immer")
        registered(local, made, *names, address="opfer@lindenbrueck.example", now=NOW + minute * MINUTE)
        delivered(local, sink, NOW + minute * MINUTE)

    assert len(sink.received) == 3
    assert len({one.mail["Message-ID"] for one in sink.received}) == 3


def test_a_bundle_keeps_the_id_of_its_oldest_letter(database: Database) -> None:
    made = the_event(database)
    registered(database, made, "Eins", address="vorzimmer@lindenbrueck.example")
    registered(database, made, "Zwei", address="vorzimmer@lindenbrueck.example", now=NOW + MINUTE)
    sink = Sink(data=["451 later"])

    for later in (15 * MINUTE, 30 * MINUTE):
        delivered(database, sink, NOW + later)

    oldest = letters_of(database)[0]["message_id"]
    assert [one.mail["Message-ID"] for one in sink.received] == [f"<{oldest}@lindenbrueck.example>"] * 2
