"""What every form about many carries on: whom they chose, and by what a form that is sent twice is known."""

from collections.abc import Iterable
from typing import Any, Final
from uuid import UUID, uuid5

from confman.domain.codes import normalised
from confman.domain.errors import Malformed
from confman.http.counter import Desk
from confman.http.forms import Sent
from confman.kernel.ids import new_id
from confman.usecases.manage.bulk_people import Selection
from confman.usecases.manage.registrations import LONGEST, Asked, asked
from confman.usecases.manage.table import AT_ONCE

_LAYOUT: Final = ("order", "columns", "after", "before")
"""Of the table's address, beside the filter and who is ticked."""
Pairs = list[tuple[str, str]]


def selection_of(desk: Desk) -> Selection:
    """By codes, or all that the filter takes. Raises `Malformed` where part of the filter says nothing any more."""
    if not desk.sent.has("all", "1"):
        return Selection(codes=desk.sent.all("codes"))
    asked_for = _asked(desk, desk.sent)
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


def carried(desk: Desk) -> Pairs:
    """Hidden fields; each page has a key of its own."""
    return [("action", str(new_id())), *_chosen(way_back(desk, desk.sent), desk.sent.all("codes"))]


def chosen_again(way: dict[str, str]) -> Pairs:
    """Hidden fields of a form about the same people; none where it is not known any more who they were."""
    if not {"all", "chosen"} & way.keys():
        return []
    return _chosen(way, way.get("chosen", "").split("."))


def _chosen(way: dict[str, str], codes: Iterable[str]) -> Pairs:
    pairs = [(name, value) for name, value in way.items() if name != "chosen"]
    return pairs if "all" in way else pairs + [("codes", code) for code in codes]


def way_back(desk: Desk, fields: Sent) -> dict[str, str]:
    """The table as it was, as an address carries it: filter, order, columns, page, and who is ticked.

    `fields`: of a form about many, or of such an address. More than a page of the table has are not kept ticked.
    """
    query = _asked(desk, fields).filter.query
    query |= {name: value for name in _LAYOUT if 0 < len(value := fields.text(name)) <= LONGEST}
    if fields.has("all", "1"):
        return {**query, "all": "1"}
    codes = fields.all("codes") or fields.text("chosen").split(".")
    known = [code for typed in codes[: AT_ONCE + 1] if (code := normalised(typed)) is not None]
    return {**query, "chosen": ".".join(known)} if 0 < len(known) <= AT_ONCE else query


def unticked(way: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in way.items() if name not in {"all", "chosen"}}


def list_address(desk: Desk) -> str:
    """Back to the table, as it was."""
    return desk.reader.link(f"{desk.home}/registrations", **way_back(desk, desk.sent))


def _asked(desk: Desk, fields: Sent) -> Asked:
    return asked(desk.event, fields.fields, desk.now, sees_needs=desk.may("needs"))
