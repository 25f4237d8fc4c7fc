"""What the pages of signed lists show: their names and times, what was done last, and to whom."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from urllib.parse import quote

from litestar import Response

from confman.domain.attendance import numbers_in, seen
from confman.domain.retention import local_day
from confman.http.counter import Desk
from confman.http.forms import Filled
from confman.kernel.dates import Dates
from confman.kernel.i18n import N_
from confman.usecases.manage.attendance import Line, Progress, Sheet, Where
from confman.usecases.manage.walk_ins import Namesake
from confman.usecases.programme import PartLine, programme
from confman.web.manage.form_keys import new_key

NAMED_AT_MOST = 12
"""So many are named one by one; of more only the number is said."""
_UNDONE = {
    "given-back": N_("The place is given back. This person is registered as before."),
    "late": N_("That was not your last step any more. Nothing was changed."),
    "moved": N_("This cannot be undone any more: something has changed since, or somebody has moved up."),
}
_HALVES = {"am": N_("morning"), "pm": N_("afternoon")}


def address(desk: Desk, where: Where) -> str:
    return f"{desk.home}/attendance/{quote(where.part.slug)}/{where.key}"


@dataclass(frozen=True, slots=True)
class Shown:
    """`adds`: the line below the list has the focus. `namesakes` of who was typed there; `key` of that form."""

    form: Filled = field(default_factory=Filled)
    adds: bool = False
    namesakes: Sequence[Namesake] = ()
    key: str = ""


@dataclass(frozen=True)
class Names:
    """What lists are called in the reader's language."""

    desk: Desk

    @cached_property
    def parts(self) -> dict[str, PartLine]:
        return {line.row["slug"]: line for line in programme(self.desk.event, self.desk.reader.language)}

    def title(self, where: Where) -> str:
        return self.parts[where.part.slug].title[0]

    def half(self, where: Where) -> str:
        """What tells it from the other lists of its part; empty where there is no other."""
        if len(where.halves) == 1:
            return ""
        word = self.desk.say(_HALVES[where.half.half]) if where.half.half else ""
        days = {half.day for half in where.halves}
        day = Dates(self.desk.reader.language).day_in_year(where.half.day) if len(days) > 1 and where.half.day else ""
        return ", ".join(filter(None, (day, word)))

    def name(self, where: Where) -> str:
        return ", ".join(filter(None, (self.title(where), self.half(where))))


@dataclass(frozen=True)
class Lists:
    """All lists of an event."""

    desk: Desk
    progress: Sequence[Progress]

    @cached_property
    def names(self) -> Names:
        return Names(self.desk)

    def address(self, where: Where) -> str:
        return address(self.desk, where)


def sheet_page(desk: Desk, sheet: Sheet, shown: Shown, status: int) -> Response[bytes]:
    step, changed = sheet.last_step(desk.who.actor)
    asked = desk.query
    named = numbers_in(asked.text("already"), sheet.by_number).numbers[:NAMED_AT_MOST]
    added = numbers_in(asked.text("added"), sheet.by_number).numbers[:1]
    return desk.page(
        "manage/sheet.html",
        status=status,
        sheet=sheet,
        names=Names(desk),
        address=address(desk, sheet.where),
        form=shown.form,
        adds=shown.adds or bool(added),
        namesakes=shown.namesakes,
        key=shown.key or new_key(),
        seen=seen(sheet.presence),
        step=step,
        changed=changed,
        told=sentences_of(desk, changed) if len(changed) <= NAMED_AT_MOST else [],
        already=[sheet.by_number[number] for number in named],
        one_more=asked.text("taken") if added and asked.text("taken").isdecimal() else "",
        is_early=_is_early(desk, sheet.where),
        undone=_UNDONE.get(asked.text("undone")),
        has_finished=bool(asked.text("finished")) and sheet.begun is not None,
        others=_others(desk, sheet),
        state=state_of(desk),
    )


def _is_early(desk: Desk, where: Where) -> bool:
    """Before the day of the list."""
    today = local_day(desk.now, desk.event.row["zone"])
    return where.half.day is not None and today is not None and today < where.half.day


def _others(desk: Desk, sheet: Sheet) -> list[tuple[str, str]]:
    """Lists of the same part that have begun: their keys and names."""
    names, where = Names(desk), sheet.where
    begun = (replace(where, half=half) for half in where.halves if half.key in sheet.others)
    return [(other.key, names.half(other)) for other in begun]


def state_of(desk: Desk) -> Callable[[Line], str]:
    """„da“ or „nicht da“."""
    here, away = desk.say(N_("present")), desk.say(N_("absent"))
    return lambda line: here if line.present else away


def sentences_of(desk: Desk, lines: Sequence[Line]) -> list[str]:
    """„17 Anna Schmidt: nicht da“, one for all that are the same."""
    state = state_of(desk)
    said: dict[str, list[str]] = {}
    for line in lines:
        said.setdefault(state(line), []).append(f"{line.number} {line.name}")
    return [f"{' · '.join(names)}: {word}" for word, names in said.items()]
