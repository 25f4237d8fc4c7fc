"""„Zu erledigen“: what people ask for so as to take part well, until somebody has seen to it. For whoever may see it.

Each option that was ticked is an item of its own, and so is a text as a whole. What is for the kitchen is none: that is
counted. An item is open again when the person changes the answer, for the tick goes with the answer it was about.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, RowMapping

from confman.domain import codes, kitchen
from confman.domain.errors import NotFound
from confman.domain.people import full_name
from confman.kernel.clock import Clock
from confman.kernel.ids import new_id
from confman.store import clerk, ledger
from confman.store import needs as store
from confman.store.needs import Key
from confman.usecases.answers import NEEDS_CONSENT
from confman.usecases.events import EventView, Row
from confman.usecases.manage.attendance import names_of

KITCHEN = "kitchen"
_WISHES = ("one", "many")
_WHOLE = ""


@dataclass(frozen=True, slots=True)
class Item:
    """`option` "": the answer as a whole, which is a text or a yes. `met`: its row, `met_by` the member's name."""

    row: RowMapping
    option: str
    met: RowMapping | None
    met_by: str

    @property
    def name(self) -> str:
        return full_name(self.row["title"], self.row["given_name"], self.row["family_name"])

    @property
    def texts(self) -> Mapping[str, str]:
        """What is asked for, by language: the option, else the question."""
        options = self.row["options"] or ()
        labels = next((option["labels"] for option in options if option["value"] == self.option), None)
        texts: Mapping[str, str] = labels or self.row["labels"]
        return texts

    @property
    def said(self) -> str:
        """In the person's own words; empty where there are none."""
        value = self.row["value"]
        return value if isinstance(value, str) and not self.option else ""

    @property
    def has_left(self) -> bool:
        """What was arranged is needed no more."""
        return self.row["ended_at"] is not None


def items(connection: Connection, event: EventView) -> list[Item]:
    """Open ones first, then the oldest first; of who has cancelled only what was seen to. Three statements."""
    met = {_key(row): row for row in store.met(connection, event.id)}
    names = names_of(connection, {row["met_by"] for row in met.values()})
    rows = store.asked(connection, event.id, _keys(event), NEEDS_CONSENT)
    found = []
    for row in rows:
        for option in _options(row):
            seen = met.get(Key(row["id"], row["question_id"], option))
            if seen is not None or row["ended_at"] is None:
                found.append(Item(row, option, seen, names.get(seen["met_by"], "") if seen else ""))
    return sorted(found, key=lambda item: (item.met is not None, item.row["asked_at"], item.row["id"]))


def _keys(event: EventView) -> list[str]:
    return [question["key"] for question in for_kitchen(event)]


def _options(row: RowMapping) -> Iterator[str]:
    value, options = row["value"], row["options"]
    if not options or isinstance(value, bool):
        yield _WHOLE
    else:
        yield from value if isinstance(value, list) else [value]


@dataclass(frozen=True, slots=True)
class Tick:
    """One item as a form names it, and whether it shall be done."""

    code: str
    key: str
    option: str
    done: bool


def tick(connection: Connection, event: EventView, sent: Tick, actor: str, clock: Clock) -> None:
    """Once more changes nothing. Raises `NotFound` where nobody asks for that (any more)."""
    ledger.lock(connection, [event.id])
    now = clock()
    known = codes.normalised(sent.code)
    if known is None or "\0" in sent.key:  # for which PostgreSQL cannot look
        raise NotFound
    rows = store.asked_by(connection, event.id, known, sent.key, NEEDS_CONSENT)
    row = next((row for row in rows if sent.option in _options(row)), None)
    if row is None:
        raise NotFound
    key = Key(row["id"], row["question_id"], sent.option)
    if _set(connection, event, key, (actor, now) if sent.done else None):
        # about the question: that somebody has a need at all is nothing for the history of their registration
        verb, subject = "need-met" if sent.done else "need-open", key.question_id.hex
        clerk.AUDITS.run(connection, [(new_id(), event.id, event.host_id, now, actor, verb, subject, None)])


def _set(connection: Connection, event: EventView, key: Key, met: tuple[str, datetime] | None) -> bool:
    """By whom and when it was met; None: it is open. False where it was so before."""
    if met is None:
        return store.open_again(connection, key)
    if key in {_key(row) for row in store.met(connection, event.id)}:
        return False
    store.meet(connection, key, *met)
    return True


def _key(row: RowMapping) -> Key:
    return Key(row["registration_id"], row["question_id"], row["item"])


# the kitchen


@dataclass(frozen=True, slots=True)
class Meal:
    """`question`: whose yes is for it; None where nobody is asked and all who come eat. `wishes`: (label, number)."""

    question: Row | None
    counted: kitchen.Meal
    wishes: tuple[tuple[Mapping[str, str], int], ...]


@dataclass(frozen=True, slots=True)
class Kitchen:
    """`notes`: the texts without names, for whoever may see them; None for all others."""

    meals: tuple[Meal, ...]
    notes: tuple[str, ...] | None


def for_kitchen(event: EventView) -> list[Row]:
    return [question for question in event.questions.values() if question["visible_to"] == KITCHEN]


def counts(connection: Connection, event: EventView, *, sees_notes: bool) -> Kitchen | None:
    """None where no question is for the kitchen. Three statements at most, however many come."""
    questions = for_kitchen(event)
    if not questions:
        return None
    meals, wishes, notes = ([row["key"] for row in questions if row["kind"] in kinds] for kinds in _KINDS)
    rows = store.answers(connection, event.id, [*meals, *wishes])
    noting = store.who_answered(connection, event.id, notes)
    eaters = {key: {row.registration_id for row in rows if row.key == key and row.value is True} for key in meals}
    if not eaters:
        eaters = {"": store.coming(connection, event.id)}
    wished = [(row.registration_id, row.key, row.value) for row in rows if row.key in wishes]
    counted = tuple(_meal(event, key, kitchen.counted(eating, wished, noting)) for key, eating in eaters.items())
    if not sees_notes:
        return Kitchen(counted, None)
    return Kitchen(counted, tuple(sorted(row.value for row in store.answers(connection, event.id, notes))))


_KINDS = (("yes_no",), _WISHES, ("text", "long"))


def _meal(event: EventView, key: str, counted: kitchen.Meal) -> Meal:
    asked = [row for row in for_kitchen(event) if row["kind"] in _WISHES]
    options = ((row["key"], each) for row in asked for each in row["options"] or ())
    named = ((each["labels"], counted.wishes.get((question, each["value"]), 0)) for question, each in options)
    return Meal(event.questions.get(key), counted, tuple((labels, number) for labels, number in named if number))
