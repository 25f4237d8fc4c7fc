"""What the pages of one registration say: where somebody stands, what moves, why something cannot be."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

from confman.domain.errors import N_, Clash, Full, IdentityTaken, Refusal
from confman.domain.ledger.book import HELD, WAITING
from confman.domain.ledger.requests import Moved, Promoted
from confman.domain.people import full_name
from confman.domain.values import Texts
from confman.http.counter import Desk
from confman.http.forms import Sent
from confman.http.problems import said as say_refusal
from confman.kernel.dates import Dates
from confman.usecases.events import SlotView
from confman.usecases.manage.person import Person
from confman.usecases.programme import said
from confman.web.signup_names import Names

FIELDS: Mapping[str, str] = {
    "title": N_("Title"),
    "given_name": N_("Given name"),
    "family_name": N_("Surname"),
    "badge_name": N_("Name on the badge"),
    "institution": N_("Institution"),
    "email": N_("E-mail address"),
    "language": N_("Language"),
    "category": N_("Category"),
    "no_list": N_("Name in no list"),
    "no_photo": N_("No photographs"),
}

WHY: Mapping[str, str] = {
    "same_name": N_("the same name"),
    "near_name": N_("a name that is near"),
    "same_address": N_("the same e-mail address"),
}
_LETTER = N_("e-mail")
_LETTERS: Mapping[str, str] = {
    "confirm": N_("Request to confirm"),
    "reminder": N_("Reminder to confirm"),
    "already_registered": N_("Registered already"),
    "links": N_("Link to the registration"),
    "registered": N_("Registered"),
    "waiting": N_("On the waiting list"),
    "promoted": N_("Moved up"),
    "changed": N_("Registration changed"),
    "cancelled": N_("Participation cancelled"),
    "new_address": N_("Request to confirm a new address"),
    "address_changed": N_("Another e-mail address"),
    "event_cancelled": N_("Event cancelled"),
    "event_restored": N_("Event takes place after all"),
    "event_moved": N_("Event moved"),
    "programme_changed": N_("Programme changed"),
    "message": N_("E-mail of the team"),
}


# by whether it is one more, and whether it is of the reserve
_GIVEN = {
    (False, False): N_("{name}: place"),
    (True, False): N_("{name}: admitted in addition"),
    (False, True): N_("{name}: place from the reserve"),
}
_MOVED = {
    (False, False): N_("from {old} to {new}"),
    (True, False): N_("from {old} to {new}, admitted in addition"),
    (False, True): N_("from {old} to {new}, from the reserve"),
}


@dataclass(frozen=True)
class Words:
    """In the reader's language."""

    desk: Desk

    @property
    def zone(self) -> str:
        zone: str = self.desk.event.row["zone"]
        return zone

    @cached_property
    def names(self) -> Names:
        return Names(self.desk.event, self.desk.reader.language, Sent())

    @cached_property
    def dates(self) -> Dates:
        return Dates(self.desk.reader.language)

    def say(self, text: str, **facts: Any) -> str:
        return self.desk.say(text, **facts)

    def name(self, unit: UUID) -> str:
        return self.names.name(unit) or self.say(N_("something that is no more"))

    def text(self, texts: Texts | None) -> str:
        return said(texts, self.desk.reader.language)[0]

    def title(self, unit: UUID) -> str:
        """In full, as where one chooses it."""
        line = self.names.lines[unit]
        return line.prefix + line.title[0]

    def letter(self, kind: str) -> str:
        """What a letter is about, without the event's title."""
        return self.say(_LETTERS.get(kind, _LETTER))

    def slot_label(self, label: Texts | None) -> str:
        return self.text(label) or self.say(N_("Choice"))

    def slot(self, slot: SlotView) -> str:
        return said(slot.row["label"], self.desk.reader.language, slot.slug)[0]

    def category(self, key: str) -> str:
        row = self.desk.event.categories.get(key)
        return said(row["titles"], self.desk.reader.language, key)[0] if row is not None else key

    def listed(self, names: Sequence[str]) -> str:
        if len(names) <= 1:
            return "".join(names)
        return self.say(N_("{first} and {last}"), first=", ".join(names[:-1]), last=names[-1])

    # where somebody stands

    def status(self, person: Person) -> tuple[str, str]:
        """The kind of badge, and the words."""
        row = person.row
        if row["ended_at"] is not None:
            return "danger", self.say(N_("reservation expired") if row["ended_by"] == "lapse" else N_("cancelled"))
        if row["confirmed_at"] is None:
            if row["confirm_by"] is None:
                return "warning", self.say(N_("waits for confirmation"))
            when = self.dates.soon(row["confirm_by"], self.zone)
            return "warning", self.say(N_("waits for confirmation (until {when})"), when=when)
        held = [unit for unit, place in person.places.items() if place["state"] == HELD]
        waiting = [place["position"] for place in person.places.values() if place["state"] == WAITING]
        if not held and waiting:
            return "info", self.say(N_("waiting list {position}"), position=min(waiting))
        return "success", self.say(N_("registered"))

    def place(self, person: Person, unit: UUID) -> str:
        """What they have there."""
        place = person.places[unit]
        match place["state"]:
            case "held":
                return self.say(N_("admitted in addition")) if unit in person.beyond else self.say(N_("place"))
            case "waiting":
                return self.say(N_("waiting list {position}"), position=place["position"])
            case _:
                return self.say(N_("noted for when there is a place in the part"))

    def answer(self, row: Mapping[str, Any]) -> tuple[str, str]:
        """The question and what was answered."""
        language = self.desk.reader.language
        words = {option["value"]: said(option["labels"], language)[0] for option in row["options"] or ()}
        value = row["value"]
        if value is True or value is False:
            value = self.say(N_("yes") if value else N_("no"))
        several = value if isinstance(value, list) else [str(value)]
        return said(row["labels"], language, row["key"])[0], ", ".join(words.get(each) or each for each in several)

    # what moves

    def moves(self, moves: Iterable[Moved]) -> list[str]:
        """Each as a phrase: „von Forum 1 nach Forum 3 umgebucht“."""
        return list(self._moves(list(moves)))

    def _moves(self, moves: list[Moved]) -> Iterator[str]:
        lanes: dict[UUID, list[Moved]] = {}
        for move in moves:
            lanes.setdefault(self._lane(move.unit), []).append(move)
        for several in lanes.values():
            old = next((move for move in several if move.before == HELD and move.after is None), None)
            new = next((move for move in several if move.after == HELD), None)
            if old is None or new is None:
                yield from map(self._move, several)
                continue
            says = _MOVED[new.beyond, new.spared]
            yield self.say(says, old=self.name(old.unit), new=self.name(new.unit))
            yield from (self._move(move) for move in several if move not in {old, new})

    def _lane(self, unit: UUID) -> UUID:
        session = self.desk.event.rules.rules.sessions.get(unit)
        return session.slot if session is not None else unit

    def _move(self, move: Moved) -> str:
        match move.before, move.after:
            case _, "held":
                says = _GIVEN[move.beyond, move.spared]
            case _, "waiting":
                says = N_("{name}: on the waiting list")
            case _, "wished":
                says = N_("{name}: noted")
            case "waiting", _:
                says = N_("{name}: taken off the waiting list")
            case _:
                says = N_("{name}: place given up")
        return self.say(says, name=self.name(move.unit))

    def others(self, others: Sequence[Promoted], names: Mapping[UUID, Any]) -> list[str]:
        """Who moves up, and how; the first of them by name."""
        lines = [
            self.say(
                N_("{name} moves up: {moves}"), name=name_of(names[one.id]), moves="; ".join(self.moves(one.moves))
            )
            for one in others
            if one.id in names
        ]
        more = len(others) - len(lines)
        return lines + ([self.say(N_("More people who move up: {number}"), number=more)] if more else [])

    # why not

    def refusal(self, reason: Refusal) -> str:
        match reason:
            case Full(units):
                return self.say(N_("Fully booked: {names}."), names=self.listed([self.name(unit) for unit in units]))
            case Clash((one, other)):
                says = N_("{one} and {other} take place at the same time ({when}). Please choose one of them.")
                when = self.names.overlap(one, other)
                return self.say(says, one=self.name(one), other=self.name(other), when=when)
            case IdentityTaken():
                return self.say(N_("Somebody of this name is registered with this address already."))
            case _:
                facts = {name: value for name, value in vars(reason).items() if isinstance(value, int | str)}
                return say_refusal(reason.says, facts, self.desk.reader.language)


def name_of(row: Mapping[str, Any]) -> str:
    return full_name(row["title"], row["given_name"], row["family_name"])
