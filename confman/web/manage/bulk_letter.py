"""An e-mail to those who were chosen in the table: writing it, how it will look, sending it."""

from collections.abc import Mapping
from typing import Final, Literal, get_args

from litestar import Response

from confman.domain.errors import N_
from confman.domain.messages import PLACEHOLDERS, Message, misspelt, tidied
from confman.domain.people import TooLong, Unreadable, cleaned, full_name
from confman.http.counter import Desk, counter_form
from confman.http.forms import Filled
from confman.http.forms import Message as Wrong
from confman.usecases.manage import bulk_letters
from confman.usecases.manage.bulk_letters import Doubtful, Writing
from confman.usecases.manage.bulk_people import chosen
from confman.web.manage.bulk import BULK, nobody, to_result
from confman.web.manage.bulk_form import carried, deed_id, list_address, selection_of

LONGEST_SUBJECT: Final = 150
LONGEST_BODY: Final = 10_000
_CHOSEN: Final = ("expects", "also")
_OTHERS: Final = N_("Others than you were shown would get it, so this is how it is now. Nothing was sent yet.")
_NOBODY: Final = N_("Nobody would get it, so nothing was sent.")
_ALSO: Final[Mapping[Doubtful, tuple[str, str]]] = {
    "unconfirmed": (
        N_("also to {number} person who has not confirmed yet"),
        N_("also to {number} people who have not confirmed yet"),
    ),
    "cancelled": (
        N_("also to {number} person whose participation is cancelled"),
        N_("also to {number} people whose participation is cancelled"),
    ),
    "lapsed": (
        N_("also to {number} person whose reservation has ended"),
        N_("also to {number} people whose reservations have ended"),
    ),
}


@counter_form(f"{BULK}/letter")
async def letter(desk: Desk) -> Response[bytes]:
    """First the empty form, then the letters as they will look, then they are written."""
    selection = selection_of(desk)
    if not desk.sent.has("seen", "yes"):
        return await _form(desk, ())
    wrong: list[Wrong] = []
    message = Message(_text(desk, "subject", wrong), _text(desk, "body", wrong))
    if wrong or desk.sent.has("do", "no"):
        return await _form(desk, tuple(wrong))
    also, expects = _also(desk), desk.sent.text("expects")
    key = deed_id(desk, "letter", selection, message, sorted(also or ()), expects)
    writing = Writing(key, selection, message, also, expects)
    if not desk.sent.has("do", "yes"):
        return await _looks(desk, writing)
    refused = await desk.node.work.write(bulk_letters.write, desk.event, writing, desk.who, desk.node.clock)
    if refused is not None:
        return await _looks(desk, writing, refused=True)
    return to_result(desk, key)


def _text(desk: Desk, name: Literal["subject", "body"], wrong: list[Wrong]) -> str:
    """As it is kept; what is wrong with it goes to `wrong`."""
    sent, text, says = desk.sent.text(name), "", ""
    try:
        text = cleaned(sent, LONGEST_SUBJECT) if name == "subject" else tidied(sent, LONGEST_BODY)
    except Unreadable:
        says = desk.say(N_("There is a character in it that cannot be used here. Please type it again."))
    except TooLong as error:
        says = desk.say(N_("At most {most} characters, please."), most=error.limit)
    else:
        if not text:
            says = desk.say(N_("Please enter a subject.") if name == "subject" else N_("Please write something."))
        elif strange := misspelt(text):
            missing = N_("There is no placeholder {name}. Those that there are stand below the text.")
            says = desk.say(missing, name=strange[0])
    if says:
        wrong.append(Wrong(name, says))
    return text


def _also(desk: Desk) -> frozenset[Doubtful] | None:
    """Which of the doubtful are ticked; None where no preview has asked yet."""
    if not desk.sent.text("expects"):
        return None
    return frozenset(name for name in get_args(Doubtful) if desk.sent.has("also", name))


async def _form(desk: Desk, wrong: tuple[Wrong, ...]) -> Response[bytes]:
    selection = selection_of(desk)
    people = await desk.node.work.read(chosen, desk.event, selection)
    if not people.rows:
        return nobody(desk, people)
    return desk.page(
        "manage/bulk_letter.html",
        status=422 if wrong else 200,
        form=Filled(desk.sent, wrong),
        fields=[*carried(desk), *((name, each) for name in _CHOSEN for each in desk.sent.all(name))],
        names=[full_name(row["title"], row["given_name"], row["family_name"]) for row in people.rows],
        lost=people.lost,
        placeholders=PLACEHOLDERS,
        back=list_address(desk),
    )


async def _looks(desk: Desk, writing: Writing, *, refused: bool = False) -> Response[bytes]:
    node = desk.node
    seen = await node.work.read(bulk_letters.looks, desk.event, writing, node.settings.base_url, node.secrets)
    if not seen.chosen.rows:
        return nobody(desk, seen.chosen)
    return desk.page(
        "manage/bulk_letter_preview.html",
        status=409 if refused else 200,
        says="" if not refused else desk.say(_OTHERS if seen.recipients else _NOBODY),
        form=Filled(),
        also=[(name, desk.say(_ALSO[name][number != 1], number=number)) for name, number in seen.doubtful.items()],
        seen=seen,
        letters=[(_name(row), shown) for row, shown in seen.letters],
        fields=[
            *carried(desk),
            ("subject", desk.sent.text("subject")),
            ("body", desk.sent.text("body")),
        ],
        reply_to=desk.event.row["mailbox"] or desk.event.row["contact_email"],
    )


def _name(row: dict[str, str]) -> str:
    return full_name(row["title"], row["given_name"], row["family_name"])
