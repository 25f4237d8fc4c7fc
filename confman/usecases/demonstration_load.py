"""Loads the demonstration: both books, and its people through the ledger, one after the other as they came."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import groupby
from uuid import UUID

from sqlalchemy import Connection

from confman.domain.ledger.requests import Accepted, Cancel, Confirm, Done, Hand, Lapse, Register, Request
from confman.kernel.security import Purpose, Secrets
from confman.store import demonstration as store
from confman.usecases import demonstration, demonstration_dialogue
from confman.usecases.demonstration_people import Choice, Wanted, people
from confman.usecases.events import EventView, current
from confman.usecases.importing import Importer, apply_book
from confman.usecases.ledger import RulesCache
from confman.usecases.manage import needs
from confman.usecases.registrar import Ask, settle_batch
from confman.usecases.submissions import Origin, Submission, ask_to_register

_ACTOR = "demonstration"
_HAND = Hand(_ACTOR, ignores_deadlines=True, tells=False)
_UNTIL_CONFIRMED = timedelta(minutes=7)
_MET_BEFORE = timedelta(days=3)
_UNDELIVERABLE = "550 5.1.1 no such mailbox"


def load(connection: Connection, loaded_at: datetime) -> bool:
    """False where it is loaded already: then nothing is done, and its dates stay those of the first load."""
    archive, city = demonstration.books(loaded_at)
    if store.is_there(connection, city.host.slug):
        return False
    for book in (archive, city):
        apply_book(connection, book, Importer(loaded_at, _ACTOR))
    told = {found.slug: found for found in city.events}
    event = current(connection, demonstration.MAIN_EVENT)
    _People(connection, event).register(people(told[event.slug], loaded_at))
    needs.tick(connection, event, _tick_off(connection, event), _ACTOR, lambda: loaded_at - _MET_BEFORE)
    before = current(connection, demonstration.DIALOGUE)
    _People(connection, before).register(list(demonstration_dialogue.people(told[before.slug])))
    demonstration_dialogue.enter_half(connection, before, _ACTOR, loaded_at)
    return True


def _tick_off(connection: Connection, event: EventView) -> needs.Tick:
    """The wheelchair space is arranged; what else is asked for is still to do."""
    item = next(item for item in needs.items(connection, event) if item.option == "rollstuhlplatz")
    return needs.Tick(item.row["code"], item.row["key"], item.option, done=True)


def link_of(connection: Connection, email: str, secrets: Secrets) -> str | None:
    """The path of that person's page, to try it without a letter; None once the registration is erased."""
    found = store.holder_of(connection, demonstration.MAIN_EVENT, email)
    return None if found is None else f"/r/{secrets.sign_link(Purpose.MANAGE, found['id'], found['manage_generation'])}"


class _People:
    def __init__(self, connection: Connection, event: EventView) -> None:
        self.connection = connection
        self.event = event
        self.cache = RulesCache()
        self.speakers = store.speakers(connection, event.id)

    def register(self, wanted: list[Wanted]) -> None:
        """What happens is settled in the order of its instants, a day at a time; afterwards all letters have left."""
        asks = [(each, self._ask(each)) for each in wanted]
        happens = sorted((step for each, ask in asks for step in _steps(each, ask)), key=lambda step: step[0])
        for _, day in groupby(happens, key=lambda step: step[0].date()):
            steps = list(day)
            self._settle([ask for _, ask in steps], steps[-1][0])
        store.came(self.connection, [store.Came(_id(ask), each.at, _confirmed_at(each)) for each, ask in asks])
        store.letters_are_sent(self.connection, self.event.id)
        for each, ask in asks:
            if each.undeliverable:
                store.letters_came_back(self.connection, _id(ask), _UNDELIVERABLE)
            if each.confirm_by is not None:
                store.hold_until(self.connection, _id(ask), each.confirm_by)

    def _ask(self, wanted: Wanted) -> Ask:
        sent = Submission(
            given_name=wanted.given_name,
            family_name=wanted.family_name,
            email=wanted.email,
            title=wanted.title,
            institution=wanted.institution,
            language=wanted.language,
            parts=list(wanted.parts),
            choices={slot: _chosen(choice) for slot, choice in wanted.choices.items()},
            answers=dict(wanted.answers),
            consents=list(wanted.consents),
            accept_waiting=True,
        )
        hand = _HAND if wanted.source == "hand" else None
        origin = Origin(wanted.source, actor=_ACTOR if hand else "attendee", hand=hand, category=wanted.category)
        ask = ask_to_register(self.event, sent, origin)
        assert ask.person is not None, "somebody who registers is a person"
        speaker = self.speakers[wanted.speaker] if wanted.speaker else None
        person = replace(ask.person, no_list=wanted.no_list, no_photo=wanted.no_photo, speaker_id=speaker)
        return replace(ask, person=person)

    def _settle(self, asks: list[Ask], at: datetime) -> None:
        outcomes = settle_batch(self.connection, self.event.id, asks, lambda: at, self.cache)
        refused = [outcome for outcome in outcomes if not isinstance(outcome, Accepted | Done)]
        assert not refused, f"the ledger refuses the demonstration: {refused}"


def _steps(wanted: Wanted, ask: Ask) -> Iterator[tuple[datetime, Ask]]:
    yield wanted.at, ask
    key = _id(ask)
    if confirmed_at := _confirmed_at(wanted):
        yield confirmed_at, Ask(Confirm(key))
    if wanted.ends_at is not None:
        end: Request = Cancel(key) if wanted.ends == "self" else Lapse((key,))
        yield wanted.ends_at, Ask(end)


def _confirmed_at(wanted: Wanted) -> datetime | None:
    return wanted.at + _UNTIL_CONFIRMED if wanted.confirmed and wanted.source == "form" else None


def _id(ask: Ask) -> UUID:
    assert isinstance(ask.request, Register), "only registrations are asked for"
    return ask.request.id


def _chosen(choice: Choice) -> dict[str, str | None] | None:
    return None if choice is None else {"session": choice[0], "until_then": choice[1]}
