"""What somebody asks of a list or of badges, read from a form or an address, and the address that asks the same."""

from dataclasses import dataclass
from typing import Final

from confman.domain.errors import Fault
from confman.http.counter import Desk
from confman.http.forms import Sent
from confman.kernel.i18n import N_
from confman.render.label_sheets import SHEETS
from confman.usecases.lists import COLUMNS
from confman.usecases.manage import registrations
from confman.usecases.manage.download_wishes import FIRST_SHEET, MOST_BLANKS, Kind, Wish

_NUMBERS: Final = 4
"""Digits that a number may have; what has more is none of ours."""
_GONE = N_("This does not exist any more. Please choose again.")
_NEEDS = N_("Who needs support is in no file. Here you find lists and badges of all.")
_SAYS = {
    "columns": N_("Please choose at least one column."),
    "sheet": N_("Please choose one of the sheets."),
    "start_at": N_("Please enter a number from 1 to {most}."),
    "blanks": N_("Please enter a number from 0 to {most}."),
}


@dataclass(frozen=True, slots=True)
class Read:
    """`faults` by the names of fields; without any the wish is what they meant."""

    wish: Wish
    faults: tuple[Fault, ...]


def read(desk: Desk, kind: Kind, sent: Sent) -> Read:
    """Whatever says nothing has what it has usually; what says something wrong is not guessed at."""
    asked = registrations.asked(desk.event, sent.fields, desk.now)
    of_needs = sent.text("mark") == "needs"
    faults = [Fault((name,), _NEEDS if name == "mark" and of_needs else _GONE) for name in asked.dropped]
    if kind is Kind.BADGES:
        wish = _badges(desk, asked.filter.query, sent, faults)
    else:
        wish = Wish(kind, desk.now, asked.filter.query, desk.reader.language, _columns(sent, faults))
    return Read(wish, tuple(faults))


def _columns(sent: Sent, faults: list[Fault]) -> tuple[str, ...]:
    named = {name for value in sent.all("columns") for name in value.split(",")}
    columns = tuple(key for key in COLUMNS if key in named)
    if not columns and (named or sent.text("kind")):  # a form whose boxes are all empty says nothing of them
        faults.append(Fault(("columns",), _SAYS["columns"]))
    return columns or tuple(COLUMNS)


def _badges(desk: Desk, chosen: dict[str, str], sent: Sent, faults: list[Fault]) -> Wish:
    sheet = sent.text("sheet") or FIRST_SHEET
    if sheet not in SHEETS:
        faults.append(Fault(("sheet",), _SAYS["sheet"]))
        sheet = FIRST_SHEET
    start_at = _number(sent, "start_at", (1, SHEETS[sheet].per_page), faults)
    blanks = _number(sent, "blanks", (0, MOST_BLANKS), faults)
    return Wish(Kind.BADGES, desk.now, chosen, sheet=sheet, start_at=start_at, blanks=blanks)


def _number(sent: Sent, name: str, bounds: tuple[int, int], faults: list[Fault]) -> int:
    """The least where nothing is said."""
    least, most = bounds
    text = sent.text(name).strip()
    if not text:
        return least
    if not (text.isascii() and text.isdigit() and len(text) <= _NUMBERS and least <= int(text) <= most):
        faults.append(Fault((name,), _SAYS[name], (("most", most),)))
        return least
    return int(text)


def query_of(wish: Wish) -> dict[str, str]:
    """What an address of ours says to mean this wish; nothing of what is usual."""
    query = dict(wish.filter)
    if wish.is_list:
        return query if wish.columns == tuple(COLUMNS) else {**query, "columns": ",".join(wish.columns)}
    said = {"sheet": wish.sheet, "start_at": str(wish.start_at), "blanks": str(wish.blanks)}
    usual = {"sheet": FIRST_SHEET, "start_at": "1", "blanks": "0"}
    return query | {name: value for name, value in said.items() if value != usual[name]}
