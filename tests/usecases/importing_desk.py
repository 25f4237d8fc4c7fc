"""One database, one book, and the verbs of the stories about importing."""

from datetime import UTC, datetime, timedelta
from textwrap import dedent
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select
from sqlalchemy.sql.expression import FromClause

from confman.domain.ledger.book import Contact, Identity
from confman.domain.ledger.requests import Accepted, Choice, Register, Want
from confman.kernel.db import Database
from confman.kernel.ids import new_id
from confman.store.base import metadata
from confman.store.events import event, stamp
from confman.store.programme import consent_text, part, question, session, slot
from confman.store.registrations import category
from confman.usecases.book import read_book
from confman.usecases.book_faults import BookRefused
from confman.usecases.importing import Importer, Report, apply_book
from confman.usecases.ledger import RulesCache
from confman.usecases.registrar import Ask, NewPerson, settle_batch

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)

BOOK = """
    host: {slug: stadt, name: Stadt}
    bodies: [{key: hochschule, name: Hochschule}]
    projects:
      - slug: labore
        title: Labore
        topics: [{slug: wohnen, title: Wohnen}]
        bodies: [hochschule]
    series: [{slug: reihe, title: Reihe, project: labore}]
    events:
      - slug: tagung
        series: reihe
        projects: [labore]
        bodies: [{body: hochschule, role: partner}]
        kind: conference
        life: published
        title: Tagung
        date: 2027-01-26
        registration: {opens: 2026-11-02, closes: 2027-01-20}
        rooms: [{slug: saal, name: Saal, seats: 90}]
        speakers: [{slug: rede, given_name: Ada, family_name: Beispiel}]
        documents: [{key: programm, title: Programm}]
        questions:
          - key: essen
            kind: one
            label: Essen
            purpose: Küche
            options: [{key: ja, label: Ja, capacity: 5}, {key: nein, label: Nein}]
        consents: [{key: liste, text: Ich stehe auf der Liste.}]
        parts:
          - slug: vormittag
            title: Vormittag
            starts: 9:30
            ends: 13:00
            capacity: 4
            reserve: 1
            slots:
              - slug: foren
                rule: pick_one
                label: Forum
                starts: 10:00
                ends: 11:00
                sessions:
                  - {slug: f1, kind: forum, title: F1, capacity: 2, room: saal, speakers: [rede]}
                  - {slug: f2, kind: forum, title: F2}
              - sessions: [{slug: schluss, title: Schluss}]
          - {slug: nachmittag, title: Nachmittag, starts: 14:00, ends: 17:00}
"""


class Desk:
    def __init__(self, database: Database) -> None:
        self.database = database

    def take(self, text: str = BOOK, now: datetime = NOW, *, insist: bool = False, tells: bool = True) -> Report:
        book = read_book("b.yaml", dedent(text).encode())
        with self.database.write.begin() as connection:
            return apply_book(connection, book, Importer(now, "organiser", insist, tells))

    def refused(self, text: str) -> list[str]:
        with pytest.raises(BookRefused) as refused:
            self.take(text, LATER)
        return [fault.text("b.yaml").partition(": ")[2] for fault in refused.value.faults]

    def one(self, table: FromClause, **where: Any) -> Any:
        with self.database.read.connect() as connection:
            wanted = [table.c[name] == value for name, value in where.items()]
            return connection.execute(select(table).where(*wanted)).mappings().one()

    def count(self, table: FromClause) -> int:
        with self.database.read.connect() as connection:
            return connection.execute(select(func.count()).select_from(table)).scalar_one()

    def everything(self) -> dict[str, list[str]]:
        with self.database.read.connect() as connection:
            return {
                table.name: sorted(
                    repr(sorted(row.items(), key=str)) for row in connection.execute(select(table)).mappings()
                )
                for table in metadata.sorted_tables
            }

    def stamps(self) -> dict[str, int]:
        with self.database.read.connect() as connection:
            return {row.scope: row.version for row in connection.execute(select(stamp))}

    def sequences(self) -> dict[str, tuple[int, int]]:
        """Sequence and revision of each session by its slug."""
        with self.database.read.connect() as connection:
            return {row.slug: (row.sequence, row.revision) for row in connection.execute(select(session))}

    def register(self, family: str, *, forum: str | None = None, until: str | None = None, eats: bool = False) -> UUID:
        """Into the Vormittag; who eats has answered the question and agreed to the list."""
        event_id = self.one(event)["id"]
        choices = {}
        if forum:
            other = self.one(session, slug=until)["unit_id"] if until else None
            choices = {self.one(slot, slug="foren")["id"]: Choice(self.one(session, slug=forum)["unit_id"], other)}
        asked = self.one(question, key="essen") if eats else None
        options = (UUID(hex=asked["options"][0]["unit_id"]),) if asked else ()
        want = Want((self.one(part, slug="vormittag")["unit_id"],), choices, options)
        person = NewPerson(
            code=family.upper()[:9],
            category_id=self.one(category, key="attendee")["id"],
            given_name="",
            family_name=family,
            sort_key=family,
            search_key=family,
            source="api",
            answers={asked["id"]: "ja"} if asked else {},
            consents=(self.one(consent_text)["id"],) if eats else (),
        )
        identity = Identity(f"{family}@x.example", family)
        register = Register(new_id(), identity, Contact(f"{family}@x.example", "de"), want, accept_waiting=True)
        with self.database.write.begin() as connection:
            outcomes = settle_batch(connection, event_id, [Ask(register, person)], lambda: LATER, RulesCache())
        assert isinstance(outcomes[0], Accepted)
        return register.id


def changed(*pairs: tuple[str, str]) -> str:
    text = BOOK
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    return text
