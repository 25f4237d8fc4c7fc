"""What becomes of a letter, against a real mail server and both databases."""

import asyncio
import sys
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Table, update
from structlog.testing import capture_logs

from confman.domain.ledger.requests import Cancel, Confirm
from confman.jobs.postman import SUPERSEDED
from confman.jobs.smtp import Folder, server_at
from confman.kernel.db import Database
from confman.kernel.security import Link, Purpose
from confman.store.events import event
from confman.store.hosts import host
from confman.store.outbox import LEASE, letter
from confman.store.registrations import registration
from confman.usecases import work
from confman.usecases.ledger import RulesCache
from confman.usecases.registrar import settle_batch
from tests.builders import NOW, APart, a_registration
from tests.jobs.letter_office import (
    BASE,
    SECRETS,
    SENDER,
    delivered,
    letters_of,
    office_at,
    one_round,
    registered,
    settled,
    str_of,
    the_event,
)
from tests.mail_sink import DIES, FORGETS, TAKEN, Sink, listening

ROOT = Path(__file__).resolve().parents[2]
MINUTE = timedelta(minutes=1)


def test_a_due_letter_is_delivered_once(database: Database) -> None:
    made = the_event(database)
    (anna,) = registered(database, made, "Beispiel")
    sink = Sink()

    counts = [delivered(database, sink), delivered(database, sink), delivered(database, sink, NOW + LEASE)]

    (row,) = letters_of(database)
    (taken,) = sink.received
    assert counts == [1, 0, 0]
    assert (taken.sender, taken.recipients) == (SENDER, ("beispiel@lindenbrueck.example",))
    assert row["accepted_at"] >= NOW
    assert (row["lease_until"], row["failed_at"], row["failure"]) == (None, None, None)
    assert taken.mail["Message-ID"] == f"<{row['message_id']}@lindenbrueck.example>"
    assert taken.mail["Subject"] == "Bitte bestätigen: Ihre Anmeldung zu „5. Werkstatt und Abschlusskonferenz“"
    assert taken.mail["Reply-To"] == "werkstatt@lindenbrueck.example"
    (token,) = {line.removeprefix(f"{BASE}/r/") for line in taken.text.splitlines() if line.startswith(f"{BASE}/r/")}
    assert SECRETS.read_link(Purpose.MANAGE, token) == Link(anna, 0)


def test_what_the_server_wants_later_is_sent_later_under_the_same_id(database: Database) -> None:
    registered(database, the_event(database), "Beispiel")
    sink = Sink(data=["451 4.7.1 beispiel@lindenbrueck.example greylisted"] * 2)

    counts = [delivered(database, sink, NOW + wait) for wait in (0 * MINUTE, MINUTE / 4, MINUTE, MINUTE * 1.5)]
    postponed = letters_of(database)[0]
    counts.append(delivered(database, sink, NOW + 3 * MINUTE))

    assert counts == [0, 0, 0, 0, 1]
    assert (postponed["attempts"], postponed["failure"]) == (2, "451 4.7.1")
    assert timedelta() <= postponed["due_at"] - (NOW + 2 * MINUTE) < timedelta(seconds=20)
    assert [one.answer for one in sink.received][2:] == [TAKEN]
    assert len({one.mail["Message-ID"] for one in sink.received}) == 1
    assert letters_of(database)[0]["failure"] is None


def test_a_letter_that_is_put_off_for_five_days_is_given_up(database: Database) -> None:
    registered(database, the_event(database), "Beispiel")
    sink = Sink(data=["451 4.7.1 later"])

    delivered(database, sink, NOW + timedelta(days=5))

    (row,) = letters_of(database)
    assert (row["failed_at"] is not None, row["failure"]) == (True, "451 4.7.1")


def test_a_refused_letter_fails_for_good_and_says_why_without_an_address(database: Database) -> None:
    registered(database, the_event(database), "Beispiel")
    sink = Sink(recipients=["550 5.1.1 <beispiel@lindenbrueck.example> unknown"])

    with capture_logs() as logs:
        counts = [delivered(database, sink), delivered(database, sink, NOW + timedelta(days=1))]

    (row,) = letters_of(database)
    assert counts == [0, 0]
    assert sink.received == []
    assert (row["failed_at"] >= NOW, row["failure"], row["lease_until"]) == (True, "550 5.1.1", None)
    assert [(log["event"], log["reason"], log["kind"]) for log in logs] == [
        ("letter not taken", "550 5.1.1", "confirm")
    ]
    assert "beispiel" not in str(logs).lower()


@pytest.mark.parametrize("death", [DIES, FORGETS])
def test_a_server_that_dies_among_many_gets_the_rest_later(database: Database, death: str) -> None:
    registered(database, the_event(database), *(f"Person{number}" for number in range(6)))
    sink = Sink(data=[TAKEN, TAKEN, death])

    counts = [delivered(database, sink), delivered(database, sink), delivered(database, sink, NOW + MINUTE)]

    sent = Counter(one.mail["Message-ID"] for one in sink.taken)
    assert counts == [2, 3, 1]
    assert len(sent) == 6
    assert sum(sent.values()) == (7 if death == FORGETS else 6)
    assert all(row["accepted_at"] for row in letters_of(database))


def test_a_server_that_is_away_is_asked_again_soon(database: Database) -> None:
    registered(database, the_event(database), "Eins", "Zwei")
    sink = Sink()
    asyncio.run(_open_and_close(sink))

    away = asyncio.run(one_round(str_of(database), server_at(sink.url), NOW))
    postponed = letters_of(database)
    counts = [delivered(database, sink), delivered(database, sink, NOW + MINUTE)]

    assert (away, counts) == (0, [0, 2])
    assert [(row["attempts"], row["failure"], row["lease_until"]) for row in postponed] == [
        (1, "the mail server cannot be reached: SMTPConnectError", None)
    ] * 2


async def _open_and_close(sink: Sink) -> None:
    async with listening(sink):
        pass


def test_a_kill_after_the_answer_repeats_that_one_letter_with_its_id(database: Database) -> None:
    registered(database, the_event(database), *(f"Person{number}" for number in range(5)))
    sink = Sink()

    async def killed_then_restarted() -> tuple[int, int]:
        async with listening(sink):
            dying = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "tests.jobs.dying_postman", str_of(database), sink.url, "3"), cwd=ROOT
            )
            async with asyncio.timeout(60):
                code = await dying.wait()
            assert await one_round(str_of(database), server_at(sink.url), NOW) == 0  # its lease holds still
            return code, await one_round(str_of(database), server_at(sink.url), NOW + LEASE)

    code, after = asyncio.run(killed_then_restarted())

    sent = Counter(one.mail["Message-ID"] for one in sink.taken)
    assert (code, after) == (-9, 3)
    assert sorted(sent.values()) == [1, 1, 1, 1, 2]
    assert all(row["accepted_at"] for row in letters_of(database))


def test_two_postmen_at_once_deliver_nothing_twice(database: Database) -> None:
    registered(database, the_event(database), *(f"Person{number}" for number in range(130)))
    sink = Sink()

    async def two_at_once() -> int:
        async with listening(sink):
            rounds = (one_round(str_of(database), server_at(sink.url), NOW) for _ in range(2))
            return sum(await asyncio.gather(*rounds))

    assert asyncio.run(two_at_once()) == 130
    assert set(Counter(one.mail["Message-ID"] for one in sink.received).values()) == {1}
    assert len(sink.received) == 130


def test_a_postman_who_is_to_stop_leaves_the_rest_to_the_next(database: Database) -> None:
    registered(database, the_event(database), "Eins", "Zwei", "Drei")
    sink = Sink()

    async def stopped_after_one() -> int:
        async with listening(sink):
            office = replace(office_at(server_at(sink.url)), is_stopping=lambda: len(sink.received) == 1)
            return await one_round(str_of(database), office.mailer, NOW, office)

    assert asyncio.run(stopped_after_one()) == 1
    assert delivered(database, sink) == 2
    assert len({one.mail["Message-ID"] for one in sink.received}) == 3


def test_what_was_rolled_back_is_never_sent(database: Database) -> None:
    made = the_event(database)
    sink = Sink()

    with database.write.connect() as connection, connection.begin() as transaction:
        settle_batch(connection, made.id, [a_registration(made, "Beispiel")], lambda: NOW, RulesCache())
        transaction.rollback()

    assert delivered(database, sink) == 0
    assert (sink.received, letters_of(database)) == ([], [])


def test_a_letter_whose_address_was_corrected_goes_nowhere(database: Database) -> None:
    (anna,) = registered(database, the_event(database), "Beispiel")
    _set(database, registration, anna, email="anna@richtig.example", email_key="anna@richtig.example")
    sink = Sink()

    assert delivered(database, sink) == 0

    (row,) = letters_of(database)
    assert (sink.received, row["failure"]) == ([], SUPERSEDED)


def test_who_confirmed_or_cancelled_meanwhile_is_not_asked_to_confirm(database: Database) -> None:
    made = the_event(database)
    confirmed, cancelled = registered(database, made, "Eins", "Zwei")
    settled(database, made, Confirm(confirmed), Cancel(cancelled, "self"), now=NOW + MINUTE)
    sink = Sink()

    delivered(database, sink, NOW + MINUTE)

    assert sorted(str(one.mail["Subject"]).partition(":")[0] for one in sink.received) == [
        "Ihre Teilnahme ist abgesagt",
        "Sie sind angemeldet",
    ]
    assert sorted(row["failure"] or "" for row in letters_of(database)) == ["", "", SUPERSEDED, SUPERSEDED]


def test_who_waits_is_told_the_place_in_the_line(database: Database) -> None:
    made = the_event(database, [APart(places=1)], confirm_address=False)
    registered(database, made, "Eins")
    registered(database, made, "Zwei", now=NOW + MINUTE)
    registered(database, made, "Drei", now=NOW + 2 * MINUTE)
    sink = Sink()

    delivered(database, sink, NOW + 3 * MINUTE)

    told = {one.recipients[0].partition("@")[0]: one for one in sink.received}
    assert str(told["eins"].mail["Subject"]).startswith("Sie sind angemeldet")
    assert {name: one.text.split("\n\n")[3].replace("\n", " ") for name, one in told.items() if name != "eins"} == {
        "zwei": "Zurzeit sind alle Plätze vergeben. Sie stehen auf Platz 1 der Warteliste.",
        "drei": "Zurzeit sind alle Plätze vergeben. Sie stehen auf Platz 2 der Warteliste.",
    }


def test_the_newest_who_waits_to_confirm_is_served_first(database: Database) -> None:
    made = the_event(database)
    (first,) = registered(database, made, "Eins")
    registered(database, made, "Zwei", now=NOW + MINUTE)
    registered(database, made, "Drei", now=NOW + 2 * MINUTE)
    settled(database, made, Confirm(first), now=NOW + 3 * MINUTE)
    sink = Sink()

    delivered(database, sink, NOW + 4 * MINUTE)

    assert [one.recipients[0].partition("@")[0] for one in sink.received] == ["drei", "zwei", "eins"]


def test_one_letter_that_cannot_be_read_stops_no_other(database: Database) -> None:
    (broken, _) = registered(database, the_event(database), "Eins", "Zwei")
    row = next(row for row in letters_of(database) if row["registration_id"] == broken)
    _set(database, letter, row["id"], facts={"places": [{"unit": "nonsense"}]})
    sink = Sink()

    with capture_logs() as logs:
        assert delivered(database, sink) == 1

    assert [(log["event"], log["error"]) for log in logs if "error" in log] == [("letter cannot be read", "ValueError")]
    states = {row["registration_id"] == broken: (row["attempts"], row["failure"]) for row in letters_of(database)}
    assert states == {True: (1, "cannot be read"), False: (0, None)}


def test_a_letter_of_an_unknown_kind_stops_no_other(database: Database) -> None:
    (strange, _) = registered(database, the_event(database), "Eins", "Zwei")
    row = next(row for row in letters_of(database) if row["registration_id"] == strange)
    _set(database, letter, row["id"], kind="birthday")
    sink = Sink()

    assert delivered(database, sink) == 1

    states = {row["registration_id"] == strange: (row["attempts"], row["failure"]) for row in letters_of(database)}
    assert states == {True: (1, "cannot be written"), False: (0, None)}


@pytest.mark.parametrize("address", ["anna beispiel@x.example", "änna@x.example", "a@x.example,b@evil.example"])
def test_an_address_no_server_takes_fails_its_letter(database: Database, address: str) -> None:
    registered(database, the_event(database), "Beispiel", address=address)
    sink = Sink()

    assert delivered(database, sink) == 0

    (row,) = letters_of(database)
    assert (sink.received, row["failure"]) == ([], "not one plain ASCII address")


@pytest.mark.parametrize(
    "planted",
    [f"Eva{end}Bcc: x@evil.example{end}" for end in ("\r\n", "\n", "\r", "\x85", "\u2028", "\u2029", "\x0b", "\x1c")]
    + ["=?utf-8?q?Eva=0D=0ABcc:_x@evil.example=0D=0A?="],
    ids=ascii,
)
def test_nothing_typed_anywhere_adds_a_header_or_a_recipient(local: Database, planted: str) -> None:
    made = the_event(local, titles={"de": planted}, venue_name=planted, contact_phone=planted)
    _set(local, host, made.host_id, name=planted)
    people = registered(local, made, "Eins", "Zwei", address="vorzimmer@lindenbrueck.example")
    for person in people:
        _set(local, registration, person, given_name=planted, family_name=planted)
    settled(local, made, Cancel(people[0], "self"), now=NOW + MINUTE)
    sink = Sink()

    delivered(local, sink, NOW + 15 * MINUTE)

    assert {one.recipients for one in sink.received} == {("vorzimmer@lindenbrueck.example",)}
    heads = [one.content.partition(b"\r\n\r\n")[0].decode("ascii") for one in sink.received]
    assert len(heads) == 2
    for head in heads:
        assert [line.partition(":")[0] for line in head.split("\r\n") if not line.startswith(" ")] == [
            *("From", "Reply-To", "To", "Subject", "Date", "Message-ID", "Auto-Submitted"),
            *("X-Auto-Response-Suppress", "Content-Language", "MIME-Version", "Content-Type"),
        ]


def test_a_mailbox_with_a_planted_header_is_left_out(local: Database) -> None:
    made = the_event(local, contact_email="anfragen@lindenbrueck.example")
    _set(local, event, made.id, mailbox="werkstatt@lindenbrueck.example\r\nBcc: x@evil.example")
    registered(local, made, "Beispiel")
    sink = Sink()

    assert delivered(local, sink) == 1

    (taken,) = sink.received
    assert taken.mail["Reply-To"] == "anfragen@lindenbrueck.example"
    assert taken.recipients == ("beispiel@lindenbrueck.example",)
    assert b"evil" not in taken.content


def test_without_a_mail_server_letters_are_files(local: Database, tmp_path: Path) -> None:
    registered(local, the_event(local), "Eins", "Zwei")

    assert asyncio.run(one_round(str_of(local), Folder(tmp_path / "letters"), NOW)) == 2

    assert sorted(file.name for file in (tmp_path / "letters").iterdir()) == sorted(
        f"{row['message_id']}@lindenbrueck.example.eml" for row in letters_of(local)
    )


def _set(database: Database, table: Table, key: UUID, **columns: Any) -> None:
    work.write(
        database, lambda connection: connection.execute(update(table).where(table.c.id == key).values(**columns))
    )
