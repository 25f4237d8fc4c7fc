"""„Anmeldung hinzufügen“: one line a person, or several at once; what is wrong stays in the box with the reason."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from litestar import Response

from confman.domain import codes
from confman.domain.adding_lines import AT_MOST, lines_of
from confman.domain.errors import N_, Interrupted, Overloaded
from confman.http.counter import Desk, counter_form, counter_page, see_other
from confman.http.forms import Filled, Message, Sent
from confman.http.problems import said
from confman.kernel.i18n import LANGUAGES, language_name
from confman.usecases.events import availability
from confman.usecases.manage import adding
from confman.usecases.manage.adding import Answered, Common
from confman.usecases.manage.person import Double, doubles_of
from confman.web.manage.form_keys import key_of, new_key
from confman.web.manage.person_forms import YES, decided, places_fields, places_meant
from confman.web.manage.person_weighing import FullField
from confman.web.manage.person_words import WHY, Words, name_of

_PATH = "/manage/events/{slug:str}/registrations/new"
LINES = "lines"


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a line: whom it names, with the code that leads there, or the reason why not."""

    says: str
    name: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    form: Filled
    key: str
    results: tuple[Result, ...] = ()
    doubles: tuple[tuple[Double, str, str], ...] = ()
    full: tuple[FullField, ...] = field(default=())
    status: int = 200


@counter_page(_PATH)
async def see(desk: Desk) -> Response[bytes]:
    """Empty, with what was chosen for those who were added just now, for the next is often like the last."""
    added = [code for typed in desk.query.text("added").split(",")[:AT_MOST] if (code := codes.normalised(typed))]
    rows = await desk.node.work.read(adding.coded, desk.event, added) if added else []
    results = tuple(Result(desk.say(N_("added")), name_of(dict(row)), row["code"]) for row in rows)
    doubles: Sequence[tuple[Double, str, str]] = ()
    if len(rows) == 1:
        of = dict(rows[0])
        found = await desk.node.work.read(lambda connection: list(doubles_of(connection, desk.event.id, of)))
        doubles = [(double, name_of(dict(double.row)), desk.say(WHY[double.why])) for double in found]
    return await _page(desk, Shown(Filled(_fresh(desk)), new_key(), results, tuple(doubles)))


@counter_form(_PATH)
async def add(desk: Desk) -> Response[bytes]:
    lines = lines_of(desk.sent.text(LINES))
    key = key_of(desk.sent)
    if message := _unfit(desk, lines):
        return await _page(desk, Shown(Filled(desk.sent, (message,)), key, status=422))
    common = _common(desk, key)
    try:
        answers = await adding.add(desk.node.clerk, common, lines, desk.who)
    except (Overloaded, Interrupted) as busy:  # sending the same again adds nobody twice
        message = Message(LINES, Words(desk).refusal(busy))
        return await _page(desk, Shown(Filled(desk.sent, (message,)), key, status=503))
    ids = [answer.id for answer in answers if answer.id is not None]
    rows = await desk.node.work.read(adding.named, ids)
    if all(answer.id is not None and not answer.already for answer in answers):
        return _done(desk, [rows[key_]["code"] for key_ in dict.fromkeys(ids)])
    results = [_result(desk, answer, rows) for answer in answers]
    rest = "\n".join(answer.line for answer in answers if answer.id is None)
    sent = Sent({**desk.sent.fields, LINES: (rest,)})
    kept = Message(LINES, desk.say(N_("Some lines could not be added. They are still here.")))
    messages = (kept,) if rest else ()
    full = await _full(desk, answers)
    return await _page(desk, Shown(Filled(sent, messages), key, tuple(results), (), full, 422 if rest else 200))


def _unfit(desk: Desk, lines: list[str]) -> Message | None:
    """What is wrong with the form as a whole."""
    if not lines:
        return Message(LINES, desk.say(N_("Please type a line: given name; surname; institution; e-mail.")))
    if len(lines) > AT_MOST:
        says = N_("These are {number} lines; please send at most {most} at once. Nothing was added.")
        return Message(LINES, desk.say(says, number=len(lines), most=AT_MOST))
    if not _parts(desk):
        return Message("parts", desk.say(N_("Please choose at least one part.")))
    return None


def _parts(desk: Desk) -> tuple[str, ...]:
    if len(desk.event.parts) == 1:
        return tuple(desk.event.parts)
    parts = places_meant(desk.event, desk.sent).parts
    return tuple(parts) if isinstance(parts, list) else ()


def _common(desk: Desk, key: str) -> Common:
    parts = _parts(desk)
    choices = {
        slug: chosen
        for slug, slot in desk.event.slots.items()
        if slot.part in parts and (chosen := desk.sent.text(f"choice.{slug}"))
    }
    return Common(
        event=desk.event,
        parts=parts,
        choices=dict(choices),
        category=desk.sent.text("category"),
        language=desk.sent.text("language"),
        decided=decided(desk.sent),
        key=key,
    )


def _done(desk: Desk, added: list[str]) -> Response[bytes]:
    """All of them: the page anew, with the same choices for the next."""
    chosen = {name: values[0] for name, values in desk.sent.fields.items() if values and _is_choice(name)}
    parts = ",".join(_parts(desk))
    path = desk.reader.link(f"{desk.home}/registrations/new", added=",".join(added), parts=parts, **chosen)
    return see_other(path)


def _is_choice(name: str) -> bool:
    return name in {"category", "language"} or name.startswith("choice.")


def _fresh(desk: Desk) -> Sent:
    """What the form shows before anything is typed."""
    only = desk.event.parts if len(desk.event.parts) == 1 else ()
    asked = desk.query
    fields = {name: values[:1] for name, values in asked.fields.items() if name.startswith("choice.")}
    return Sent(
        {
            **fields,
            "parts": tuple(asked.text("parts").split(",")) if asked.text("parts") else tuple(only),
            "category": (asked.text("category") or "attendee",),
            "language": (asked.text("language") or desk.reader.language,),
            "tells": (YES,),
        }
    )


def _result(desk: Desk, answer: Answered, rows: Mapping[Any, Any]) -> Result:
    if answer.id is not None:
        says = N_("is registered already") if answer.already else N_("added")
        row = rows[answer.id]
        return Result(desk.say(says), name_of(dict(row)), row["code"])
    if answer.full:
        words = Words(desk)
        names = words.listed([words.name(unit) for unit in answer.full])
        reason = desk.say(N_("{names}: fully booked. Please decide below."), names=names)
    elif answer.refusal is not None:
        reason = Words(desk).refusal(answer.refusal)
    else:
        reason = " ".join(said(fault.says, dict(fault.facts), desk.reader.language) for fault in answer.faults)
    return Result(reason, answer.line)


async def _full(desk: Desk, answers: Sequence[Answered]) -> tuple[FullField, ...]:
    """Of what there is nothing left: about that is to be decided before the rest is sent again."""
    units = list(dict.fromkeys(unit for answer in answers for unit in answer.full))
    if not units:
        return ()
    found = await desk.node.work.read(adding.full_units, desk.event, units)
    words = Words(desk)
    return tuple(FullField(f"full.{full.unit.hex}", words.name(full.unit), full) for full in found)


async def _page(desk: Desk, shown: Shown) -> Response[bytes]:
    units = await desk.node.work.read(availability, desk.event, desk.now)
    words = Words(desk)
    return desk.page(
        "manage/adding.html",
        status=shown.status,
        form=shown.form,
        shown=shown,
        action=desk.reader.link(f"{desk.home}/registrations/new"),
        parts=places_fields(desk.event, None, units),
        categories=[(key, words.category(key)) for key in desk.event.categories],
        languages=[(tag, language_name(tag, desk.reader.language)) for tag in LANGUAGES],
        says=words,
        at_most=AT_MOST,
    )
