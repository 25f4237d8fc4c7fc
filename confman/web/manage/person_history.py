"""The history of a registration in sentences: when, who, what."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping

from confman.domain.errors import N_
from confman.domain.ledger.requests import Moved
from confman.usecases.manage.person import History
from confman.web.manage.person_words import FIELDS, Words

_ACTORS: Mapping[str, str] = {
    "attendee": N_("the person themselves"),
    "organiser": N_("operation"),
    "operator": N_("operation"),
    "import": N_("import"),
}
_SYSTEM = N_("system")
_DEEDS: Mapping[str, str] = {
    "register": N_("registered"),
    "confirm": N_("confirmed"),
    "cancel": N_("cancelled"),
    "lapse": N_("reservation expired, for it was not confirmed"),
    "wishes": N_("wishes changed"),
    "calendar": N_("new address for the personal calendar"),
    "new_address": N_("another e-mail address asked for"),
    "letter": N_("e-mail sent again"),
    "promoted": N_("moved up"),
    "restored": N_("undone"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """`who` is empty where the system did it because of a time or of others."""

    at: str
    who: str
    what: str


@dataclass(frozen=True, slots=True)
class Said:
    """Names of a history's actors and its lines."""

    words: Words
    history: History

    def lines(self) -> list[Line]:
        return [self._line(row) for row in self.history.lines]

    def last_change(self) -> Line | None:
        """The newest of all, where the history is shown from its beginning."""
        return next(iter(self.lines()), None)

    def actor(self, actor: str) -> str:
        if actor in self.history.actors:
            name = self.history.actors[actor]
            return self.words.say(N_("program “{name}”"), name=name) if actor.startswith("token ") else name
        if actor.startswith("member "):
            return self.words.say(N_("a former member of the team"))
        return self.words.say(_ACTORS.get(actor, _SYSTEM))

    def _line(self, row: RowMapping) -> Line:
        at = self.words.dates.stamp(row["at"], self.words.zone)
        return Line(at, self.actor(row["actor"]), "; ".join(self._what(row["verb"], row["facts"] or {})))

    def _what(self, verb: str, facts: Mapping[str, Any]) -> Iterator[str]:
        said = list(self._facts(facts))
        if verb == "confirm" and facts.get("revived"):
            yield self.words.say(N_("let in again"))
        elif verb in _DEEDS:
            yield self.words.say(_DEEDS[verb])
        elif not said:
            yield self.words.say(N_("changed"))
        yield from said
        if facts.get("outcome") == "waiting":
            yield self.words.say(N_("on the waiting list"))

    def _facts(self, facts: Mapping[str, Any]) -> Iterator[str]:
        beyond = {UUID(hex=unit) for unit in facts.get("beyond", ())}
        spared = {UUID(hex=unit) for unit in facts.get("spared", ())}
        moves = [
            Moved(UUID(hex=unit), before, after, UUID(hex=unit) in beyond, UUID(hex=unit) in spared)
            for unit, before, after in facts.get("moves", ())
        ]
        yield from self.words.moves(moves)
        extra = beyond - {move.unit for move in moves}
        if extra:
            names = self.words.listed(sorted(self.words.name(unit) for unit in extra))
            yield self.words.say(N_("admitted in addition: {names}"), names=names)
        if given := spared - {move.unit for move in moves}:
            names = self.words.listed(sorted(self.words.name(unit) for unit in given))
            yield self.words.say(N_("from the reserve: {names}"), names=names)
        if fields := [self.words.say(FIELDS[name]) for name in facts.get("fields", ()) if name in FIELDS]:
            yield self.words.say(N_("details changed: {names}"), names=", ".join(fields))
        if "category" in facts:
            old, new = (self.words.category(key) for key in facts["category"])
            yield self.words.say(N_("category from {old} to {new}"), old=old, new=new)
