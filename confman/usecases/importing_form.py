"""Takes over what the form asks. Answers and consents that were given keep the question and text they were given to."""

from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping

from confman.domain.errors import N_
from confman.store import importing as store
from confman.store.programme import consent_text, question
from confman.usecases.book_values import ConsentText, Question
from confman.usecases.importing_rows import columns_of, differing
from confman.usecases.importing_units import EventTaking

ANSWERED = N_("its {what} cannot change before the answers are erased (people who answered: {people})")


def take_form(inside: EventTaking) -> None:
    _questions(inside)
    _consents(inside)


def _questions(inside: EventTaking) -> None:
    connection = inside.taking.connection
    rows = {row["key"]: row for row in store.rows(connection, question, event_id=inside.id)}
    people = store.answers_by_question(connection, inside.id)
    for value in inside.value.questions:
        row = rows.get(value.key)
        if row is not None and people.get(row["id"]):
            _keep_meaning(inside, value, row, people[row["id"]])
        wanted = columns_of(value, question, event_id=inside.id, options=_options(inside, value, row) or None)
        if row is None:
            inside.add(question, wanted)
            inside.note("questions", changed=True)
        elif changed := differing(row, wanted):
            version = row["version"] + bool(changed.keys() - {"position"})
            store.change(connection, question, row["id"], changed | {"version": version})
            inside.note("questions", changed=True)
    _remove_questions(inside, rows, people)


def _keep_meaning(inside: EventTaking, value: Question, row: RowMapping, people: int) -> None:
    for name in ("kind", "sensitive"):
        if row[name] != getattr(value, name):
            inside.taking.fault(value.spot.of(name), ANSWERED, people=people, what=name)


def _remove_questions(inside: EventTaking, rows: dict[str, RowMapping], people: dict[UUID, int]) -> None:
    kept = {value.key for value in inside.value.questions}
    for key, row in rows.items():
        if key in kept:
            continue
        if people.get(row["id"]):
            says = N_("the question “{key}” must stay (people who answered: {people})")
            inside.taking.fault(inside.value.spot.of("questions"), says, key=key, people=people[row["id"]])
            continue
        _remove_options(inside, row["options"] or [], set())
        store.remove(inside.taking.connection, question, id=row["id"])
        inside.note("questions", changed=True)


def _options(inside: EventTaking, value: Question, row: RowMapping | None) -> list[dict[str, Any]]:
    """As they are kept: value, labels, and the unit's id as hexadecimal where the option is limited."""
    before: list[dict[str, Any]] = (row["options"] or []) if row is not None else []
    units = {option["value"]: UUID(hex=option["unit_id"]) for option in before if option.get("unit_id")}
    found = []
    for option in value.options:
        kept: dict[str, Any] = {"value": option.key, "labels": dict(option.labels)}
        if option.unit is not None:
            kept["unit_id"] = inside.put_unit("option", units.get(option.key), option.unit).hex
        found.append(kept)
    _remove_options(inside, before, {option["value"] for option in found if option.get("unit_id")}, value)
    return found


def _remove_options(
    inside: EventTaking, before: list[dict[str, Any]], kept: set[str], value: Question | None = None
) -> None:
    for option in before:
        if not option.get("unit_id") or option["value"] in kept:
            continue
        unit_id = UUID(hex=option["unit_id"])
        if inside.people_in(unit_id):
            spot = value.spot if value else inside.value.spot.of("questions")
            says = N_("the option “{key}” must stay limited (people in it: {people})")
            inside.taking.fault(spot, says, key=option["value"], people=inside.people_in(unit_id))
            continue
        store.remove_unit(inside.taking.connection, unit_id)
        inside.rules_changed = True


def _consents(inside: EventTaking) -> None:
    connection = inside.taking.connection
    people = store.people_by_consent(connection, inside.id)
    versions: dict[str, list[RowMapping]] = {}
    for row in sorted(store.rows(connection, consent_text, event_id=inside.id), key=lambda row: int(row["version"])):
        versions.setdefault(row["key"], []).append(row)
    for value in inside.value.consents:
        _consent(inside, value, versions.pop(value.key, []), people)
    for key, rows in versions.items():
        agreed = sum(people.get(row["id"], 0) for row in rows)
        if agreed:
            says = N_("the text “{key}” must stay (people who agreed: {people})")
            inside.taking.fault(inside.value.spot.of("consents"), says, key=key, people=agreed)
            continue
        store.remove(connection, consent_text, event_id=inside.id, key=key)
        inside.note("consents", changed=True)


def _consent(inside: EventTaking, value: ConsentText, versions: list[RowMapping], people: dict[UUID, int]) -> None:
    wanted = columns_of(value, consent_text, event_id=inside.id)
    if not versions:
        inside.add(consent_text, wanted)
        inside.note("consents", changed=True)
        return
    latest = versions[-1]
    changed = differing(latest, wanted)
    if "texts" in changed and people.get(latest["id"]):
        # who agreed has agreed to the words as they were
        inside.add(consent_text, wanted | {"version": latest["version"] + 1})
    elif "texts" in changed:
        store.change(inside.taking.connection, consent_text, latest["id"], {"texts": wanted["texts"]})
    for row in versions if "position" in changed else ():
        store.change(inside.taking.connection, consent_text, row["id"], {"position": value.position})
    inside.note("consents", changed=bool(changed))
