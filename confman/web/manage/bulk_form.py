"""What every form about many carries on: whom they chose, and by what a form that is sent twice is known."""

from typing import Any
from uuid import UUID, uuid5

from confman.domain.errors import Malformed
from confman.http.counter import Desk
from confman.kernel.ids import new_id
from confman.usecases.manage.bulk_people import Selection
from confman.usecases.manage.registrations import Asked, asked


def selection_of(desk: Desk) -> Selection:
    """By codes, or all that the filter takes. Raises `Malformed` where part of the filter says nothing any more."""
    if not desk.sent.has("all", "1"):
        return Selection(codes=desk.sent.all("codes"))
    asked_for = _asked(desk)
    if asked_for.dropped:
        raise Malformed
    return Selection(filter=asked_for.filter)


def deed_id(desk: Desk, what: str, selection: Selection, *content: Any) -> UUID:
    """Of what this form asks for: sending it twice is one deed, and anything else from the same page another."""
    query = selection.filter.query if selection.filter is not None else None
    return uuid5(_key(desk), repr((desk.event.id, what, selection.codes, query, content)))


def _key(desk: Desk) -> UUID:
    """As the page gave it to its form; a new one where it has none."""
    try:
        return UUID(desk.sent.text("action"))
    except ValueError:
        return new_id()


def carried(selection: Selection) -> list[tuple[str, str]]:
    """Hidden fields; each page has a key of its own."""
    pairs = [("action", str(new_id()))]
    if selection.filter is not None:
        return [*pairs, ("all", "1"), *selection.filter.query.items()]
    return pairs + [("codes", code) for code in selection.codes]


def list_address(desk: Desk, selection: Selection) -> str:
    """Back to the table, as it was."""
    found = selection.filter or _asked(desk).filter
    return desk.reader.link(f"{desk.home}/registrations", **found.query)


def _asked(desk: Desk) -> Asked:
    return asked(desk.event, desk.sent.fields, desk.now, sees_needs=desk.may("needs"))
